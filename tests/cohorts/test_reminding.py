"""Open offers are reminded before their deadline; withdrawn applications let go of what they hold."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.applications import lifecycle
from registrar.applications.models import Application
from registrar.applications.rules import OfferState, TeamRole, Who
from registrar.calls.models import Call
from registrar.cohorts import leaving, offers, reminding, tending
from registrar.cohorts.rules import reminder_due
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from tests import factories

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def call(db: DbSession) -> Call:
    return factories.call(db, places=1)


@pytest.fixture
def offered(db: DbSession, call: Call, now: datetime) -> Application:
    """An offer for a week, whose team has a lead, and a reader who may not answer."""
    found = factories.offered(db, call, lead=factories.person(db), offer_until=now + 7 * DAY)
    factories.member(db, found, factories.person(db), role=TeamRole.READER)
    return found


def due_at(db: DbSession) -> list[datetime]:
    statement = select(OutboxMail.due_at).where(OutboxMail.kind == "cohorts.offer_reminder")
    return list(db.scalars(statement.order_by(OutboxMail.id)))


@pytest.mark.parametrize(
    ("left", "lead"),
    [
        (3 * DAY + HOUR, None),
        (3 * DAY, 3 * DAY),
        (DAY + HOUR, 3 * DAY),
        (DAY, DAY),
        (HOUR, DAY),
        (timedelta(), None),
    ],
)
def test_the_nearest_lead_is_due(now: datetime, left: timedelta, lead: timedelta | None) -> None:
    assert reminder_due(now + left, now) == lead


def test_each_lead_reminds_once_whoever_may_answer(db: DbSession, offered: Application, now: datetime) -> None:
    counts = [reminding.remind(db, now + hours * HOUR) for hours in range(0, 24 * 8, 6)]

    until = now + 7 * DAY
    assert (sum(counts), due_at(db)) == (2, [until - 3 * DAY, until - DAY])


def test_a_later_deadline_is_reminded_anew(db: DbSession, offered: Application, now: datetime) -> None:
    later = now + 9 * DAY
    assert reminding.remind(db, now + 4 * DAY) == 1
    tending.prolong(db, offered.id, later, seen=offered.version, by="staff:1", now=now + 4 * DAY)

    assert [reminding.remind(db, now + days * DAY) for days in (5, 6, 8)] == [0, 1, 1]


def test_who_has_answered_is_not_reminded(db: DbSession, offered: Application, now: datetime) -> None:
    offers.accept(db, offered.id, seen=1, actor="person:1", now=now)

    assert reminding.remind(db, now + 6 * DAY) == 0


def test_a_withdrawn_application_passes_its_place_on(
    db: DbSession, call: Call, offered: Application, now: datetime
) -> None:
    first, second = factories.waitlisted(db, call, 1), factories.waitlisted(db, call, 2)
    for each in (offered, first):
        lifecycle.withdraw(db, each.id, seen=each.version, by=Who.ORGANISER, actor="staff:1", now=now)
    assert leaving.pass_on_withdrawn(db, now) == 2
    assert leaving.pass_on_withdrawn(db, now) == 0

    assert [(each.offer, each.waitlist_position) for each in (offered, first, second)] == [
        (OfferState.WITHDRAWN, None), (None, None), (OfferState.OPEN, None),
    ]  # fmt: skip
