"""Planning a season: sessions keep their wall-clock time, and every change has its effects in one transaction."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import func, select, update

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason
from registrar.programmes.rules import AmbiguousLocalTime, Fold, NonexistentLocalTime
from registrar.weekly.models import Seat
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Add, Cancel, Move, Reinstate, Shift, Slot, slot_of
from registrar.weekly.planner.telling import Notice
from registrar.weekly.rules import Scope, SeatState
from tests import factories
from tests.weekly.planned import HOUR, PARIS, WEEK, change, generated, later, notices, season, seated


def test_25_sessions_stay_at_18_in_paris_across_both_clock_changes(db: DbSession, now: datetime) -> None:
    for first_on in (date(2027, 1, 13), date(2027, 9, 1)):
        _, sessions = generated(db, now, first_on=first_on)
        walls = [session.starts_at.astimezone(PARIS) for session in sessions]

        assert [wall.time() for wall in walls] == [time(18)] * 25
        assert [wall.date() for wall in walls] == [first_on + number * WEEK for number in range(25)]
        assert {session.starts_at.hour for session in sessions} == {16, 17}


def test_generated_sessions_have_permanent_addresses_and_their_own_uid(db: DbSession, now: datetime) -> None:
    _, sessions = generated(db, now, weeks=3, capacity=40, join_url="https://meet.example.org/a")

    assert [session.slug for session in sessions] == ["week-1", "week-2", "week-3"]
    assert len({session.uid for session in sessions}) == 3
    assert {(session.capacity, session.join_url) for session in sessions} == {(40, "https://meet.example.org/a")}


def test_skipped_dates_get_no_session_and_the_season_ends_later(db: DbSession, now: datetime) -> None:
    _, sessions = generated(db, now, weeks=3, skipping=frozenset({date(2027, 1, 20)}))

    assert [session.starts_at.date() for session in sessions] == [date(2027, 1, d) for d in (13, 27)] + [
        date(2027, 2, 3)
    ]


def test_a_series_is_generated_once(db: DbSession, now: datetime) -> None:
    programme, _ = generated(db, now, weeks=2)

    with pytest.raises(Refusal, match="Add one"):
        planning.generate(db, programme, season(), by="staff:1", now=now)


def test_a_local_time_that_does_not_exist_is_refused(db: DbSession, now: datetime) -> None:
    with pytest.raises(NonexistentLocalTime):
        generated(db, now, first_on=date(2027, 3, 28), starts=time(2, 30), weeks=1)


def test_a_local_time_that_happens_twice_is_asked_about(db: DbSession, now: datetime) -> None:
    with pytest.raises(AmbiguousLocalTime):
        generated(db, now, first_on=date(2027, 10, 31), starts=time(2, 30), weeks=1)

    _, (session,) = generated(db, now, first_on=date(2027, 10, 31), starts=time(2, 30), weeks=1, fold=Fold.SECOND)

    assert session.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_a_shift_across_a_clock_change_keeps_18_in_paris(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now)
    eleventh, uids = sessions[10], [session.uid for session in sessions]  # the last Wednesday of winter time

    change(db, programme, Shift(eleventh.id, 1), now)

    walls = [session.starts_at.astimezone(PARIS) for session in sessions]
    assert [wall.time() for wall in walls] == [time(18)] * 25
    assert [wall.date() for wall in walls[9:12]] == [date(2027, 3, 17), date(2027, 3, 31), date(2027, 4, 7)]
    assert [(s.sequence, s.revision) for s in sessions] == [(0, 0)] * 10 + [(1, 1)] * 15
    assert [session.uid for session in sessions] == uids


def test_a_shift_leaves_cancelled_sessions_where_they_are(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=3)
    change(db, programme, Cancel(sessions[1].id, "Holiday", ""), now)
    before = sessions[1].starts_at

    shown, _ = change(db, programme, Shift(sessions[0].id, 1), now)

    assert [step.session for step in shown.steps] == [sessions[0], sessions[2]]
    assert sessions[1].starts_at == before


def test_a_move_tells_everybody_who_counts_on_the_session(db: DbSession, now: datetime) -> None:
    programme, (session, other) = generated(db, now, weeks=2)
    people = [seated(db, programme, session), seated(db, programme, session, locale="fr")]
    factories.seat(db, seated(db, programme, other), session, state=SeatState.SKIPPED)
    gone = seated(db, programme, session)
    gone.cancelled_at = now
    waiting = seated(db, programme)
    factories.seat(db, waiting, session, state=SeatState.WAITING, queue_number=1)

    shown, done = change(db, programme, Move(session.id, later(session, HOUR)), now)

    told = [*people, waiting]
    assert notices(db) == [(f"moved:{session.id}:{each.id}:g1", MailState.QUEUED, None) for each in told]
    assert (shown.telling.people, dict(shown.telling.by_locale), done.told) == (3, {"en": 2, "fr": 1}, 3)
    assert (session.sequence, session.revision, session.starts_at.hour) == (1, 1, 18)


def test_a_shift_writes_one_letter_per_person(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=4)
    all_weeks, one_week = seated(db, programme, *sessions), seated(db, programme, sessions[2])

    shown, done = change(db, programme, Shift(sessions[1].id, 1), now)

    letters = db.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [(mail.registration_id, mail.session_id, mail.revision) for mail in letters] == [
        (all_weeks.id, sessions[1].id, None),
        (one_week.id, sessions[2].id, 1),
    ]
    assert [item["session"] for item in letters[0].context["sessions"]] == [each.id for each in sessions[1:]]
    assert shown.telling.people == done.told == 2


def test_a_change_ends_reminders_of_the_old_time_with_the_reason(db: DbSession, now: datetime) -> None:
    programme, (moved, cancelled, other) = generated(db, now, weeks=3)
    for each in (moved, cancelled, other):
        mail = NewMail(key=f"reminder:{each.id}", kind="reminders.before", session_id=each.id, revision=0)
        enqueue(db, mail, NewMail(key=f"offer:{each.id}", kind="weekly.offer", session_id=each.id), now=now)

    change(db, programme, Move(moved.id, later(moved, HOUR)), now)
    change(db, programme, Cancel(cancelled.id, "", ""), now)

    assert notices(db) == [
        (f"reminder:{moved.id}", MailState.CANCELLED, Reason.RESCHEDULED),
        (f"offer:{moved.id}", MailState.QUEUED, None),
        (f"reminder:{cancelled.id}", MailState.CANCELLED, Reason.SESSION_CANCELLED),
        (f"offer:{cancelled.id}", MailState.QUEUED, None),
        (f"reminder:{other.id}", MailState.QUEUED, None),
        (f"offer:{other.id}", MailState.QUEUED, None),
    ]


def test_moving_back_before_anybody_was_told_tells_nobody(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)
    person, first = seated(db, programme, session), slot_of(session)
    change(db, programme, Move(session.id, later(session, HOUR)), now)

    shown, done = change(db, programme, Move(session.id, first), now)

    assert (shown.telling.people, done.told) == (0, 0)
    assert notices(db) == [(f"moved:{session.id}:{person.id}:g1", MailState.CANCELLED, Reason.SUPERSEDED)]
    assert session.sequence == 2


def test_a_second_move_speaks_of_the_time_that_people_know(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)
    seated(db, programme, session)
    announced = session.starts_at
    change(db, programme, Move(session.id, later(session, HOUR)), now)
    change(db, programme, Move(session.id, later(session, HOUR)), now)

    latest = db.scalars(select(OutboxMail).where(OutboxMail.state == MailState.QUEUED)).one()

    assert (latest.revision, latest.context["sessions"][0]["from"]) == (2, announced.isoformat())


def test_a_cancelled_session_tells_why_and_one_that_returns_is_announced(db: DbSession, now: datetime) -> None:
    programme, (session, other) = generated(db, now, weeks=2)
    person = seated(db, programme, session, other)

    change(db, programme, Cancel(session.id, "The speaker is ill.", "L'oratrice est malade."), now)
    reasons = (session.cancelled_at, session.cancel_reason("en"), session.cancel_reason("fr"), session.sequence)
    db.execute(update(OutboxMail).values(state=MailState.SENT))
    change(db, programme, Reinstate(session.id), now)

    assert reasons == (now, "The speaker is ill.", "L'oratrice est malade.", 1)
    assert (session.cancelled_at, session.sequence, session.revision) == (None, 2, 2)
    assert notices(db) == [
        (f"session_cancelled:{session.id}:{person.id}:g1", MailState.SENT, None),
        (f"reinstated:{session.id}:{person.id}:g2", MailState.QUEUED, None),
    ]


def test_taking_a_cancellation_back_before_anybody_was_told_tells_nobody(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)
    person = seated(db, programme, session)
    change(db, programme, Cancel(session.id, "", ""), now)

    shown, done = change(db, programme, Reinstate(session.id), now)

    assert (shown.telling.people, done.told) == (0, 0)
    assert notices(db) == [(f"session_cancelled:{session.id}:{person.id}:g1", MailState.CANCELLED, Reason.SUPERSEDED)]


def test_people_who_came_while_it_was_cancelled_are_seated_when_it_returns(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)
    change(db, programme, Cancel(session.id, "", ""), now)
    newcomer = seated(db, programme)

    shown, done = change(db, programme, Reinstate(session.id), now)

    assert (dict(shown.telling.by_notice), done.told) == ({Notice.ADDED: 1}, 1)
    assert db.scalars(select(Seat.state).where(Seat.registration_id == newcomer.id)).all() == [SeatState.CONFIRMED]


def test_an_added_session_seats_the_whole_season_people_and_tells_them(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=2)
    whole = seated(db, programme, *sessions)
    chosen = seated(db, programme, sessions[0])
    chosen.scope = Scope.CHOSEN

    wanted = Add(later(sessions[1], WEEK), "More about lending", "Encore sur le prêt")
    shown, done = change(db, programme, wanted, now)

    (added,) = done.sessions
    assert (added.slug, added.added_at, added.title("fr")) == ("week-3", now, "Encore sur le prêt")
    assert db.scalars(select(Seat.registration_id).where(Seat.session_id == added.id)).all() == [whole.id]
    assert notices(db) == [(f"added:{added.id}:{whole.id}:g0", MailState.QUEUED, None)]
    assert shown.telling.people == done.told == 1


def test_news_of_an_added_session_is_not_followed_by_news_of_its_move(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=1)
    seated(db, programme, *sessions)
    _, done = change(db, programme, Add(later(sessions[0], WEEK)), now)

    shown, _ = change(db, programme, Move(done.sessions[0].id, later(sessions[0], 2 * WEEK)), now)

    assert shown.telling.people == 0
    assert [state for _, state, _ in notices(db)] == [MailState.QUEUED]


def test_an_offer_does_not_outlast_the_start_of_a_session_that_moved_earlier(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)
    offered = factories.seat(
        db, seated(db, programme), session, state=SeatState.OFFERED, queue_number=1, offered_until=session.starts_at
    )

    change(db, programme, Move(session.id, Slot(now + HOUR, now + 2 * HOUR)), now)
    db.refresh(offered)

    assert offered.offered_until == now + HOUR


def test_a_change_is_refused_when_the_season_is_no_longer_as_it_was_shown(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=2)
    wanted = Shift(sessions[0].id, 1)
    shown = planning.preview(db, programme, wanted, now=now)
    change(db, programme, Move(sessions[1].id, later(sessions[1], HOUR)), now)

    with pytest.raises(Conflict):
        planning.carry_out(db, programme, wanted, seen=shown.seen, by="staff:1", now=now)


def test_each_change_is_in_the_audit_trail(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)

    change(db, programme, Move(session.id, later(session, HOUR)), now)
    change(db, programme, Cancel(session.id, "", ""), now)
    change(db, programme, Reinstate(session.id), now)

    actions = db.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id)).all()
    verbs = ["season.generate", "session.move", "session.cancel", "session.reinstate"]
    assert [tuple(action) for action in actions] == [("staff:1", verb) for verb in verbs]


def test_a_preview_changes_nothing(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=3)
    seated(db, programme, *sessions)

    planning.preview(db, programme, Shift(sessions[0].id, 1), now=now)

    assert (len(db.dirty), db.scalar(select(func.count(OutboxMail.id)))) == (0, 0)
