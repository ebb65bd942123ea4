"""The demonstration: deterministic, consistent, all of it in the past, and the worker goes on from it."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import DateTime, func, select

from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.db import Base, DbSession, Moment
from registrar.mail.claims import new_owner
from registrar.mail.models import BounceReport, LocalMail, MailAttempt, OutboxMail, Suppression
from registrar.mail.rules import MailState, Reason, ReportState
from registrar.mail.worker import Worker, transport_for
from registrar.ops.demo.season import NEXT, WORKSHOP, times
from registrar.people.models import Consent, Person
from registrar.programmes.models import Programme, Session, Speaker
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import Audience, PlanState
from registrar.weekly.models import Attendance, Registration, Seat, SignUp
from registrar.weekly.rules import TAKING, Scope, SeatState
from tests import factories
from tests.conftest import START
from tests.ops.conftest import make

PAST = re.compile(
    r"(created|confirmed|state|finished|cancelled|joined|given|proven|published|updated|refused|mailed)_at|at"
)


def count(db: DbSession, model: type[Base], *conditions: Any) -> int:
    return db.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def dump(db: DbSession) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    return {
        table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
        for table in Base.metadata.sorted_tables
    }


def week(db: DbSession, number: int) -> Session:
    return db.scalars(select(Session).where(Session.slug == f"week-{number}")).one()


def test_the_same_day_makes_the_same_database(app: Flask, db: DbSession, demo: DbSession) -> None:
    make(app, db, START)

    assert dump(db) == dump(demo)


def test_the_season_is_in_its_ninth_week(demo: DbSession) -> None:
    sessions = demo.scalars(select(Session).order_by(Session.starts_at)).all()

    assert [each.slug for each in sessions] == [f"week-{number}" for number in range(1, 26)]
    assert [each.slug for each in sessions if each.ends_at <= START][-1] == "week-8"
    assert week(demo, NEXT).starts_at == datetime(2027, 1, 13, 17, tzinfo=UTC)
    assert {each.is_demo for each in sessions} == {True}


def test_the_past_has_summaries_but_for_the_last_session(demo: DbSession) -> None:
    written = demo.scalars(select(Session.slug).where(Session.summary_en != "", Session.summary_fr != "")).all()
    published = demo.scalars(select(Session.slug).where(Session.published_at.is_not(None))).all()

    assert sorted(written) == sorted(published) == [f"week-{number}" for number in range(1, 8)]


def test_there_are_600_people_in_60_countries(demo: DbSession) -> None:
    assert count(demo, Person) == count(demo, Registration) == count(demo, Consent) == 600
    assert demo.scalar(select(func.count(func.distinct(Person.country)))) == 60
    assert count(demo, Person, Person.email.not_like("%@example.org")) == 0
    assert count(demo, Registration, Registration.cancelled_at.is_not(None)) == 16
    assert count(demo, SignUp, SignUp.confirmed_at.is_(None)) == 17


def test_most_people_come_for_the_whole_season(demo: DbSession) -> None:
    season = count(demo, Registration, Registration.scope == Scope.SEASON)

    assert 80 < season / 6 < 90


def test_invented_speakers_say_that_they_are(demo: DbSession) -> None:
    speaking = select(Speaker).where(Speaker.id.in_(select(Base.metadata.tables["session_speaker"].c.speaker_id)))

    assert [each.name for each in demo.scalars(speaking) if not str(each.affiliation).endswith("(demo)")] == []


def test_no_session_is_oversold_and_nobody_waits_beside_a_free_place(demo: DbSession) -> None:
    limited = demo.scalars(select(Session).where(Session.capacity.is_not(None)).order_by(Session.starts_at)).all()
    taken = [count(demo, Seat, Seat.session_id == each.id, Seat.state.in_(TAKING)) for each in limited]
    waiting = [count(demo, Seat, Seat.session_id == each.id, Seat.state == SeatState.WAITING) for each in limited]

    assert [each.slug for each in limited] == ["week-11", "week-12"]
    assert (limited[0].capacity, taken[0]) == (60, 60)
    assert waiting[0] > 20
    assert 0 < (limited[1].capacity or 0) - taken[1] <= 10
    assert waiting[1] == 0


def test_the_waiting_list_is_in_order(demo: DbSession) -> None:
    seats = select(Seat).where(Seat.session_id == week(demo, WORKSHOP).id, Seat.queue_number.is_not(None))
    line = demo.scalars(seats.order_by(Seat.queue_number)).all()
    served = [each.queue_number for each in line if each.state in TAKING]
    waiting = [each.queue_number for each in line if each.state is SeatState.WAITING]

    assert [each.queue_number for each in line] == list(range(1, len(line) + 1))
    assert max(filter(None, served)) < min(filter(None, waiting))
    assert [each.state for each in line].count(SeatState.OFFERED) == 1


def test_the_demo_participant_is_next_in_line_and_has_a_rich_page(demo: DbSession) -> None:
    camille = demo.scalars(select(Person).where(Person.email == "demo@example.org")).one()
    seats = select(Session.slug, Seat.state).join(Seat).join(Registration).where(Registration.person_id == camille.id)
    states = {row.slug: row.state for row in demo.execute(seats)}
    came = select(Session.slug).join(Attendance).where(Attendance.person_id == camille.id).order_by(Session.id)
    numbers = select(Seat.registration_id).where(Seat.state == SeatState.WAITING).order_by(Seat.queue_number)

    assert len(states) == 25
    assert [slug for slug, state in states.items() if state is SeatState.SKIPPED] == ["week-3", "week-13"]
    assert demo.scalars(came).all() == ["week-1", "week-2", "week-4", "week-5", "week-7"]
    assert (
        demo.scalars(numbers.limit(1)).one()
        == demo.scalars(select(Registration.id).where(Registration.person_id == camille.id)).one()
    )


def test_35_to_45_percent_came_and_only_with_a_seat(demo: DbSession) -> None:
    shares = []
    for number in range(1, NEXT):
        session = week(demo, number)
        held = count(demo, Seat, Seat.session_id == session.id, Seat.state == SeatState.CONFIRMED)
        shares.append(count(demo, Attendance, Attendance.session_id == session.id) / held)
    seated = (
        select(Seat.id)
        .join(Registration)
        .where(
            Registration.person_id == Attendance.person_id,
            Seat.session_id == Attendance.session_id,
            Seat.state == SeatState.CONFIRMED,
        )
    )

    assert [round(share, 2) for share in shares if not 0.34 <= share <= 0.46] == []
    assert count(demo, Attendance, ~seated.exists()) == 0


def test_nothing_has_happened_after_now(demo: DbSession) -> None:
    moments = [
        (table.name, column.name, demo.scalar(select(func.max(column))))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Moment | DateTime) and PAST.fullmatch(column.name)
    ]

    assert len(moments) > 20
    assert [moment for moment in moments if moment[2] and moment[2] > START] == []


def test_every_mail_of_the_past_has_come_to_its_end(demo: DbSession) -> None:
    open_ = demo.scalars(select(OutboxMail).where(OutboxMail.finished_at.is_(None))).all()
    endings = select(OutboxMail.state, OutboxMail.reason).distinct().where(OutboxMail.state != MailState.SENT)

    assert sorted((each.kind, each.state) for each in open_) == [
        ("campaigns.letter", MailState.IN_DOUBT),
        ("campaigns.letter", MailState.IN_DOUBT),
        ("weekly.confirmed", MailState.DEFERRED),
    ]
    assert [each.next_at > START for each in open_ if each.state is MailState.DEFERRED] == [True]
    assert {(state, reason) for state, reason in demo.execute(endings)} == {
        (MailState.DEFERRED, None),
        (MailState.FAILED, Reason.SMTP),
        (MailState.IN_DOUBT, Reason.EXPIRED),
        (MailState.IN_DOUBT, None),
        (MailState.SKIPPED, Reason.UNSUBSCRIBED),
        (MailState.SKIPPED, Reason.SUPPRESSED),
        (MailState.SKIPPED, Reason.SUPERSEDED),
        (MailState.CANCELLED, Reason.WITHDRAWN),
    }


def test_addresses_that_bounced_get_nothing_more(demo: DbSession) -> None:
    bounced = (
        select(OutboxMail.person_id, OutboxMail.finished_at).where(OutboxMail.detail.like("550 5.1.1 %")).subquery()
    )
    later = (
        select(OutboxMail.state, OutboxMail.reason)
        .distinct()
        .join(bounced, bounced.c.person_id == OutboxMail.person_id)
    )

    assert count(demo, Suppression) == 8  # seven bounces and one "not me"
    assert {tuple(row) for row in demo.execute(later.where(OutboxMail.due_at > bounced.c.finished_at))} <= {
        (MailState.SKIPPED, Reason.SUPPRESSED),
        (MailState.CANCELLED, Reason.WITHDRAWN),
    }


def test_every_attempt_belongs_to_a_mail_that_was_tried(demo: DbSession) -> None:
    tried = count(demo, OutboxMail, OutboxMail.attempts == 1)

    assert count(demo, MailAttempt) == tried


def test_reminders_are_planned_for_every_session_that_is_over(demo: DbSession) -> None:
    plans = select(Session.slug, func.count()).join(ReminderPlan).group_by(Session.slug, Session.id)
    expected = [(f"week-{number}", 3) for number in range(1, 8)] + [("week-8", 2)]

    assert [tuple(row) for row in demo.execute(plans.order_by(Session.id))] == expected
    assert count(demo, ReminderPlan, ReminderPlan.state != PlanState.DONE) == 0


def test_a_reminder_that_was_due_before_now_is_not_left_to_the_worker(app: Flask, db: DbSession) -> None:
    evening = datetime(2027, 1, 12, 20, tzinfo=UTC)

    make(app, db, evening)

    plan = db.scalars(select(ReminderPlan).where(ReminderPlan.session_id == week(db, NEXT).id)).one()
    sent = count(db, OutboxMail, OutboxMail.session_id == plan.session_id, OutboxMail.kind == "reminders.before")
    assert (plan.due_at, plan.state) == (datetime(2027, 1, 12, 17, tzinfo=UTC), PlanState.DONE)
    assert sent > 400


@pytest.mark.usefixtures("context")
def test_the_worker_delivers_nothing_of_the_past_and_plans_the_weeks_to_come(app: Flask, db: DbSession) -> None:
    make(app, db, START)
    before = dump(db)["outbox"]
    db.commit()

    Worker(transport_for(app.extensions["registrar.settings"]), new_owner()).run_once(START)

    plans = select(ReminderPlan.due_at).where(ReminderPlan.state == PlanState.PLANNED).order_by(ReminderPlan.due_at)
    starts_at = week(db, NEXT).starts_at
    assert count(db, LocalMail) == 0
    assert dump(db)["outbox"] == before
    by_the_wall = datetime(2027, 1, 11, 16, tzinfo=UTC)
    assert db.scalars(plans.limit(3)).all() == [by_the_wall, *(starts_at - timedelta(hours=each) for each in (24, 1))]


def test_one_mailing_was_sent_and_one_is_held(demo: DbSession) -> None:
    found = demo.scalars(select(Campaign).order_by(Campaign.id)).all()

    mails = count(demo, OutboxMail, OutboxMail.campaign_id == found[0].id)
    assert [(each.state, each.is_demo) for each in found] == [(CampaignState.DONE, True), (CampaignState.HELD, True)]
    assert (mails, found[0].queued, mails > 500) == (found[0].expected, found[0].expected, True)
    assert found[1].starts_at is not None
    assert found[1].starts_at > START


def test_something_came_back_and_something_waits_for_a_person(demo: DbSession) -> None:
    states = select(BounceReport.state, func.count()).group_by(BounceReport.state)

    assert dict(demo.execute(states).all()) == {ReportState.APPLIED: 3, ReportState.WAITING: 1}


def test_the_waiting_list_is_reminded_by_the_clock_on_the_wall(demo: DbSession) -> None:
    rule = demo.scalars(select(ReminderRule).where(ReminderRule.audience == Audience.WAITING)).one()

    assert (rule.lead, rule.at_local) == (timedelta(days=2), time(17))


def test_new_people_get_the_next_ids(demo: DbSession) -> None:
    newcomer = factories.person(demo)

    assert newcomer.id == 601


@pytest.mark.parametrize(
    ("now", "next_on"),
    [
        (datetime(2027, 1, 11, 9, tzinfo=UTC), datetime(2027, 1, 13, 17, tzinfo=UTC)),
        (datetime(2027, 1, 13, 16, 59, tzinfo=UTC), datetime(2027, 1, 13, 17, tzinfo=UTC)),
        (datetime(2027, 1, 13, 17, 59, tzinfo=UTC), datetime(2027, 1, 13, 17, tzinfo=UTC)),
        (datetime(2027, 1, 13, 18, 0, tzinfo=UTC), datetime(2027, 1, 20, 17, tzinfo=UTC)),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), datetime(2027, 3, 31, 16, tzinfo=UTC)),
    ],
)
def test_week_nine_is_the_first_session_that_is_not_over(now: datetime, next_on: datetime) -> None:
    programme = Programme(timezone="Europe/Paris")

    assert times(programme, now).starts[NEXT - 1] == next_on
