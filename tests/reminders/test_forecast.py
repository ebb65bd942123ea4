"""The coming weeks' reminders: when, how many, and at which hour people read them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.programmes.models import Programme
from registrar.reminders.forecast import Forecast, clocks_change, forecast
from registrar.reminders.models import ReminderExemption, ReminderRule
from registrar.reminders.operations import fan_out, plan
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Unsubscription
from registrar.weekly.rules import SeatState, Subscription
from tests import factories

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
NOW = START - timedelta(days=3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(found: list[Forecast]) -> list[tuple[int, timedelta, int]]:
    return [(each.session.id, each.rule.lead, each.count) for each in found]


def test_it_tells_sessions_and_rules_in_the_order_of_time_with_their_recipients(
    db: DbSession, programme: Programme
) -> None:
    near, far = (factories.session(db, programme, starts_at=START + weeks * 7 * DAY) for weeks in (0, 1))
    for zone in ("Europe/Paris", "Europe/Paris", "America/New_York"):
        person = factories.person(db, timezone=zone)
        registration = factories.registration(db, programme, person_id=person.id)
        factories.seat(db, registration, near)
    factories.seat(db, registration, far)

    found = forecast(db, now=NOW, until=START + 7 * DAY)

    assert told(found) == [(near.id, DAY, 3), (near.id, HOUR, 3), (far.id, DAY, 1), (far.id, HOUR, 1)]
    assert (found[1].due_at, found[1].kind, dict(found[1].hours)) == (
        START - HOUR,
        "reminders.before",
        {17: 2, 11: 1},
    )
    assert told(forecast(db, now=NOW, until=START - DAY)) == [(near.id, DAY, 3)]


def test_it_leaves_out_what_will_not_be_sent(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    cancelled = factories.session(db, programme, starts_at=START, cancelled_at=NOW)
    day, hour, _ = db.scalars(select(ReminderRule).order_by(ReminderRule.id))
    day.disabled_at = NOW
    stopped, skipped, gone, held = (factories.registration(db, programme) for _ in range(4))
    gone.cancelled_at = NOW
    for registration in (stopped, gone, held):
        factories.seat(db, registration, session)
        factories.seat(db, registration, cancelled)
    factories.seat(db, skipped, session, state=SeatState.SKIPPED)
    off = Unsubscription(registration_id=stopped.id, created_at=NOW)
    off.subscription = Subscription.REMINDERS
    db.add(off)
    db.flush()

    found = told(forecast(db, now=NOW, until=START))
    db.add(ReminderExemption(session_id=session.id, rule_id=hour.id, created_at=NOW))
    db.flush()

    assert (found, forecast(db, now=NOW, until=START)) == ([(session.id, HOUR, 1)], [])


def test_what_has_been_written_is_no_forecast(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    factories.seat(db, factories.registration(db, programme), session)
    plan(db, START - DAY)
    due = told(forecast(db, now=START - DAY, until=START))
    while fan_out(db, START - DAY):
        db.commit()

    assert (due, told(forecast(db, now=START - DAY, until=START))) == (
        [(session.id, DAY, 1), (session.id, HOUR, 1)],
        [(session.id, HOUR, 1)],
    )


def test_every_audience_is_counted_by_its_own_rule(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START, published_at=None)
    settled, fresh, waiting = (factories.registration(db, programme) for _ in range(3))
    factories.seat(db, settled, session)
    factories.seat(db, fresh, session, state_at=START - DAY - HOUR)
    factories.seat(db, waiting, session, state=SeatState.WAITING, queue_number=1)
    for lead, audience in ((2 * HOUR, Audience.WAITING), (DAY, Audience.SETTLED)):
        rule = ReminderRule(programme_id=programme.id, anchor=Anchor.START, lead=lead, at_local=None)
        rule.audience = audience
        factories.stored(db, rule)
    after = ReminderRule(programme_id=programme.id, anchor=Anchor.END, lead=DAY, at_local=time(10))
    after.audience = Audience.MISSED
    factories.stored(db, after)

    found = forecast(db, now=START - DAY - HOUR, until=START + 3 * DAY)

    assert [(each.rule.audience, each.kind, each.count) for each in found] == [
        (Audience.CONFIRMED, "reminders.before", 2),
        (Audience.SETTLED, "reminders.before", 1),
        (Audience.WAITING, "reminders.waiting", 1),
        (Audience.CONFIRMED, "reminders.before", 2),
        (Audience.MISSED, "reminders.after", 2),
    ]
    assert found[-1].due_at == datetime(2027, 1, 14, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zones", "changes"),
    [
        (datetime(2027, 3, 24, 17, tzinfo=UTC), (), True),
        (datetime(2027, 3, 29, 17, tzinfo=UTC), (), False),
        (datetime(2027, 3, 10, 17, tzinfo=UTC), (), False),
        (datetime(2027, 3, 10, 17, tzinfo=UTC), ("America/New_York",), True),
        (datetime(2027, 11, 3, 17, tzinfo=UTC), ("Asia/Tokyo",), False),
        (datetime(2027, 11, 3, 17, tzinfo=UTC), ("Asia/Tokyo", "America/New_York"), True),
    ],
)
def test_weeks_in_which_somebodys_clocks_change_are_marked(at: datetime, zones: tuple[str, ...], changes: bool) -> None:
    assert clocks_change(at, "Europe/Paris", zones) is changes
