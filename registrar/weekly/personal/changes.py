"""What people change about their registrations by themselves: skip, return, add weeks, leave, come back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.programmes.models import Session
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import Scope, SeatState

FRESH = {"populate_existing": True}


def skip(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Give up one week; whoever had it in the calendar gets the entry withdrawn."""
    was_confirmed = _state_under_lock(db, seat) is SeatState.CONFIRMED
    seats.skip(db, seat, by=by, now=now)
    if was_confirmed:
        enqueue(db, _mail(seat, "skipped"), now=now)


def take_again(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Come back to a week that was given up; the calendar entry comes back if there is room."""
    before = _state_under_lock(db, seat)
    seats.take_again(db, seat, by=by, now=now)
    if before in seats.GIVEN_UP and seat.state is SeatState.CONFIRMED:
        enqueue(db, _mail(seat, "returned", undoes=f"skipped:{seat.id}:{seat.changes - 1}"), now=now)


def add(db: DbSession, registration: Registration, session: Session, *, by: str, now: datetime) -> Seat:
    """Add one week to a registration, or refuse if it is over or cancelled."""
    _refuse_if_cancelled(db, registration)
    taken = seats.take(db, registration, [session], now=now)
    if not taken:
        raise Refusal(N_("This session is over or cancelled."))
    audit.record(db, by, "seat.add", taken[0], now=now, state=taken[0].state)
    if taken[0].state is SeatState.CONFIRMED:
        enqueue(db, _mail(taken[0], "returned"), now=now)
    return taken[0]


def take_season(db: DbSession, registration: Registration, *, by: str, now: datetime) -> None:
    """Add every week to come, and those that will be added later."""
    _refuse_if_cancelled(db, registration)
    registration.scope = Scope.SEASON
    audit.record(db, by, "registration.take_season", registration, now=now)
    seats.take(db, registration, _sessions_to_come(db, registration, now), now=now)


def cancel(db: DbSession, registrations: Iterable[Registration], *, by: str, now: datetime) -> None:
    """End these registrations with everything that was to come, each with one last mail."""
    for registration in sorted(registrations, key=lambda each: each.id):
        if registration.cancelled_at is None:
            seats.cancel_registration(db, registration, by=by, now=now)
            enqueue(db, _farewell(registration, now), now=now)


def come_back(db: DbSession, registration: Registration, *, by: str, now: datetime) -> None:
    """Undo the cancelling of a registration: its weeks come back where there is room, else on the waiting list."""
    cancelled_at = _lock(db, registration).cancelled_at
    if cancelled_at is None:
        return
    registration.cancelled_at = None
    audit.record(db, by, "registration.come_back", registration, now=now)
    seats.take(db, registration, _given_up_at(db, registration, cancelled_at, now), now=now)


def _given_up_at(db: DbSession, registration: Registration, at: datetime, now: datetime) -> list[Session]:
    """Return what the registration would hold had it not been cancelled: weeks skipped before stay skipped."""
    coming = _sessions_to_come(db, registration, now)
    skipped = select(Seat.session_id, Seat.state_at).where(Seat.registration_id == registration.id)
    since = dict(db.execute(skipped).all())
    default = at if registration.scope is Scope.SEASON else None
    return [session for session in coming if since.get(session.id, default) == at]


def _sessions_to_come(db: DbSession, registration: Registration, now: datetime) -> list[Session]:
    statement = select(Session).where(
        Session.programme_id == registration.programme_id, Session.ends_at > now, Session.cancelled_at.is_(None)
    )
    return list(db.scalars(statement))


def _state_under_lock(db: DbSession, seat: Seat) -> SeatState:
    """Lock the registration, so that nobody else confirms or skips meanwhile, and return the seat's state as it is."""
    _lock(db, seat.registration)
    db.refresh(seat)
    return seat.state


def _lock(db: DbSession, registration: Registration) -> Registration:
    statement = select(Registration).where(Registration.id == registration.id).with_for_update(key_share=True)
    return db.scalars(statement, execution_options=FRESH).one()


def _refuse_if_cancelled(db: DbSession, registration: Registration) -> None:
    if _lock(db, registration).cancelled_at is not None:
        raise Refusal(N_("This registration is cancelled. Sign up again to come back."))


def _mail(seat: Seat, what: str, **context: str) -> NewMail:
    return NewMail(
        key=f"{what}:{seat.id}:{seat.changes}",
        kind=f"weekly.{what}",
        person_id=seat.registration.person_id,
        registration_id=seat.registration_id,
        session_id=seat.session_id,
        context={"seat": seat.id, "changes": seat.changes, **context},
    )


def _farewell(registration: Registration, now: datetime) -> NewMail:
    return NewMail(
        key=f"cancelled-registration:{registration.id}:{int(now.timestamp())}",
        kind="weekly.cancelled_registration",
        person_id=registration.person_id,
        registration_id=registration.id,
    )
