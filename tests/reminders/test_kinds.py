"""The mails of the richer rules: waiting list, after the session, the organiser's own words, whole batches."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.kinds import Draft, NotNeeded, compose_all
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render
from registrar.mail.rules import Reason
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderExemption, ReminderRule
from registrar.reminders.operations import fan_out, plan
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Registration
from registrar.weekly.rules import SeatState
from tests import factories
from tests.statements import queries

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def session(db: DbSession) -> Session:
    """A session of a series without any rule."""
    programme = factories.series(db)
    return factories.session(db, programme, starts_at=START, title_en="Lending", title_fr="Prêter")


def given(
    db: DbSession, session: Session, anchor: Anchor, lead: timedelta, audience: Audience, at: time | None = None
) -> ReminderRule:
    rule = ReminderRule(programme_id=session.programme_id, anchor=anchor, lead=lead, at_local=at)
    rule.audience = audience
    return factories.stored(db, rule)


def seated(db: DbSession, session: Session, state: SeatState = SeatState.CONFIRMED, **more: object) -> Registration:
    registration = factories.registration(db, session.programme)
    factories.seat(db, registration, session, state=state, **more)
    return registration


def due(db: DbSession, now: datetime) -> list[OutboxMail]:
    """Plan and fan out, and return what is in the outbox."""
    while plan(db, now) + fan_out(db, now):
        db.commit()
    db.expire_all()
    return list(db.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def written(db: DbSession, now: datetime) -> list[str | Reason]:
    """Return the text of each mail that is due, or the reason why there is none."""
    mails = due(db, now)
    answers = compose_all(db, mails, now)
    return [_read(answers[mail.id], mail, now) for mail in mails]


def _read(answer: object, mail: OutboxMail, now: datetime) -> str | Reason:
    if isinstance(answer, NotNeeded):
        return answer.reason
    assert isinstance(answer, Draft)
    letter = render(answer, mail, now)
    return f"{letter.subject}\n{letter.text}"


def test_who_waits_reads_their_place_and_how_to_leave_the_list(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.START, 3 * HOUR, Audience.WAITING)
    session.capacity = 1
    seated(db, session)
    for number in (4, 7):
        seated(db, session, SeatState.WAITING, queue_number=number)

    first, second = written(db, START - 3 * HOUR)

    assert "Lending: your place on the waiting list" in str(first)
    assert ("number 1 on" in str(first), "number 2 on" in str(second)) == (True, True)
    assert "Leave the list" in str(first)
    assert "because you are on the waiting list" in str(first)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (SeatState.CONFIRMED, Reason.SUPERSEDED),
        (SeatState.OFFERED, Reason.SUPERSEDED),
        (SeatState.SKIPPED, Reason.WITHDRAWN),
    ],
)
def test_who_waits_no_longer_hears_nothing_of_the_list(
    db: DbSession, session: Session, state: SeatState, reason: Reason
) -> None:
    given(db, session, Anchor.START, 3 * HOUR, Audience.WAITING)
    registration = seated(db, session, SeatState.WAITING, queue_number=1)
    due(db, START - 3 * HOUR)
    (seat,) = registration.seats
    seat.state, seat.offered_until = state, START - HOUR if state is SeatState.OFFERED else None
    db.flush()

    assert written(db, START - 3 * HOUR) == [reason]


def test_only_who_is_settled_gets_a_reminder_for_the_settled(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.START, 2 * HOUR, Audience.SETTLED)
    long_ago = seated(db, session, state_at=START - 27 * HOUR)
    seated(db, session, state_at=START - 25 * HOUR)

    mails = due(db, START - 2 * HOUR)

    assert [mail.registration_id for mail in mails] == [long_ago.id]


def test_a_reminder_for_the_settled_replaces_an_earlier_one_for_them_alone(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.START, DAY, Audience.CONFIRMED)
    seated(db, session)
    seated(db, session, state_at=START - DAY - HOUR)
    due(db, START - DAY)
    given(db, session, Anchor.START, 2 * HOUR, Audience.SETTLED)

    settled, fresh, other = written(db, START - 2 * HOUR)

    assert (settled, "Lending – in 2 hours" in str(fresh), "in 2 hours" in str(other)) == (
        Reason.SUPERSEDED,
        True,
        True,
    )


def test_after_the_session_the_mail_says_where_to_find_what_remains(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.END, DAY, Audience.CONFIRMED, time(10))
    seated(db, session)

    too_early = due(db, START + 15 * HOUR)
    (text,) = written(db, START + 16 * HOUR)

    assert too_early == []
    assert "After the session: Lending" in str(text)
    assert "As soon as the summary is written" in str(text)
    assert f"/weekly/{session.programme.slug}/{session.slug}" in str(text)


def test_who_missed_it_reads_that_and_who_came_reads_nothing(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.END, HOUR, Audience.MISSED)
    seated(db, session)
    factories.attendance(db, seated(db, session), session)

    (text,) = written(db, START + 2 * HOUR)

    assert "We missed you: Lending" in str(text)


def test_what_follows_a_session_that_was_moved_away_is_not_sent(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.END, HOUR, Audience.CONFIRMED)
    seated(db, session)
    due(db, START + 2 * HOUR)
    session.starts_at, session.ends_at = START + 7 * DAY, START + 7 * DAY + HOUR
    db.flush()

    assert written(db, START + 2 * HOUR) == [Reason.RESCHEDULED]


def test_after_downtime_the_nearest_of_wall_clock_and_elapsed_rules_is_sent(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.START, DAY, Audience.CONFIRMED, time(17))
    near = given(db, session, Anchor.START, 0 * DAY, Audience.CONFIRMED, time(9))
    given(db, session, Anchor.START, 20 * HOUR, Audience.CONFIRMED)
    seated(db, session)

    assert [mail.rule_id for mail in due(db, START - 2 * HOUR)] == [near.id]


def test_after_downtime_only_the_last_mail_after_a_session_is_sent(db: DbSession, session: Session) -> None:
    given(db, session, Anchor.END, HOUR, Audience.CONFIRMED)
    last = given(db, session, Anchor.END, DAY, Audience.CONFIRMED)
    seated(db, session)

    assert [mail.rule_id for mail in due(db, START + 2 * DAY)] == [last.id]


@pytest.mark.parametrize("scope", ["the series", "one session"])
def test_what_was_switched_off_behind_a_claim_is_not_sent(db: DbSession, session: Session, scope: str) -> None:
    rule = given(db, session, Anchor.START, HOUR, Audience.CONFIRMED)
    seated(db, session)
    due(db, START - HOUR)
    if scope == "the series":
        rule.disabled_at = START - HOUR
    else:
        db.add(ReminderExemption(session_id=session.id, rule_id=rule.id, created_at=START))
    db.flush()

    assert written(db, START - HOUR) == [Reason.SWITCHED_OFF]


def test_a_rule_may_speak_in_the_organisers_own_words(db: DbSession, session: Session) -> None:
    rule = given(db, session, Anchor.START, HOUR, Audience.CONFIRMED)
    words = LetterTemplate(name="Soon", created_at=factories.NOW)
    words.use = LetterUse.REMINDER
    rule.template_id = factories.stored(db, words).id
    body = "Dear {{ name }}, we meet at {{ starts_at }}: {{ join_link }}"
    texts = {"subject_en": "Soon: {{ session }}", "subject_fr": "", "body_en": body, "body_fr": "", "created_by": "me"}
    factories.stored(db, LetterVersion(template_id=words.id, number=1, created_at=factories.NOW, **texts))
    registration = seated(db, session)

    (text,) = written(db, START - HOUR)

    assert str(text).startswith("Soon: Lending\n")
    assert f"Dear {registration.person.name}, we meet at Wednesday 13 January 2027, 18:00" in str(text)
    assert "/join/" in str(text)
    assert "You get this reminder because you have a seat in this session." in str(text)


def test_a_batch_costs_as_many_queries_as_one_mail(app: Flask, db: DbSession, session: Session) -> None:
    given(db, session, Anchor.START, HOUR, Audience.CONFIRMED)
    for _ in range(30):
        seated(db, session)
    mails = due(db, START - HOUR)

    def count(chosen: list[OutboxMail]) -> int:
        db.expunge_all()
        with queries(app) as found:
            compose_all(db, chosen, START - HOUR)
        return len(found)

    assert (count(mails), count(mails[:1])) == (7, 7)


def test_after_downtime_each_audience_gets_the_nearest_of_its_own(db: DbSession, session: Session) -> None:
    for_seats = given(db, session, Anchor.START, DAY, Audience.CONFIRMED)
    for_the_list = given(db, session, Anchor.START, 2 * HOUR, Audience.WAITING)
    seated(db, session)
    seated(db, session, SeatState.WAITING, queue_number=1)

    assert [mail.rule_id for mail in due(db, START - HOUR)] == [for_seats.id, for_the_list.id]
