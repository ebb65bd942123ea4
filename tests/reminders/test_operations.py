"""Plans and their fan-out: each reminder once, at its moment, to those it is for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme
from registrar.reminders import operations, queries
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.operations import ensure_default_rules, fan_out, plan
from registrar.reminders.rules import Anchor, Audience, PlanState
from registrar.weekly.models import Attendance, Registration
from registrar.weekly.rules import AttendanceSource, SeatState
from tests import factories

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def run(db: DbSession, now: datetime) -> None:
    """Plan and fan out until nothing changes any more, committing after each step as the worker does."""
    while True:
        done = 0
        for job in operations.JOBS:
            done += job(db, now)
            db.commit()
        if not done:
            return


def plans(db: DbSession) -> list[tuple[Anchor, timedelta, int, PlanState]]:
    rows = db.execute(
        select(ReminderRule.anchor, ReminderRule.lead, ReminderPlan.revision, ReminderPlan.state)
        .join(ReminderPlan.rule)
        .order_by(ReminderPlan.session_id, ReminderPlan.revision, ReminderRule.id)
    )
    return [(row.anchor, row.lead, row.revision, row.state) for row in rows]


def mails(db: DbSession) -> list[tuple[int, timedelta]]:
    """Return to which registration which rule has sent, by its lead."""
    rows = db.execute(
        select(OutboxMail.registration_id, ReminderRule.lead)
        .join(ReminderRule, ReminderRule.id == OutboxMail.rule_id)
        .order_by(OutboxMail.id)
    )
    return [(row.registration_id or 0, row.lead) for row in rows]


def holder(db: DbSession, programme: Programme, session: Any, at: datetime = factories.NOW) -> Registration:
    registration = factories.registration(db, programme, confirmed_at=at)
    factories.seat(db, registration, session, state_at=at)
    return registration


def test_a_mail_is_planned_eight_days_before_it_is_due(db: DbSession, programme: Programme) -> None:
    factories.session(db, programme, starts_at=START)

    too_early = plan(db, START - 9 * DAY - MINUTE)
    planned = [plan(db, START - 9 * DAY), plan(db, START - 8 * DAY - HOUR), plan(db, START - 8 * DAY)]

    assert (too_early, planned) == (0, [1, 1, 0])
    assert plans(db) == [
        (Anchor.START, DAY, 0, PlanState.PLANNED),
        (Anchor.START, HOUR, 0, PlanState.PLANNED),
    ]


def test_a_series_without_rules_gets_the_default_ones(db: DbSession) -> None:
    series = factories.series(db)

    plan(db, START)

    rules = db.scalars(select(ReminderRule).order_by(ReminderRule.id))
    assert [(rule.anchor, rule.lead, rule.audience) for rule in rules] == [
        (Anchor.START, DAY, Audience.CONFIRMED),
        (Anchor.START, HOUR, Audience.CONFIRMED),
        (Anchor.PUBLISHED, timedelta(0), Audience.MISSED),
    ]
    assert ensure_default_rules(db, series) == 0


def test_each_reminder_goes_out_once_at_its_moment(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    person = holder(db, programme, session)

    run(db, START - DAY - MINUTE)
    assert mails(db) == []
    run(db, START - DAY)
    assert mails(db) == [(person.id, DAY)]
    run(db, START - HOUR)
    run(db, START - MINUTE)

    assert mails(db) == [(person.id, DAY), (person.id, HOUR)]
    assert [state for *_, state in plans(db)] == [PlanState.DONE, PlanState.DONE]


@pytest.mark.parametrize("state", [SeatState.SKIPPED, SeatState.LAPSED, SeatState.WAITING])
def test_only_confirmed_seats_are_reminded(db: DbSession, programme: Programme, state: SeatState) -> None:
    session = factories.session(db, programme, starts_at=START)
    registration = factories.registration(db, programme)
    factories.seat(db, registration, session, state=state, queue_number=1)
    cancelled = factories.registration(db, programme, cancelled_at=factories.NOW)
    factories.seat(db, cancelled, session)

    run(db, START - HOUR)

    assert mails(db) == []


def test_who_signs_up_late_gets_the_reminders_still_ahead(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    run(db, START - DAY)
    late = holder(db, programme, session, at=START - 3 * HOUR)

    run(db, START - 2 * HOUR)
    before = mails(db)
    run(db, START - HOUR)

    assert (before, mails(db)) == ([], [(late.id, HOUR)])


def test_who_confirms_between_the_moment_and_the_fan_out_gets_nothing(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    holder(db, programme, session, at=START - HOUR + MINUTE)

    run(db, START - 50 * MINUTE)

    assert mails(db) == []


def test_after_downtime_only_the_nearest_useful_reminder_goes_out(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    person = holder(db, programme, session)
    plan(db, START - 2 * DAY)

    run(db, START - 20 * MINUTE)

    assert mails(db) == [(person.id, HOUR)]
    assert [state for *_, state in plans(db)] == [PlanState.SUPERSEDED, PlanState.DONE]


def test_after_the_start_reminders_are_late(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    holder(db, programme, session)
    plan(db, START - 2 * DAY)

    run(db, START)

    assert mails(db) == []
    assert [state for *_, state in plans(db)] == [PlanState.LATE, PlanState.LATE]


def test_a_moved_session_is_planned_afresh(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    person = holder(db, programme, session)
    run(db, START - DAY)
    session.starts_at, session.ends_at, session.revision = START + DAY, START + DAY + HOUR, 1

    run(db, START - 30 * MINUTE)
    run(db, START)

    assert mails(db) == [(person.id, DAY), (person.id, DAY)]
    assert plans(db) == [
        (Anchor.START, DAY, 0, PlanState.DONE),
        (Anchor.START, HOUR, 0, PlanState.VOID),
        (Anchor.START, DAY, 1, PlanState.DONE),
        (Anchor.START, HOUR, 1, PlanState.PLANNED),
    ]


def test_a_cancelled_session_reminds_nobody(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    holder(db, programme, session)
    plan(db, START - 2 * DAY)
    session.cancelled_at, session.revision = START - 2 * DAY, 1

    run(db, START - HOUR)

    assert mails(db) == []
    assert {state for *_, state in plans(db)} == {PlanState.VOID}


def test_a_rule_that_is_switched_off_and_on_again_holds_again(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    person = holder(db, programme, session)
    plan(db, START - 2 * DAY)
    rule = db.scalars(select(ReminderRule).where(ReminderRule.lead == HOUR)).one()
    rule.disabled_at = START - 2 * DAY
    plan(db, START - 2 * DAY)
    off = [state for *_, state in plans(db)]
    rule.disabled_at = None

    run(db, START - HOUR)

    assert off == [PlanState.PLANNED, PlanState.VOID]
    assert mails(db) == [(person.id, HOUR)]


def test_the_recording_is_told_to_those_who_missed_it(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START)
    missed, came = holder(db, programme, session), holder(db, programme, session)
    attendance = Attendance(session_id=session.id, person_id=came.person_id, joined_at=START)
    attendance.source = AttendanceSource.JOIN_LINK
    db.add(attendance)
    run(db, START + DAY)
    assert mails(db) == []
    session.published_at = START + DAY + HOUR

    run(db, START + 2 * DAY)
    session.revision = 1
    run(db, START + 3 * DAY)

    assert mails(db) == [(missed.id, timedelta(0))]


def test_what_is_unpublished_at_once_is_not_told(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START, published_at=START + DAY)
    person = holder(db, programme, session)
    plan(db, START + DAY)
    session.published_at = None
    run(db, START + DAY)
    hidden = mails(db)
    session.published_at = START + 2 * DAY

    run(db, START + 2 * DAY)

    assert (hidden, mails(db)) == ([], [(person.id, timedelta(0))])


def test_the_fan_out_goes_on_where_it_was_stopped(
    db: DbSession, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK", 2)
    session = factories.session(db, programme, starts_at=START)
    people = [holder(db, programme, session).id for _ in range(5)]
    plan(db, START - DAY)

    fan_out(db, START - DAY)
    db.commit()
    fan_out(db, START - DAY)
    db.rollback()  # killed before the commit
    first = mails(db)
    run(db, START - DAY)

    assert first == [(id, DAY) for id in people[:2]]
    assert mails(db) == [(id, DAY) for id in people]


@pytest.mark.parametrize(
    "start",
    [datetime(2027, 3, 28, 16, tzinfo=UTC), datetime(2027, 10, 31, 17, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
def test_over_the_nights_when_clocks_change_the_lead_stays_24_hours(
    db: DbSession, programme: Programme, start: datetime
) -> None:
    session = factories.session(db, programme, starts_at=start)
    person = holder(db, programme, session)

    run(db, start - DAY - MINUTE)
    before = mails(db)
    run(db, start - DAY)

    assert (before, mails(db)) == ([], [(person.id, DAY)])


def test_a_plan_that_another_worker_has_in_hand_is_left_to_it(
    db: DbSession, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK", 2)
    session = factories.session(db, programme, starts_at=START)
    people = [holder(db, programme, session).id for _ in range(5)]
    plan(db, START - DAY)
    db.commit()

    with DbSession(db.get_bind()) as other:
        fan_out(other, START - DAY)
        meanwhile = _meanwhile(db, other)
        other.commit()
    run(db, START - DAY)

    assert meanwhile == 0
    assert mails(db) == [(id, DAY) for id in people]


def _meanwhile(db: DbSession, other: DbSession) -> int:
    """Let a second worker fan out while the first has not committed; SQLite lets nobody write then."""
    if db.get_bind().dialect.name == "sqlite":
        return 0
    done = fan_out(db, START - DAY)
    db.commit()
    return done


def test_the_planner_learns_when_reminders_leave_by_the_clock_on_the_wall_too(
    db: DbSession, programme: Programme
) -> None:
    rule = ReminderRule(programme_id=programme.id, lead=DAY, at_local=time(9))
    rule.anchor, rule.audience = Anchor.START, Audience.CONFIRMED
    waiting = ReminderRule(programme_id=programme.id, lead=2 * HOUR)
    waiting.anchor, waiting.audience = Anchor.START, Audience.WAITING
    db.add_all([rule, waiting])
    db.flush()

    found = sorted(leaves_at(START, "Europe/Paris") for leaves_at in queries.leads(db, programme.id))

    assert found == [START - 33 * HOUR, START - DAY, START - HOUR]


def test_the_mails_of_a_plan_say_what_they_are_about(db: DbSession, programme: Programme) -> None:
    session = factories.session(db, programme, starts_at=START, revision=3)
    person = holder(db, programme, session)

    run(db, START - HOUR)

    mail = db.scalars(select(OutboxMail)).one()
    plan = db.scalars(select(ReminderPlan).where(ReminderPlan.state == PlanState.DONE)).one()
    assert mail.key == f"reminder:{session.id}:{person.id}:{plan.rule_id}:g3"
    assert (mail.person_id, mail.topic, mail.revision) == (person.person_id, programme.slug, 3)
    assert (mail.due_at, mail.expires_at, mail.kind) == (START - HOUR, START, "reminders.before")
    assert (plan.queued, plan.cursor) == (1, person.id)


def test_a_plan_made_while_its_rule_was_being_switched_off_for_the_session_is_void(
    db: DbSession, programme: Programme
) -> None:
    session = factories.session(db, programme, starts_at=START)
    holder(db, programme, session)
    plan(db, START - DAY)
    for rule in db.scalars(select(ReminderRule)):
        db.add(ReminderExemption(session_id=session.id, rule_id=rule.id, created_at=START - DAY))

    run(db, START - HOUR)

    assert ({state for *_, state in plans(db)}, mails(db)) == ({PlanState.VOID}, [])
