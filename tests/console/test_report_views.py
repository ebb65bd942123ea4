"""A person looks at what nothing proves: chooses whose mail came back, or settles it; the rest stands below."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.mail.bounces.operations import take
from registrar.mail.models import BounceReport, OutboxMail, Suppression
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, ReportState, SuppressionReason
from registrar.people.models import Person
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client
from tests.mail.bounces import corpus
from tests.mail.bounces.corpus import ANA, message

REPORTS = "/console/mail/reports"


@pytest.fixture
def ana(db: DbSession, organiser: Staff) -> Person:
    return factories.person(db, name="Ana Lima", email=ANA)


@pytest.fixture
def sent(db: DbSession, ana: Person, now: datetime) -> OutboxMail:
    enqueue(db, NewMail(key="link:1", kind="weekly.link", person_id=ana.id), now=now)
    mail = db.scalars(select(OutboxMail)).one()
    mail.state, mail.finished_at, mail.message_id = MailState.SENT, now, "m1"
    return mail


def came(app: Flask, db: DbSession, now: datetime, raw: bytes) -> BounceReport:
    """Take in a report, as the worker does."""
    with app.app_context():
        report = take(db, raw, "pipe", now=now)
    assert report is not None
    db.commit()
    return report


def stopped(db: DbSession) -> list[tuple[SuppressionReason, str]]:
    return [(each.reason, each.created_by) for each in db.scalars(select(Suppression))]


def test_an_empty_list_says_what_to_do(client: Client, organiser: Staff) -> None:
    assert "bounce_address" in client.get(REPORTS).text


def test_what_waits_stands_before_what_was_dealt_with(
    client: Client, db: DbSession, app: Flask, now: datetime, sent: OutboxMail, tokens: Tokens
) -> None:
    address = f"bounces+{sent.id}-{tokens.code(Purpose.BOUNCE, sent.id)}@wearemuseums.example"
    came(app, db, now, message(corpus.POSTFIX, to=address))
    came(app, db, now, message(corpus.HUMAN))

    page = client.get(REPORTS).text

    told = ["Waits for you", "Not understood", "Dealt with", "No such mailbox", ANA, "Personal link"]
    places = [page.find(text, page.find("<h1>")) for text in told]
    assert places == sorted(places)
    assert -1 not in places


def test_a_report_is_read_without_danger(
    client: Client, db: DbSession, app: Flask, now: datetime, organiser: Staff
) -> None:
    raw = message(corpus.HUMAN) + "<script>alert(1)</script>\x1b[31m\u202e\r\n".encode() + b"\xff\x00"
    report = came(app, db, now, raw)

    page = client.get(f"{REPORTS}/{report.id}").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;�[31m�" in page
    assert [sign for sign in ("<script>alert", "\x1b", "\u202e", "\x00") if sign in page] == []


def test_a_person_who_is_named_is_offered_and_stopped(
    client: Client, db: DbSession, app: Flask, now: datetime, ana: Person, organiser: Staff
) -> None:
    report = came(app, db, now, message(corpus.POSTFIX))
    page = client.get(f"{REPORTS}/{report.id}").text

    answer = send(client, f"{REPORTS}/{report.id}/accept", person=ana.id)

    db.expire_all()
    assert "It is theirs: stop mail to them" in page
    assert answer.status_code == 303
    assert stopped(db) == [(SuppressionReason.BOUNCE, f"staff:{organiser.id}")]
    assert (report.state, report.raw) == (ReportState.SETTLED, None)
    assert "No mail goes to this address" in client.get(f"/console/people/{ana.id}").text


def test_anybody_may_be_searched_for(client: Client, db: DbSession, app: Flask, now: datetime, ana: Person) -> None:
    report = came(app, db, now, message(corpus.CHALLENGE))

    pages = [client.get(f"{REPORTS}/{report.id}?q={text}").text for text in ("lima", "nobody", "")]

    assert ["It is theirs" in page for page in pages] == [True, False, False]
    assert "Nobody is like this" in pages[1]


def test_the_recipient_of_a_proven_mail_is_stopped_without_choosing(
    client: Client, db: DbSession, app: Flask, now: datetime, sent: OutboxMail, tokens: Tokens
) -> None:
    address = f"bounces+{sent.id}-{tokens.code(Purpose.BOUNCE, sent.id)}@wearemuseums.example"
    report = came(app, db, now, message(corpus.CHALLENGE, to=address))

    send(client, f"{REPORTS}/{report.id}/accept")

    assert len(stopped(db)) == 1
    assert "<strong>Came back" not in client.get("/console/mail").text


def test_nobody_is_stopped_where_nobody_is_chosen(
    client: Client, db: DbSession, app: Flask, now: datetime, ana: Person
) -> None:
    report = came(app, db, now, message(corpus.POSTFIX))

    answer = send(client, f"{REPORTS}/{report.id}/accept")

    assert (answer.status_code, "Choose whose mail came back." in answer.text) == (409, True)
    assert stopped(db) == []


def test_a_report_is_settled_once(client: Client, db: DbSession, app: Flask, now: datetime, organiser: Staff) -> None:
    report = came(app, db, now, message(corpus.POSTFIX))

    answers = [send(client, f"{REPORTS}/{report.id}/dismiss").status_code for _ in range(2)]

    assert answers == [303, 409]
    assert stopped(db) == []


def test_the_ledger_shows_what_came_back(
    client: Client, db: DbSession, app: Flask, now: datetime, sent: OutboxMail, tokens: Tokens
) -> None:
    address = f"bounces+{sent.id}-{tokens.code(Purpose.BOUNCE, sent.id)}@wearemuseums.example"
    came(app, db, now, message(corpus.POSTFIX, to=address))

    ledger, person = client.get("/console/mail").text, client.get(f"/console/people/{sent.person_id}").text

    assert ["<strong>Came back" in page for page in (ledger, person)] == [True, True]


def test_reviewers_see_nothing_of_it(client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    pages = (REPORTS, "/console/mail/suppressions")
    assert [client.get(page).status_code for page in pages] == [403, 403]
