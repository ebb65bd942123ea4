"""Organisers pause mail with a reason, see what waits behind it, and let it go again."""

from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail import beats, gate
from registrar.mail.models import MailGate, MailMachine
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import GateReason
from tests import factories
from tests.browsing import send
from tests.conftest import Client

PAGE = "/console/mail/gates"


def closed_gate(db: DbSession) -> MailGate:
    return db.scalars(select(MailGate)).one()


def waiting(db: DbSession, kind: str, number: int, now: datetime) -> None:
    """Queue mails of a kind."""
    person = factories.person(db)
    enqueue(db, *(NewMail(key=f"{kind}:{n}", kind=kind, person_id=person.id) for n in range(number)), now=now)


@pytest.mark.parametrize("scope", ["all", "kind:reminders.before"])
def test_a_pause_closes_the_gate_with_its_reason(
    client: Client, db: DbSession, organiser: Staff, scope: str, now: datetime
) -> None:
    answer = send(client, PAGE, scope=scope, why="A wrong link was found")

    closed = closed_gate(db)
    assert (answer.status_code, closed.scope, closed.reason) == (303, scope, GateReason.PAUSED)
    assert (closed.detail, closed.closed_by, closed.closed_at) == (
        "A wrong link was found",
        f"staff:{organiser.id}",
        now,
    )
    assert [(entry.action, entry.details) for entry in db.scalars(select(AuditEntry))][-1] == (
        "mail.pause",
        {"scope": scope},
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"scope": "", "why": "because"}, "Choose what to pause."),
        ({"scope": "all", "why": ""}, "Say why, for those who find it paused."),
        ({"scope": "kind:accounts.sign_in", "why": "because"}, "Not a valid choice"),
    ],
)
def test_a_pause_without_what_or_why_is_refused(
    client: Client, db: DbSession, organiser: Staff, fields: dict[str, str], problem: str
) -> None:
    answer = send(client, PAGE, **fields)

    assert (answer.status_code, problem in answer.text, db.scalars(select(MailGate)).all()) == (422, True, [])


def test_what_is_paused_already_is_not_paused_twice(client: Client, db: DbSession, organiser: Staff) -> None:
    answers = [send(client, PAGE, scope="all", why="first") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "This is paused already." in answers[1].text


def test_resuming_opens_the_gate_once(client: Client, db: DbSession, organiser: Staff, now: datetime) -> None:
    gate.close(db, gate.EVERYTHING, GateReason.PAUSED, by="staff:1", now=now)
    url = f"{PAGE}/{closed_gate(db).id}/resume"

    answers = [send(client, url).status_code for _ in range(2)]

    actions = [entry.action for entry in db.scalars(select(AuditEntry))]
    assert (answers, db.scalars(select(MailGate)).all(), actions.count("mail.resume")) == ([303, 303], [], 1)


def test_a_copy_is_not_opened_in_the_browser(client: Client, db: DbSession, organiser: Staff, now: datetime) -> None:
    gate.close(db, gate.EVERYTHING, GateReason.COPY, by="worker", now=now)

    page, answer = client.get(PAGE).text, send(client, f"{PAGE}/{closed_gate(db).id}/resume")

    assert ("registrar mail open" in page, "/resume" in page) == (True, False)
    assert (answer.status_code, closed_gate(db).reason) == (409, GateReason.COPY)


def test_the_page_counts_what_waits_behind_each_gate(
    client: Client, db: DbSession, organiser: Staff, now: datetime
) -> None:
    waiting(db, "weekly.link", 2, now)
    waiting(db, "reminders.before", 3, now)
    gate.close(db, gate.EVERYTHING, GateReason.PAUSED, by=f"staff:{organiser.id}", now=now)
    gate.close(db, gate.kind_scope("weekly.link"), GateReason.PAUSED, by="worker", now=now)

    closed = client.get(PAGE).text.split("Closed at the moment")[1].split("</table>")[0]

    found = [part.split('class="number"><span>')[1].split("<")[0] for part in closed.split('role="rowheader"')[1:]]
    assert found == ["5", "2"]
    assert ("Robin" in closed, "by the program" in closed) == (True, True)


def test_the_page_shows_who_sends(client: Client, db: DbSession, organiser: Staff, now: datetime) -> None:
    beats.beat(db, "host:1:abc", now=now)
    db.add(MailMachine(id="m", host="mail-machine", admitted_at=now, seen_at=now))

    page = client.get(PAGE).text

    assert [text for text in ("host:1:abc", "Works", "mail-machine", "Nothing is paused") if text not in page] == []
