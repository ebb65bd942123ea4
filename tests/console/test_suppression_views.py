"""Organisers see which addresses get no mail and why, look one up, stop it and send to it again."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, Suppression
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason, SuppressionReason
from registrar.mail.suppression import suppress
from registrar.people.models import Person
from tests import factories
from tests.browsing import send
from tests.conftest import Client

PAGE = "/console/mail/suppressions"
ANA = "ana@museum.example"


@pytest.fixture
def ana(db: DbSession, organiser: Staff) -> Person:
    return factories.person(db, name="Ana Lima", email=ANA)


def test_an_empty_list_says_what_comes_here(client: Client, organiser: Staff) -> None:
    assert "No address is stopped" in client.get(PAGE).text


def test_an_address_is_stopped_by_hand_and_lifted_again(
    client: Client, db: DbSession, ana: Person, organiser: Staff
) -> None:
    stop = send(client, f"{PAGE}/stop", email="Ana@Museum.example", why="asked by phone, from ana@museum.example")
    listed = client.get(PAGE).text
    lift = send(client, f"{PAGE}/lift", email=ANA, why="a new mailbox")

    actor = f"staff:{organiser.id}"
    facts = select(AuditEntry.actor, AuditEntry.action, AuditEntry.details).where(AuditEntry.subject == "suppression")
    assert (stop.status_code, lift.status_code) == (303, 303)
    assert [text for text in (ANA, "asked by phone, from …", actor, "Send again") if text not in listed] == []
    assert [tuple(entry) for entry in db.execute(facts.order_by(AuditEntry.id))] == [
        (actor, "suppression.stop", {"reason": "by_hand", "why": "asked by phone, from …", "person": ana.id}),
        (actor, "suppression.lift", {"reason": "by_hand", "why": "a new mailbox"}),
    ]
    assert db.scalars(select(Suppression)).all() == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("ANA@museum.example", "Mail to ANA@museum.example is stopped"),
        ("ben@museum.example", "Nothing stops mail to ben@museum.example."),
        ("museum", "That is no complete address."),
        ("", "Stop an address by hand"),
    ],
)
def test_an_address_is_looked_up(
    client: Client, db: DbSession, app: Flask, now: datetime, organiser: Staff, asked: str, told: str
) -> None:
    with app.app_context():
        suppress(db, ANA, SuppressionReason.BOUNCE, now=now, detail="5.1.1 gone")

    assert told in client.get(PAGE, query_string={"q": asked}).text


def test_whose_address_it_is_stays_open_where_nothing_tells(
    client: Client, db: DbSession, app: Flask, now: datetime, organiser: Staff
) -> None:
    with app.app_context():
        suppress(db, ANA, SuppressionReason.BOUNCE, now=now)

    page = client.get(PAGE).text

    assert ("known only by its fingerprint" in page, ANA in page) == (True, False)


def test_those_whose_mail_failed_are_known(
    client: Client, db: DbSession, app: Flask, now: datetime, ana: Person
) -> None:
    with app.app_context():
        suppress(db, ANA, SuppressionReason.BOUNCE, now=now)
    enqueue(db, NewMail(key="link:1", kind="weekly.link", person_id=ana.id), now=now)
    mail = db.scalars(select(OutboxMail)).one()
    mail.state, mail.reason, mail.finished_at = MailState.FAILED, Reason.SMTP, now

    assert f'<a href="/console/people/{ana.id}">{ANA}</a>' in client.get(PAGE).text


@pytest.mark.parametrize(("email", "why"), [("no address", "asked"), ("", "asked"), (ANA, ""), (ANA, "a\u202eb")])
@pytest.mark.parametrize("action", ["stop", "lift"])
def test_a_mistake_is_told_where_it_is_and_nothing_is_lost(
    client: Client, db: DbSession, organiser: Staff, action: str, email: str, why: str
) -> None:
    answer = send(client, f"{PAGE}/{action}", email=email, why=why)

    assert (answer.status_code, "There is a problem" in answer.text, f'value="{email}"' in answer.text) == (
        422, True, True,
    )  # fmt: skip
    assert db.scalars(select(Suppression)).all() == []


def test_stopping_twice_and_lifting_what_is_not_stopped_are_refused(client: Client, organiser: Staff) -> None:
    lifted = send(client, f"{PAGE}/lift", email=ANA, why="asked")
    stopped = [send(client, f"{PAGE}/stop", email=ANA, why="asked") for _ in range(2)]

    assert [each.status_code for each in (lifted, *stopped)] == [409, 303, 409]
    assert "This address gets no mail already." in stopped[1].text


def test_the_refusal_of_a_confirmation_is_only_the_owners_to_lift(
    client: Client, db: DbSession, now: datetime, organiser: Staff
) -> None:
    facts = {"reason": SuppressionReason.NOT_ME, "detail": "", "created_by": "anyone", "created_at": now}
    factories.stored(db, Suppression(address_hash="not me", **facts))

    page = client.get(PAGE).text

    assert ("only they can allow them" in page, "Send again" in page) == (True, False)
