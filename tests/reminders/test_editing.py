"""Rules as organisers change them: what is not sent yet follows, and nobody is told the same twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import resolve
from registrar.reminders import editing, operations
from registrar.reminders.editing import Details
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.operations import fan_out, plan
from registrar.reminders.rules import Anchor, Audience, PlanState
from registrar.weekly.models import Registration
from tests import factories

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
BY = "staff:1"
pytestmark = pytest.mark.usefixtures("context")


def before(lead: timedelta, at: time | None = None, audience: Audience = Audience.CONFIRMED) -> Details:
    return Details(Anchor.START, lead, at, audience)


def run(db: DbSession, now: datetime) -> None:
    """Plan and fan out until nothing changes any more."""
    while plan(db, now) + fan_out(db, now):
        db.commit()


def rule_of(db: DbSession, lead: timedelta) -> ReminderRule:
    return db.scalars(select(ReminderRule).where(ReminderRule.lead == lead)).one()


def mails(db: DbSession) -> list[tuple[int | None, int | None, MailState, Reason | None]]:
    found = db.scalars(select(OutboxMail).order_by(OutboxMail.id), execution_options={"populate_existing": True})
    return [(mail.registration_id, mail.rule_id, mail.state, mail.reason) for mail in found]


def plans(db: DbSession, rule: ReminderRule) -> list[tuple[datetime, PlanState]]:
    found = select(ReminderPlan.due_at, ReminderPlan.state).where(ReminderPlan.rule_id == rule.id)
    return [(due, state) for due, state in db.execute(found.order_by(ReminderPlan.id))]


@pytest.fixture
def session(db: DbSession, programme: Programme) -> Session:
    return factories.session(db, programme, starts_at=START, title_en="Lending")


@pytest.fixture
def held(db: DbSession, programme: Programme, session: Session) -> Registration:
    registration = factories.registration(db, programme)
    factories.seat(db, registration, session)
    return registration


def test_a_new_rule_is_planned_at_once_and_told_to_the_audit_trail(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    rule = editing.add(db, programme, before(DAY, time(17)), by=BY, now=START - 3 * DAY)
    planned = plans(db, rule)
    run(db, START - 25 * HOUR)

    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "reminder.add")).one()
    assert planned == [(START - 25 * HOUR, PlanState.PLANNED)]
    assert mails(db) == [(held.id, rule.id, MailState.QUEUED, None)]
    assert (entry.subject_id, entry.details["at"], entry.details["minutes"]) == (rule.id, "17:00", 24 * 60)


def test_a_rule_that_comes_too_late_for_a_session_surprises_nobody(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    rule = editing.add(db, programme, before(2 * DAY), by=BY, now=START - 30 * HOUR)
    run(db, START - 30 * HOUR)

    assert (plans(db, rule), mails(db)) == ([(START - 2 * DAY, PlanState.LATE)], [])


def test_another_lead_dates_what_has_not_begun_anew(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    plan(db, START - 3 * DAY)
    rule = rule_of(db, DAY)

    editing.change(db, rule, before(DAY + 6 * HOUR), by=BY, now=START - 3 * DAY)
    run(db, START - DAY - 6 * HOUR)

    assert plans(db, rule) == [(START - DAY - 6 * HOUR, PlanState.DONE)]
    assert mails(db) == [(held.id, rule.id, MailState.QUEUED, None)]


def test_another_lead_does_not_tell_anybody_twice(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    run(db, START - DAY)
    rule = rule_of(db, DAY)

    editing.change(db, rule, before(2 * HOUR), by=BY, now=START - 20 * HOUR)
    run(db, START - 2 * HOUR)

    assert mails(db) == [(held.id, rule.id, MailState.QUEUED, None)]


def test_a_lead_whose_moment_is_over_is_not_sent_afterwards_until_it_lies_ahead_again(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    plan(db, START - 30 * HOUR)
    rule = rule_of(db, DAY)

    editing.change(db, rule, before(2 * DAY), by=BY, now=START - 30 * HOUR)
    run(db, START - 30 * HOUR)
    over = (plans(db, rule), mails(db))
    editing.change(db, rule, before(3 * HOUR), by=BY, now=START - 30 * HOUR)
    run(db, START - 3 * HOUR)

    assert over == ([(START - 2 * DAY, PlanState.LATE)], [])
    assert mails(db) == [(held.id, rule.id, MailState.QUEUED, None)]


def test_switching_off_takes_back_what_waits_and_switching_on_restores_what_is_ahead(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    run(db, START - DAY)
    later = factories.session(db, programme, starts_at=START + 7 * DAY)
    factories.seat(db, held, later)
    rule = rule_of(db, DAY)
    plan(db, START - DAY)

    taken = editing.switch_off(db, rule, by=BY, now=START - DAY + MINUTE)
    off = (mails(db), [state for _, state in plans(db, rule)])
    editing.switch_on(db, rule, by=BY, now=START - DAY + 2 * MINUTE)
    run(db, START + 6 * DAY)

    cancelled = (held.id, rule.id, MailState.CANCELLED, Reason.SWITCHED_OFF)
    assert (taken, off) == (1, ([cancelled], [PlanState.DONE, PlanState.VOID]))
    assert [mail for mail in mails(db) if mail[1] == rule.id] == [
        cancelled,
        (held.id, rule.id, MailState.QUEUED, None),
    ]


def test_what_became_due_while_it_was_switched_off_is_sent_only_if_that_was_just_now(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    plan(db, START - 2 * DAY)
    day, hour = rule_of(db, DAY), rule_of(db, HOUR)
    for rule in (day, hour):
        editing.switch_off(db, rule, by=BY, now=START - 2 * DAY)

    editing.switch_on(db, day, by=BY, now=START - 20 * HOUR)
    run(db, START - 20 * HOUR)
    long_ago = mails(db)
    editing.switch_on(db, hour, by=BY, now=START - 50 * MINUTE)
    run(db, START - 50 * MINUTE)

    assert (long_ago, mails(db)) == ([], [(held.id, hour.id, MailState.QUEUED, None)])


def test_a_rule_is_switched_off_for_one_session_alone(
    db: DbSession, programme: Programme, session: Session, held: Registration
) -> None:
    later = factories.session(db, programme, starts_at=START + DAY)
    factories.seat(db, held, later)
    rule = rule_of(db, HOUR)
    editing.exempt(db, rule, session, by=BY, now=START - 2 * DAY)

    run(db, START - HOUR)
    exempt = [mail for mail in mails(db) if mail[1] == rule.id]
    run(db, START + DAY - HOUR)

    assert exempt == []
    assert [mail for mail in mails(db) if mail[1] == rule.id] == [(held.id, rule.id, MailState.QUEUED, None)]


def test_a_session_is_included_again(db: DbSession, session: Session, held: Registration) -> None:
    plan(db, START - 2 * DAY)
    rule = rule_of(db, HOUR)
    editing.exempt(db, rule, session, by=BY, now=START - 2 * DAY)
    off = plans(db, rule)

    editing.include(db, rule, session, by=BY, now=START - 2 * DAY)

    assert (off, plans(db, rule)) == (
        [(START - HOUR, PlanState.VOID)],
        [(START - HOUR, PlanState.PLANNED)],
    )


def test_a_chunk_that_is_half_done_stops_when_the_rule_is_switched_off(
    db: DbSession, programme: Programme, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK", 2)
    for _ in range(5):
        factories.seat(db, factories.registration(db, programme), session)
    plan(db, START - DAY)
    fan_out(db, START - DAY)

    taken = editing.switch_off(db, rule_of(db, DAY), by=BY, now=START - DAY)
    run(db, START - DAY)

    assert (taken, [state for *_, state, _ in mails(db)]) == (2, [MailState.CANCELLED] * 2)


def test_other_words_are_written_into_what_waits(db: DbSession, session: Session, held: Registration) -> None:
    run(db, START - HOUR)
    rule = rule_of(db, HOUR)
    words = LetterTemplate(name="Soon", created_at=factories.NOW)
    words.use = LetterUse.REMINDER
    factories.stored(db, words)
    for number in (1, 2):
        texts = {"subject_en": "Soon", "subject_fr": "", "body_en": "Hello", "body_fr": "", "created_by": BY}
        version = LetterVersion(template_id=words.id, number=number, created_at=factories.NOW, **texts)
        factories.stored(db, version)

    editing.change(db, rule, Details(Anchor.START, HOUR, None, Audience.CONFIRMED, words.id), by=BY, now=START - HOUR)

    assert db.scalars(select(OutboxMail.letter_version_id)).all() == [version.id]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (before(61 * DAY), "at most 60 days"),
        (before(4 * MINUTE), "at least 5 minutes"),
        (before(HOUR, time(9)), "whole days"),
        (before(0 * DAY, time(19)), "“Lending” has started by then: 19:00 on 2027-01-13"),
        (before(DAY, audience=Audience.MISSED), "cannot be told at that moment"),
        (before(DAY), "already"),
        (Details(Anchor.END, 0 * DAY, time(18, 30), Audience.CONFIRMED), "“Lending” is not over by then"),
        (Details(Anchor.PUBLISHED, 0 * DAY, time(18), Audience.MISSED), "later that day"),
        (Details(Anchor.START, DAY, None, Audience.SETTLED, 4711), "not there any more"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused(
    db: DbSession, programme: Programme, session: Session, details: Details, message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        editing.add(db, programme, details, by=BY, now=START - 3 * DAY)


@pytest.mark.parametrize(
    ("on", "zone", "at", "message"),
    [
        (date(2027, 3, 28), "Europe/Paris", time(2, 30), "no 02:30: on 2027-03-28 the clocks in Europe/Paris go for"),
        (date(2027, 10, 31), "Europe/Paris", time(2, 30), "two 02:30: on 2027-10-31 the clocks in Europe/Paris go b"),
        (date(2027, 3, 14), "America/New_York", time(2, 30), "no 02:30: on 2027-03-14"),
        (date(2027, 11, 7), "America/New_York", time(1, 30), "two 01:30: on 2027-11-07"),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_refused_with_the_session_and_the_night(
    db: DbSession, on: date, zone: str, at: time, message: str
) -> None:
    series = factories.series(db, timezone=zone)
    factories.session(db, series, starts_at=resolve(on, time(18), zone), title_en="Lending")

    with pytest.raises(Refusal, match=f"“Lending” there .* {message}"):
        editing.add(db, series, before(0 * DAY, at), by=BY, now=START)


def test_a_series_has_at_most_ten_rules(db: DbSession, programme: Programme) -> None:
    for hours in range(2, 9):
        editing.add(db, programme, before(hours * HOUR), by=BY, now=START)

    with pytest.raises(Refusal, match="at most 10"):
        editing.add(db, programme, before(9 * HOUR), by=BY, now=START)
    assert db.scalar(select(func.count(ReminderRule.id))) == 10


Change = Callable[[DbSession, ReminderRule, Session], object]


@pytest.mark.parametrize(
    ("change", "action"),
    [
        (lambda db, rule, session: editing.switch_on(db, rule, by=BY, now=START), "reminder.switch_on"),
        (lambda db, rule, session: editing.include(db, rule, session, by=BY, now=START), "reminder.include"),
    ],
)
def test_a_change_that_changes_nothing_is_not_told(
    db: DbSession, session: Session, change: Change, action: str
) -> None:
    change(db, rule_of(db, HOUR), session)

    assert db.scalars(select(AuditEntry).where(AuditEntry.action == action)).all() == []
