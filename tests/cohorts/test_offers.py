"""Offers of places: answered once and in time, passed on in order, never more than there are places."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.cohorts.rules import Freed
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def call(db: DbSession) -> Call:
    """A call with two places."""
    return factories.call(db, places=2)


def states(db: DbSession, *applications: Application) -> list[OfferState | None]:
    for each in applications:
        db.refresh(each)
    return [each.offer for each in applications]


def promotions(db: DbSession) -> list[tuple[int, int | None, Freed, str]]:
    rows = db.scalars(select(Promotion).order_by(Promotion.id))
    return [(each.application_id, each.freed_by_id, each.cause, each.promoted_by) for each in rows]


def test_an_accepted_offer_puts_the_institution_on_the_roster(db: DbSession, call: Call, now: datetime) -> None:
    one = factories.offered(db, call)
    offers.accept(db, one.id, seen=1, actor="person:1", now=now)
    db.commit()

    assert (one.offer, one.enrolment) == (OfferState.ACCEPTED, Enrolment.ENROLLED)
    found = db.scalars(select(RosterEntry)).one()
    assert (found.institution_id, found.programme_id, found.enrolled_at) == (
        one.institution_id,
        call.programme_id,
        now,
    )


def test_a_declined_place_goes_to_the_first_on_the_waiting_list(db: DbSession, call: Call, now: datetime) -> None:
    one, other = factories.offered(db, call), factories.offered(db, call)
    second, first = factories.waitlisted(db, call, 2), factories.waitlisted(db, call, 1)
    offers.decline(db, one.id, seen=1, actor="person:7", now=now)
    db.commit()

    assert states(db, one, other, first, second) == [OfferState.DECLINED, OfferState.OPEN, OfferState.OPEN, None]
    assert promotions(db) == [(first.id, one.id, Freed.DECLINED, "person:7")]
    assert first.waitlist_position is None


def test_an_offer_lapses_by_the_clock_and_not_before(db: DbSession, call: Call, now: datetime) -> None:
    one = factories.offered(db, call, offer_until=now + DAY)
    first = factories.waitlisted(db, call, 1)
    factories.offered(db, call)
    db.commit()
    assert offers.lapse(db, now + DAY - timedelta(seconds=1)) == 0
    assert offers.lapse(db, now + DAY) == 1
    db.commit()

    assert states(db, one, first) == [OfferState.LAPSED, OfferState.OPEN]
    assert promotions(db) == [(first.id, one.id, Freed.LAPSED, "worker")]


def test_an_offer_is_answered_once_and_in_time(db: DbSession, call: Call, now: datetime) -> None:
    one = factories.offered(db, call, offer_until=now + DAY)
    db.commit()
    with pytest.raises(offers.OfferOver):
        offers.accept(db, one.id, seen=1, actor="person:1", now=now + DAY)
    with pytest.raises(Conflict):
        offers.accept(db, one.id, seen=2, actor="person:1", now=now)
    offers.accept(db, one.id, seen=1, actor="person:1", now=now)
    with pytest.raises(offers.OfferOver):
        offers.decline(db, one.id, seen=2, actor="person:1", now=now)


def test_more_places_are_offered_by_the_worker(db: DbSession, call: Call, now: datetime) -> None:
    factories.offered(db, call)
    factories.offered(db, call)
    first, second = factories.waitlisted(db, call, 1), factories.waitlisted(db, call, 2)
    db.commit()
    assert offers.fill(db, now) == 0
    call.places = 3
    db.commit()
    assert offers.fill(db, now) == 1
    db.commit()

    assert states(db, first, second) == [OfferState.OPEN, None]
    assert promotions(db) == [(first.id, None, Freed.MORE_PLACES, "worker")]


def test_the_database_holds_that_offers_stay_within_the_places(db: DbSession, call: Call) -> None:
    factories.offered(db, call)
    factories.offered(db, call)
    third = factories.released(db, call, Verdict.ACCEPT)
    db.commit()
    third.offer, third.offer_until = OfferState.OPEN, factories.NOW
    with pytest.raises(DBAPIError, match="never exceed the places"):
        db.flush()
    db.rollback()
    call.places = 1
    with pytest.raises(DBAPIError, match="not taken away"):
        db.flush()


def test_the_database_holds_that_what_is_released_was_decided(db: DbSession, call: Call) -> None:
    one = factories.submitted(db, call)
    one.released_verdict, one.released_at = Verdict.DECLINE, factories.NOW
    with pytest.raises(DBAPIError, match="was decided"):
        db.flush()


def test_a_hundred_answers_at_once_fill_every_place_once_and_in_order(db: DbSession, now: datetime) -> None:
    call = factories.call(db, places=20)
    offered = [factories.offered(db, call, offer_until=now + (DAY if n % 2 else -DAY)) for n in range(20)]
    waiting = [factories.waitlisted(db, call, place) for place in range(1, 41)]
    ids, engine = [each.id for each in offered], db.get_bind()
    assert isinstance(engine, Engine)
    db.commit()

    def act(number: int) -> None:
        with DbSession(engine) as own:
            try:
                if number % 5:
                    offers.decline(own, ids[number % 20], seen=1, actor=f"person:{number}", now=now)
                else:
                    offers.lapse(own, now)
                    offers.fill(own, now)
                own.commit()
            except Refusal:
                own.rollback()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(act, range(100)))
    with DbSession(engine) as own:
        offers.lapse(own, now)
        offers.fill(own, now)
        own.commit()
    db.expire_all()

    freed = [each.id for each in offered if each.offer in offers.FREEING]
    promoted = [each for each in waiting if each.offer is OfferState.OPEN]
    assert offers.taken(db, call) == 20
    assert promoted == waiting[: len(freed)]
    found = promotions(db)
    assert [each[0] for each in found] == [each.id for each in promoted]
    assert sorted(each[1] or 0 for each in found) == sorted(freed)
