"""What organisers do for a person: send a fresh link, put them into a session and take them out."""

from datetime import datetime

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import SeatState


def send_link(db: DbSession, person: Person, *, by: str, now: datetime) -> None:
    """Queue a fresh personal link, at most one a minute."""
    mail = NewMail(key=f"link:{person.id}:by-staff:{now:%Y%m%d%H%M}", kind="weekly.link", person_id=person.id)
    if enqueue(db, mail, now=now):
        audit.record(db, by, "person.send_link", person, now=now)


def put_into(db: DbSession, registration: Registration, session: Session, *, by: str, now: datetime) -> SeatState:
    """Give the person a seat in a session, or a place on its waiting list; return which."""
    if registration.cancelled_at:
        raise Refusal(N_("This registration is cancelled. The person can sign up again."))
    taken = seats.take(db, registration, [session], now=now)
    if not taken:
        raise Refusal(N_("This session is cancelled or over."))
    audit.record(db, by, "seat.put_into", taken[0], now=now, state=taken[0].state)
    return taken[0].state


def take_out(db: DbSession, seat: Seat, *, by: str, now: datetime) -> None:
    """Give the person's seat up; the next on the waiting list is offered it."""
    seats.skip(db, seat, by=by, now=now)
