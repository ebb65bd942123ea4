"""The waiting list of a session: who gets a free place next, under a lock that lets nobody be one too many.

Locks are taken in one order everywhere: programme, registration, then sessions by id. A session with a capacity is
locked FOR NO KEY UPDATE, one without only FOR KEY SHARE, so that setting a capacity (FOR UPDATE) waits for everybody
who still believes that there is none. SQLite knows one writer at a time and needs no row locks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, true

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import TAKING, SeatState, has_room, move, offer_until

FRESH = {"populate_existing": True}
"""Read the row as it is now, under the lock, not as it was when the session first saw it."""


def lock_session(db: DbSession, session_id: int) -> Session:
    """Lock one session against every other change of its seats and return it as it is now."""
    statement = select(Session).where(Session.id == session_id).with_for_update(key_share=True)
    return db.scalars(statement, execution_options=FRESH).one()


def lock_sessions(db: DbSession, ids: Collection[int]) -> list[Session]:
    """Lock several sessions in id order, those with a capacity against each other, and return them as they are now."""
    statement = select(Session).where(Session.id.in_(ids)).order_by(Session.id)
    found = list(db.scalars(statement.with_for_update(read=True, key_share=True), execution_options=FRESH))
    limited = [session.id for session in found if session.capacity is not None]
    if limited:
        again = select(Session).where(Session.id.in_(limited)).order_by(Session.id)
        db.scalars(again.with_for_update(key_share=True), execution_options=FRESH).all()
    return found


@dataclass
class Queue:
    """The places of one session while it is locked; `give` decides for one person after the other."""

    free: int | None
    """Places that may be given without passing by somebody who waits; None is without end."""
    last_number: int

    def give(self) -> tuple[SeatState, int | None]:
        """Return the state of one more seat, and its number on the waiting list if it is there."""
        if has_room(self.free, 0):
            self.free = None if self.free is None else self.free - 1
            return SeatState.CONFIRMED, None
        self.last_number += 1
        return SeatState.WAITING, self.last_number


def queues(db: DbSession, sessions: Collection[Session]) -> dict[int, Queue]:
    """Return the places of each locked session; costs the same however long its waiting list is."""
    limited = {session.id: session.capacity for session in sessions if session.capacity is not None}
    found = {session.id: Queue(None, 0) for session in sessions}
    if limited:
        here = Seat.session_id == Session.id
        taken = select(func.count()).where(here, Seat.state.in_(TAKING)).scalar_subquery()
        somebody = select(Seat.id).where(here, Seat.state == SeatState.WAITING).exists()
        last = select(func.coalesce(func.max(Seat.queue_number), 0)).where(here).scalar_subquery()
        for session_id, number, waits, highest in db.execute(
            select(Session.id, taken, somebody, last).where(Session.id.in_(limited))
        ):
            found[session_id] = Queue(0 if waits else max(limited[session_id] - number, 0), highest)
    return found


def promote(db: DbSession, session: Session, *, now: datetime) -> int:
    """Offer every free place to the next in line and return how many offers were made; none once it has started."""
    session = lock_session(db, session.id)
    if session.cancelled_at is not None or now >= session.starts_at:
        return 0
    waiting = select(Seat).where(Seat.session_id == session.id, Seat.state == SeatState.WAITING)
    waiting = waiting.order_by(Seat.queue_number)
    if session.capacity is not None:
        waiting = waiting.limit(max(session.capacity - taken_places(db, session), 0))
    seats = db.scalars(waiting, execution_options=FRESH).all()
    for seat in seats:
        _offer(db, seat, session, now)
    return len(seats)


def taken_places(db: DbSession, session: Session) -> int:
    """Count confirmed seats and held offers."""
    counted = select(func.count()).where(Seat.session_id == session.id, Seat.state.in_(TAKING))
    return db.scalar(counted) or 0


def _offer(db: DbSession, seat: Seat, session: Session, now: datetime) -> None:
    seat.state, seat.state_at = move(seat.state, SeatState.OFFERED), now
    seat.offered_until = offer_until(now, session.starts_at)
    mail = NewMail(
        key=f"offer:{seat.id}:{seat.queue_number}",
        kind="weekly.offer",
        registration_id=seat.registration_id,
        person_id=_person_of(db, seat),
        session_id=session.id,
        context={"seat": seat.id},
        expires_at=seat.offered_until,
    )
    enqueue(db, mail, now=now)
    audit.record(db, "worker", "seat.offer", seat, now=now, until=seat.offered_until.isoformat())


def _person_of(db: DbSession, seat: Seat) -> int:
    return db.scalars(select(Registration.person_id).where(Registration.id == seat.registration_id)).one()


def set_capacity(db: DbSession, session: Session, capacity: int | None, *, by: str, now: datetime) -> None:
    """Change how many places there are, never below those taken, and offer what becomes free.

    Waits for everybody who is taking a seat in the belief that there is no limit.
    """
    statement = select(Session).where(Session.id == session.id).with_for_update()
    session = db.scalars(statement, execution_options=FRESH).one()
    taken = taken_places(db, session)
    if capacity is not None and capacity < taken:
        raise Refusal(N_("%(taken)s places are already taken. Choose at least that many."), taken=taken)
    before, session.capacity = session.capacity, capacity
    audit.record(db, by, "session.capacity", session, now=now, before=before, after=capacity)
    promote(db, session, now=now)


def lapse_offers(db: DbSession, now: datetime) -> int:
    """End the offers that nobody took in time and offer the places on; return how many lapsed (a job of the worker).

    Sessions where somebody waits although a place is free are looked after as well, whatever left them so.
    """
    lapsed = 0
    for session_id in db.scalars(_unsettled(now)).all():
        session = lock_session(db, session_id)
        lapsed += _lapse(db, session, now)
        promote(db, session, now=now)
    return lapsed


def _unsettled(now: datetime) -> Select[int]:
    here = Seat.session_id == Session.id
    over = select(Seat.id).where(here, Seat.state == SeatState.OFFERED, Seat.offered_until <= now).exists()
    somebody = select(Seat.id).where(here, Seat.state == SeatState.WAITING).exists()
    taken = select(func.count()).where(here, Seat.state.in_(TAKING)).scalar_subquery()
    free = func.coalesce(Session.capacity > taken, true())
    may_offer = Session.cancelled_at.is_(None) & (Session.starts_at > now)
    return select(Session.id).where(over | (may_offer & somebody & free)).order_by(Session.id)


def _lapse(db: DbSession, session: Session, now: datetime) -> int:
    statement = select(Seat).where(
        Seat.session_id == session.id, Seat.state == SeatState.OFFERED, Seat.offered_until <= now
    )
    seats = db.scalars(statement.order_by(Seat.queue_number), execution_options=FRESH).all()
    for seat in seats:
        seat.state, seat.state_at, seat.offered_until = move(seat.state, SeatState.LAPSED), now, None
        audit.record(db, "worker", "seat.lapse", seat, now=now)
    return len(seats)
