"""Free places and people who wait, counted only where places are limited."""

from flask import Flask

from registrar.db import DbSession
from registrar.programmes import queries
from registrar.weekly.availability import Availability, availability
from registrar.weekly.rules import SeatState
from tests import factories
from tests.factories import NOW


def test_offers_take_a_place_and_given_up_seats_do_not(db: DbSession) -> None:
    series = factories.series(db)
    session = factories.session(db, series, capacity=3)
    factories.session(db, series)
    for number, state in enumerate(SeatState):
        until = session.starts_at if state is SeatState.OFFERED else None
        registration = factories.registration(db, series)
        factories.seat(db, registration, session, state=state, queue_number=number, offered_until=until)

    found = availability(db, [week.meeting for week in queries.weeks(db, series.id, NOW)])

    assert found == {session.id: Availability(capacity=3, taken=2, waiting=1)}


def test_a_free_place_is_not_a_newcomers_while_others_wait_for_it() -> None:
    full = [Availability(2, taken, waiting).is_full for taken, waiting in ((1, 0), (2, 0), (1, 1), (3, 0))]

    assert full == [False, True, True, True]


def test_without_a_limit_nothing_is_counted(app: Flask, db: DbSession) -> None:
    series = factories.series(db)
    factories.session(db, series)

    assert availability(db, [week.meeting for week in queries.weeks(db, series.id, NOW)]) == {}
