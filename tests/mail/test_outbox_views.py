"""The local mailbox: who may read it, what it shows, and what its letters may not do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.mail.models import LocalMail, OutboxMail
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import Client, TestClock
from tests.mail.letters import CALENDAR

Queue = Callable[..., OutboxMail]
Work = Callable[..., int]
SETTINGS = "registrar.settings"


@pytest.fixture
def reader(client: Client, db: DbSession, tokens: Tokens) -> Client:
    """An organiser's browser."""
    sign_in(client, tokens, factories.staff(db))
    return client


@pytest.fixture
def letter(db: DbSession, queue: Queue, work: Work) -> LocalMail:
    queue(context={"name": "Ana <b>", "calendar": True})
    work()
    return db.scalars(select(LocalMail)).one()


def test_a_stranger_is_sent_to_sign_in(client: Client, letter: LocalMail) -> None:
    for address in ("/outbox", f"/outbox/{letter.id}", f"/outbox/{letter.id}/letter.html"):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=outbox.index")


def test_a_reviewer_reads_nobodys_mail(client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    assert client.get("/outbox").status_code == 403


def test_in_a_demonstration_everyone_reads_it(
    app: Flask, client: Client, letter: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, SETTINGS, replace(app.extensions[SETTINGS], demo=True))

    answer = client.get(f"/outbox/{letter.id}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_where_mail_really_leaves_there_is_no_mailbox(
    app: Flask, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(app.extensions[SETTINGS], demo=True, smtp_url="smtp://127.0.0.1:2525")
    monkeypatch.setitem(app.extensions, SETTINGS, changed)

    assert reader.get("/outbox").status_code == 404


def test_an_empty_mailbox_says_what_to_do(reader: Client) -> None:
    assert "No mail yet" in reader.get("/outbox").text


def test_the_list_shows_who_was_written_to_and_finds_a_recipient(reader: Client, queue: Queue, work: Work) -> None:
    queue("letter:1", "ana@example.org")
    queue("letter:2", "bo@example.org")
    work()

    everything, found = reader.get("/outbox").text, reader.get("/outbox?q=BO@").text

    assert [name in everything for name in ("ana@example.org", "bo@example.org")] == [True, True]
    assert [name in found for name in ("ana@example.org", "bo@example.org")] == [False, True]
    assert "No mail is like this" in reader.get("/outbox?q=nobody").text


def test_the_list_is_paged_and_letters_lead_to_their_neighbours(
    reader: Client, db: DbSession, queue: Queue, work: Work, clock: TestClock
) -> None:
    for number in range(22):
        queue(f"letter:{number}", f"person{number:02}@example.org", due_at=clock.now - timedelta(hours=22 - number))
    work()
    ids = list(db.scalars(select(LocalMail.id).order_by(LocalMail.id)))
    first, second = reader.get("/outbox").text, reader.get(f"/outbox?below={ids[2]}").text

    assert (first.count('class="letter-to"'), second.count('class="letter-to"')) == (20, 2)
    assert f"/outbox?below={ids[2]}" in first
    newest, middle = reader.get(f"/outbox/{ids[-1]}").text, reader.get(f"/outbox/{ids[5]}").text
    assert ('rel="prev"' in newest, 'rel="next"' in newest) == (False, True)
    assert (f'rel="prev" href="/outbox/{ids[6]}' in middle, f'rel="next" href="/outbox/{ids[4]}' in middle) == (
        True,
        True,
    )


def test_a_letter_stands_in_a_frame_that_may_only_be_read(reader: Client, letter: LocalMail) -> None:
    page = reader.get(f"/outbox/{letter.id}")
    framed = reader.get(f"/outbox/{letter.id}/letter.html")

    assert f'src="/outbox/{letter.id}/letter.html"' in page.text
    assert "allow-scripts" not in page.text + framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in framed.headers["Content-Security-Policy"]
    assert '<base target="_top">' in framed.text
    assert "Ana &lt;b&gt;" in framed.text


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("text", "Hello Ana &lt;b&gt; &amp; all"),
        ("headers", "Auto-Submitted"),
        ("source", "Content-Type: multipart/mixed"),
    ],
)
def test_a_letter_can_be_read_in_other_ways(reader: Client, letter: LocalMail, view: str, words: str) -> None:
    assert words in reader.get(f"/outbox/{letter.id}?view={view}").text


def test_links_in_the_text_can_be_followed(reader: Client, db: DbSession, queue: Queue, work: Work) -> None:
    queue(context={"name": "http://127.0.0.1:5000/confirm/abc"})
    work()
    letter = db.scalars(select(LocalMail)).one()

    page = reader.get(f"/outbox/{letter.id}?view=text").text

    assert '<a href="http://127.0.0.1:5000/confirm/abc" rel="noopener noreferrer">' in page


def test_calendars_and_the_whole_letter_can_be_downloaded(reader: Client, letter: LocalMail) -> None:
    calendar = reader.get(f"/outbox/{letter.id}/parts/0")
    whole = reader.get(f"/outbox/{letter.id}/letter.eml")

    assert calendar.data.replace(b"\r\n", b"\n") == CALENDAR.replace(b"\r\n", b"\n")
    assert calendar.headers["Content-Type"] == "text/calendar; method=REQUEST"
    assert (whole.data, whole.headers["Content-Disposition"]) == (
        letter.raw,
        f"attachment; filename=letter-{letter.id}.eml",
    )
    assert reader.get(f"/outbox/{letter.id}/parts/9").status_code == 404


def test_a_letter_that_does_not_exist_is_not_found(reader: Client) -> None:
    assert reader.get("/outbox/999").status_code == 404


def test_the_list_looks_for_new_mail_by_itself_when_asked(reader: Client) -> None:
    assert ['http-equiv="refresh"' in reader.get(address).text for address in ("/outbox", "/outbox?refresh=")] == [
        False,
        True,
    ]
