"""An organiser sees everything about a person and acts for them, on the record."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import SeatState
from tests import factories
from tests.browsing import send
from tests.conftest import Client


@pytest.fixture
def registration(db: DbSession, organiser: Staff) -> Registration:
    """A registration of Ama's."""
    person = factories.person(db, name="Ama Owusu", email="ama@example.org")
    return factories.registration(db, factories.series(db), person_id=person.id)


@pytest.fixture
def session(db: DbSession, registration: Registration) -> Session:
    """A session to come, with one place."""
    return factories.session(db, registration.programme, capacity=1, title_en="Lending digital works")


def page_of(registration: Registration) -> str:
    return f"/console/people/{registration.person_id}"


def test_the_page_shows_every_week_with_its_state(
    client: Client, db: DbSession, registration: Registration, session: Session, now: datetime
) -> None:
    past = factories.session(db, registration.programme, starts_at=now - timedelta(days=7), title_en="Past work")
    factories.seat(db, registration, past)

    page = client.get(page_of(registration)).text

    assert "ama@example.org" in page
    assert (
        page.index("Past work") < page.index("Missed") < page.index("Lending digital works") < page.index("Not chosen")
    )


def test_a_fresh_link_is_queued_once_a_minute_and_recorded(
    client: Client, db: DbSession, registration: Registration, organiser: Staff
) -> None:
    answers = [send(client, f"{page_of(registration)}/link") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [(m.kind, m.person_id) for m in db.scalars(select(OutboxMail))] == [("weekly.link", registration.person_id)]
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "person.send_link")).one()
    assert entry.actor == f"staff:{organiser.id}"


def test_a_person_is_put_into_a_session_and_taken_out(
    client: Client, db: DbSession, registration: Registration, session: Session, organiser: Staff
) -> None:
    put = f"{page_of(registration)}/registrations/{registration.id}/sessions/{session.id}/put"

    send(client, put)
    seat = db.scalars(select(Seat)).one()
    assert seat.state is SeatState.CONFIRMED
    send(client, f"{page_of(registration)}/seats/{seat.id}/take-out")

    assert db.scalars(select(Seat.state)).all() == [SeatState.SKIPPED]
    entries = select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.subject == "seat")
    assert [tuple(row) for row in db.execute(entries.order_by(AuditEntry.id))] == [
        (f"staff:{organiser.id}", "seat.put_into"),
        (f"staff:{organiser.id}", "seat.skip"),
    ]


def test_a_full_session_puts_them_on_the_waiting_list(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    factories.seat(db, factories.registration(db, registration.programme), session)

    send(client, f"{page_of(registration)}/registrations/{registration.id}/sessions/{session.id}/put")

    assert db.scalars(select(Seat.state).where(Seat.registration_id == registration.id)).one() is SeatState.WAITING


def test_a_session_that_is_cancelled_is_refused(
    client: Client, registration: Registration, session: Session, now: datetime
) -> None:
    session.cancelled_at = now

    answer = send(client, f"{page_of(registration)}/registrations/{registration.id}/sessions/{session.id}/put")

    assert answer.status_code == 409
    assert "This session is cancelled or over." in answer.text


def test_a_cancelled_registration_frees_its_seats(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    seat = factories.seat(db, registration, session)

    send(client, f"{page_of(registration)}/registrations/{registration.id}/cancel")

    db.refresh(registration)
    db.refresh(seat)
    assert registration.cancelled_at is not None
    assert seat.state is SeatState.SKIPPED


def test_nobody_acts_on_another_persons_things(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    other = factories.registration(db, registration.programme)
    seat = factories.seat(db, other, session)
    mine = page_of(registration)

    answers = [
        send(client, f"{mine}/registrations/{other.id}/cancel"),
        send(client, f"{mine}/seats/{seat.id}/take-out"),
        send(client, f"{mine}/registrations/{other.id}/sessions/{session.id}/put"),
        client.get("/console/people/999"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_what_a_person_typed_stays_text(client: Client, db: DbSession, registration: Registration) -> None:
    registration.person.name = "<script>alert(1)</script>"

    page = client.get(page_of(registration)).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
