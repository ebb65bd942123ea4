"""Seats: taken, given up, taken again, accepted or declined when offered, and given to all in an added session."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, literal, null, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue, look_again
from registrar.programmes.models import Programme, Session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import Scope, SeatState, move
from registrar.weekly.waiting_list import (
    FRESH,
    Queue,
    lapse_offers,
    lock_session,
    lock_sessions,
    promote,
    queues,
    set_capacity,
)

__all__ = [
    "accept",
    "cancel_registration",
    "decline",
    "enrol_everyone",
    "lapse_offers",
    "promote",
    "set_capacity",
    "skip",
    "take",
    "take_again",
]

GIVEN_UP = frozenset({SeatState.SKIPPED, SeatState.LAPSED})
ENDLESS = 2**31 - 1


def take(db: DbSession, registration: Registration, sessions: Sequence[Session], *, now: datetime) -> list[Seat]:
    """Give the registration a seat in each session that takes place and is not over; return its seats there.

    Confirmed where there is room, else at the end of the waiting list. Seats already held stay as they are; those
    given up come back.
    """
    _lock_registration(db, registration)
    here = [each for each in lock_sessions(db, [session.id for session in sessions]) if _is_open(each, now)]
    places = queues(db, here)
    held = _seats_in(db, registration, here)
    for seat in held:
        if seat.state in GIVEN_UP:
            _come_back(seat, places[seat.session_id], now)
    having = {seat.session_id for seat in held}
    new = [_row(registration, each, places[each.id], now) for each in here if each.id not in having]
    return _seats_in(db, registration, here) if insert_missing(db, Seat, new) else held


def skip(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Give up a seat, an offer or a place on the waiting list; what becomes free is offered to the next in line."""
    session = _lock(db, seat)
    if seat.state is SeatState.SKIPPED:
        return
    _refuse_if_closed(session, now)
    _give_up(seat, now)
    look_again(db, OutboxMail.registration_id == seat.registration_id)
    audit.record(db, by, "seat.skip", seat, now=now)
    promote(db, session, now=now)


def take_again(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Take a seat again that was given up or whose offer lapsed; at the end of the waiting list if there is no room."""
    session = _lock(db, seat)
    _refuse_if_closed(session, now)
    if seat.state is SeatState.OFFERED:
        return _accept(db, seat, by, now)
    if seat.state not in GIVEN_UP:
        return None
    _come_back(seat, queues(db, [session])[session.id], now)
    audit.record(db, by, "seat.take_again", seat, now=now, state=seat.state)
    return None


def accept(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Take an offered place; refuse if the offer has lapsed."""
    session = _lock(db, seat)
    if seat.state is SeatState.CONFIRMED:
        return
    _refuse_if_closed(session, now)
    _accept(db, seat, by, now)


def decline(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Refuse an offered place, which goes to the next in line."""
    session = _lock(db, seat)
    if seat.state in GIVEN_UP:
        return
    if seat.state is not SeatState.OFFERED:
        raise Refusal(N_("There is no open offer for this session."))
    _give_up(seat, now)
    audit.record(db, by, "seat.decline", seat, now=now)
    promote(db, session, now=now)


def enrol_everyone(db: DbSession, session: Session, *, now: datetime) -> int:
    """Give everybody registered for the whole season a seat in a session added later; return how many are new.

    Call it before the session is changed in the same transaction: the programme is locked first.
    """
    db.execute(select(Programme.id).where(Programme.id == session.programme_id).with_for_update())
    session = lock_session(db, session.id)
    if not _is_open(session, now):
        return 0
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    columns = ["registration_id", "session_id", "state", "state_at", "queue_number", "changes"]
    rows = _everyone(session, queues(db, [session])[session.id], now)
    statement = insert(Seat).from_select(columns, rows).on_conflict_do_nothing()
    result = db.execute(statement, execution_options={"preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount


def cancel_registration(db: DbSession, registration: Registration, *, by: str, now: datetime) -> None:
    """End a registration: give up every seat in sessions that are not over; past ones stay as they were."""
    _lock_registration(db, registration)
    if registration.cancelled_at is not None:
        return
    registration.cancelled_at = now
    coming = select(Session.id).join(Seat, Seat.session_id == Session.id)
    coming = coming.where(Seat.registration_id == registration.id, Session.ends_at > now)
    sessions = lock_sessions(db, db.scalars(coming).all())
    given_up = [seat for seat in _seats_in(db, registration, sessions) if seat.state not in GIVEN_UP]
    for seat in given_up:
        _give_up(seat, now)
    look_again(db, OutboxMail.registration_id == registration.id)
    audit.record(db, by, "registration.cancel", registration, now=now, seats=len(given_up))
    for session in sessions:
        if session.capacity is not None:
            promote(db, session, now=now)


def _lock_registration(db: DbSession, registration: Registration) -> None:
    """Let one change of a registration wait for the other, and read it as it is now."""
    statement = select(Registration).where(Registration.id == registration.id).with_for_update(key_share=True)
    db.scalars(statement, execution_options=FRESH).one()


def _lock(db: DbSession, seat: Seat) -> Session:
    """Lock the seat's registration and session, and read all three as they are now."""
    statement = select(Registration).where(Registration.id == seat.registration_id).with_for_update(key_share=True)
    registration = db.scalars(statement, execution_options=FRESH).one()
    if registration.cancelled_at is not None:
        raise Refusal(N_("This registration is cancelled. Sign up again to come back."))
    session = lock_session(db, seat.session_id)
    db.scalars(select(Seat).where(Seat.id == seat.id), execution_options=FRESH).one()
    return session


def _is_open(session: Session, now: datetime) -> bool:
    return session.cancelled_at is None and now < session.ends_at


def _refuse_if_closed(session: Session, now: datetime) -> None:
    if session.cancelled_at is not None:
        raise Refusal(N_("This session is cancelled."))
    if now >= session.ends_at:
        raise Refusal(N_("This session is over."))


def _seats_in(db: DbSession, registration: Registration, sessions: Sequence[Session]) -> list[Seat]:
    ids = [session.id for session in sessions]
    statement = select(Seat).where(Seat.registration_id == registration.id, Seat.session_id.in_(ids))
    return list(db.scalars(statement.order_by(Seat.session_id), execution_options=FRESH))


def _row(registration: Registration, session: Session, queue: Queue, now: datetime) -> dict[str, Any]:
    state, number = queue.give()
    row = {"registration_id": registration.id, "session_id": session.id, "state": state, "state_at": now}
    return row | {"queue_number": number, "changes": 0}


def _give_up(seat: Seat, now: datetime) -> None:
    seat.state, seat.state_at, seat.offered_until = move(seat.state, SeatState.SKIPPED), now, None
    seat.changes += 1


def _come_back(seat: Seat, queue: Queue, now: datetime) -> None:
    state, number = queue.give()
    seat.state, seat.state_at = move(seat.state, state), now
    seat.queue_number = number or seat.queue_number
    seat.changes += 1


def _accept(db: DbSession, seat: Seat, by: str, now: datetime) -> None:
    if seat.state is not SeatState.OFFERED or seat.offered_until is None or now >= seat.offered_until:
        raise Refusal(N_("This offer has ended. You can join the waiting list again."))
    seat.state, seat.state_at, seat.offered_until = move(seat.state, SeatState.CONFIRMED), now, None
    mail = NewMail(
        key=f"returned:{seat.id}:{seat.changes}",
        kind="weekly.returned",
        registration_id=seat.registration_id,
        person_id=seat.registration.person_id,
        session_id=seat.session_id,
        context={"seat": seat.id, "changes": seat.changes},
    )
    enqueue(db, mail, now=now)
    audit.record(db, by, "seat.accept", seat, now=now)


def _everyone(session: Session, queue: Queue, now: datetime) -> Any:
    """Select the seats of everybody who has none yet, the earliest registration first."""
    order = func.row_number().over(order_by=(Registration.confirmed_at, Registration.id))
    without = ~select(Seat.id).where(Seat.registration_id == Registration.id, Seat.session_id == session.id).exists()
    people = select(Registration.id, order.label("place")).where(
        Registration.programme_id == session.programme_id,
        Registration.scope == Scope.SEASON,
        Registration.cancelled_at.is_(None),
        without,
    )
    rows, free = people.subquery(), ENDLESS if queue.free is None else queue.free
    confirmed = rows.c.place <= free
    return select(
        rows.c.id,
        literal(session.id),
        case(
            (confirmed, literal(SeatState.CONFIRMED, Seat.state.type)),
            else_=literal(SeatState.WAITING, Seat.state.type),
        ),
        literal(now, Seat.state_at.type),
        case((confirmed, null()), else_=rows.c.place - free + queue.last_number),
        literal(0),
    ).where(rows.c.id > 0)  # SQLite reads ON CONFLICT after a bare FROM as a join
