"""Confirmation, reminder and follow-up as a mail server received them from the worker, octet by octet."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.claims import Owner
from registrar.mail.models import OutboxMail
from registrar.mail.worker import Worker
from registrar.programmes.models import Programme, Session
from registrar.reminders.operations import ensure_default_rules
from tests import factories
from tests.conftest import Client, TestClock
from tests.mail import mime, standard
from tests.mail.delivering import connected
from tests.mail.mime import Part
from tests.programmes import ical
from tests.weekly.signing_up import ADA, confirmation_path, page_of, press, send

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
NAME = 'Zoë "Z" O’Hara, Ltd. \u05d0 \U0001f3a8'
HOST = b"wearemuseums.example"
FROM = b"We Are Museums <hello@wearemuseums.example>"
CONFIRM, CONFIRMED = "weekly.confirm", "weekly.confirmed"
BEFORE, FOLLOW_UP = "reminders.before", "reminders.follow_up"
SHAPES: dict[str, Any] = {
    CONFIRM: ["text/plain", "text/html"],
    CONFIRMED: ["text/plain", "text/html", "text/calendar", "application/ics"],
    BEFORE: ["text/plain", "text/html", "text/calendar"],
    FOLLOW_UP: ["text/plain", "text/html"],
}
METHODS = {CONFIRMED: "REQUEST", BEFORE: "PUBLISH"}


@pytest.fixture
def series(db: DbSession) -> Programme:
    programme = factories.series(db, slug="wac-weekly")
    factories.session(db, programme, starts_at=START, title_en="Lending; borrowing, and “more” …")
    ensure_default_rules(db, programme)
    return programme


@pytest.fixture
def sent(
    app: Flask, client: Client, db: DbSession, clock: TestClock, series: Programme, tmp_path: Path
) -> dict[str, bytes]:
    """Sign up, confirm, wait for the reminders, miss the session; return what the server got, by kind."""

    def work() -> None:
        db.commit()
        with app.app_context():
            Worker(transport, Owner("test:1:a", timedelta(seconds=60)), clock).run_once(clock.now)
        db.expire_all()

    with connected(tmp_path) as (server, transport):
        send(client, page_of(series), **{**ADA, "name": NAME})
        work()
        press(client, confirmation_path(app, db, clock))
        work()
        for moment in (START.replace(hour=16), START.replace(day=14)):
            clock.now = moment
            if moment > START:
                session = db.scalars(select(Session)).one()
                session.published_at, session.summary_en = moment, "What was said."
            work()
        kinds = {f"<{mail.message_id}@wearemuseums.example>": mail.kind for mail in db.scalars(select(OutboxMail))}
        return {kinds[line["message_id"]]: Path(line["data"]).read_bytes() for line in server.journal.lines()}


@pytest.fixture
def read(sent: dict[str, bytes]) -> dict[str, Part]:
    return {kind: mime.read(octets) for kind, octets in sent.items()}


def test_every_kind_arrived_in_its_shape(read: dict[str, Part]) -> None:
    assert {kind: [leaf.kind for leaf in mail.leaves] for kind, mail in read.items()} == SHAPES
    assert {mail.kind for mail in read.values()} == {"multipart/mixed"}
    assert {mail.parts[0].kind for mail in read.values()} == {"multipart/alternative"}


def test_two_readers_find_the_same_in_short_lines(sent: dict[str, bytes], read: dict[str, Part]) -> None:
    for kind, octets in sent.items():
        theirs = [part for part in standard.parsed(octets).walk() if not part.is_multipart()]
        head, _, body = octets.partition(b"\r\n\r\n")
        assert [leaf.content for leaf in read[kind].leaves] == [part.get_payload(decode=True) for part in theirs]
        assert re.findall(rb"(?<!\r)\n|\r(?!\n)", octets) == []
        assert max(map(len, head.split(b"\r\n"))) <= 998
        assert max(map(len, body.split(b"\r\n"))) <= 76
        assert octets.isascii()


def test_the_head_of_every_mail(read: dict[str, Part]) -> None:
    for mail in read.values():
        assert mail.only("From") == FROM
        assert mail.only("Auto-Submitted") == b"auto-generated"
        assert mail.only("MIME-Version") == b"1.0"
        assert re.fullmatch(rb"<[0-9a-f]{32}([0-9a-f]{8})?@" + HOST + rb">", mail.only("Message-ID"))
        assert re.fullmatch(rb"(Mon|Wed|Thu), 1[134] Jan 2027 \d\d:\d\d:\d\d \+0000", mail.only("Date"))
        assert re.fullmatch(rb'multipart/mixed; boundary="=_[0-9a-z_]{10,60}"', mail.only("Content-Type"))
        assert [name for name in mail.fields if name[0].lower() in {b"bcc", b"return-path", b"sender"}] == []
    assert len({mail.only("Message-ID") for mail in read.values()}) == len(read)


def test_a_stranger_is_not_named_and_a_member_is(sent: dict[str, bytes], read: dict[str, Part]) -> None:
    assert read[CONFIRM].only("To") == b"ada@example.org"
    for kind in (CONFIRMED, BEFORE, FOLLOW_UP):
        assert standard.named(standard.parsed(sent[kind]), "To") == (NAME, "ada@example.org")


def test_reminders_can_be_stopped_with_one_click_and_confirmations_name_no_list(read: dict[str, Part]) -> None:
    for kind in (BEFORE, FOLLOW_UP):
        mail = read[kind]
        assert mail.only("List-Unsubscribe-Post") == b"List-Unsubscribe=One-Click"
        assert mail.only("List-Id") == b"<wac-weekly.wearemuseums.example>"
        assert re.fullmatch(
            rb"<http://127\.0\.0\.1:5000/unsubscribe/[A-Za-z0-9_.-]+>,"
            rb" <mailto:hello@wearemuseums\.example\?subject=unsubscribe>",
            mail.only("List-Unsubscribe"),
        )
    for kind in (CONFIRM, CONFIRMED):
        assert [read[kind].all(name) for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id")] == [
            [],
            [],
            [],
        ]


@pytest.mark.parametrize("kind", METHODS)
def test_a_calendar_says_the_same_everywhere(read: dict[str, Part], kind: str) -> None:
    leaves = [leaf for leaf in read[kind].leaves if leaf.kind in {"text/calendar", "application/ics"}]
    content = leaves[0].content

    assert leaves[0].only("Content-Type") == f'text/calendar; method="{METHODS[kind]}"; charset="utf-8"'.encode()
    assert leaves[-1].only("Content-Disposition") == b'attachment; filename="invite.ics"'
    assert {leaf.content for leaf in leaves} == {content}
    assert ical.only(content, "METHOD").value == METHODS[kind]
    assert max(map(len, content.split(b"\r\n"))) <= 75
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(event["SUMMARY"]) == ical.unescaped(ical.only(content, "SUMMARY").value)
    assert isinstance(event, icalendar.Event)
    assert event.start == START
    assert ical.only(content, "DTSTART").value == "20270113T170000Z"
    link = ical.only(content, "CONFERENCE").value
    assert link == str(event["CONFERENCE"]) == ical.unescaped(ical.only(content, "LOCATION").value)
    assert re.fullmatch(r"http://127\.0\.0\.1:5000/join/[A-Za-z0-9_.-]+", link)
    assert link in read[kind].leaves[0].content.decode()


def test_one_entry_for_life(read: dict[str, Part]) -> None:
    """Invitation and reminder are about the same entry, which clients replace."""
    contents = [read[kind].leaves[-1].content for kind in METHODS]

    assert len({ical.only(content, "UID").value for content in contents}) == 1
    assert len({ical.only(content, "SEQUENCE").value for content in contents}) == 1


def test_the_one_click_address_of_a_reminder_works(
    app: Flask, db: DbSession, sent: dict[str, bytes], read: dict[str, Part]
) -> None:
    db.commit()
    path = re.findall(rb"<http://127\.0\.0\.1:5000(/[^>]+)>", read[BEFORE].only("List-Unsubscribe"))[0].decode()

    response = app.test_client(use_cookies=False).post(path, data={"List-Unsubscribe": "One-Click"})

    assert (response.status_code, response.data) == (200, b"")


def test_nothing_remote_is_loaded_and_the_text_is_real(read: dict[str, Part]) -> None:
    for mail in read.values():
        plain, marked_up = (leaf.content.decode() for leaf in mail.leaves[:2])
        assert re.findall(r"(?i)<img|<link|<script|url\(|@import|src=|background=", marked_up) == []
        assert len(plain) > 300
        assert re.findall(r"<[a-z/]", plain) == []
        assert len(marked_up) < 60_000
