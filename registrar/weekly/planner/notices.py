"""Letters that tell a change of the season: a session moved, cancelled, takes place after all, or was added."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.mail.kinds import CalendarPart, Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.people.models import Person
from registrar.programmes import calendars
from registrar.programmes.models import Session
from registrar.web.links import absolute
from registrar.weekly.calendar_entries import attendee, calendar_session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.personal_links import personal_link, unsubscribe_link
from registrar.weekly.planner.changes import Slot, slot_of
from registrar.weekly.planner.telling import LIVE, Notice, known_in
from registrar.weekly.rules import SeatState, Subscription
from registrar.weekly.subscriptions import wants

TEMPLATES = {
    Notice.MOVED: "weekly/moved",
    Notice.CANCELLED: "weekly/session_cancelled",
    Notice.REINSTATED: "weekly/reinstated",
    Notice.ADDED: "weekly/added",
}


@dataclass(frozen=True)
class Meeting:
    """One session as a letter tells it."""

    title: str
    known: Slot
    """When the reader believes that it takes place."""
    slot: Slot
    host_timezone: str
    page_url: str
    reason: str = ""
    waits: bool = False
    """The reader is on the waiting list."""


def letter(notice: Notice, person: Person, programme: str, meetings: Sequence[Meeting]) -> Draft:
    """Return the letter without what is personal: its addresses and its calendar."""
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=person.timezone,
        template=TEMPLATES[notice],
        values={"programme": programme, "meetings": meetings, "meeting": meetings[0]},
    )


def meeting(session: Session, known: Slot, slot: Slot, locale: str, *, state: SeatState | None = None) -> Meeting:
    """Return what a letter in this language says of a session."""
    return Meeting(
        title=session.title(locale),
        known=known,
        slot=slot,
        host_timezone=session.timezone,
        page_url=absolute("weekly.session", programme=session.programme.slug, session=session.slug),
        reason=session.cancel_reason(locale),
        waits=state is SeatState.WAITING,
    )


def compose_moved(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell the new times of all sessions of this letter that still are as it says."""
    registration, seats = _reader(db, mail)
    revisions = {item["session"]: item["revision"] for item in mail.context["sessions"]}
    current = [seat for seat in seats if revisions[seat.session_id] == seat.session.revision]
    if not current:
        raise NotNeeded(_outrun(seats))
    coming = [seat for seat in current if seat.session.starts_at > now]
    if not coming:
        raise NotNeeded(Reason.LATE)
    return _finished(Notice.MOVED, registration, coming, mail, now)


def compose_cancelled(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    registration, seats = _reader(db, mail)
    seat = _current(seats, mail)
    draft = _finished(Notice.CANCELLED, registration, [seat], mail, now)
    return replace(draft, calendar=_entry(seat, calendars.cancel, "CANCEL", now))


def compose_reinstated(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    registration, seats = _reader(db, mail)
    return _finished(Notice.REINSTATED, registration, [_current(seats, mail)], mail, now)


def compose_added(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell of a new session with its time as it is now."""
    registration, seats = _reader(db, mail)
    seat = seats[0]
    if seat.session.cancelled_at is not None:
        raise NotNeeded(Reason.SESSION_CANCELLED)
    if now >= seat.session.starts_at:
        raise NotNeeded(Reason.LATE)
    if not wants(db, registration.id, Subscription.NEWS):
        raise NotNeeded(Reason.UNSUBSCRIBED)
    draft = _finished(Notice.ADDED, registration, [seat], mail, now)
    return replace(draft, unsubscribe_url=unsubscribe_link(registration.id, Subscription.NEWS))


KINDS: Mapping[str, Composer] = {
    Notice.MOVED: compose_moved,
    Notice.CANCELLED: compose_cancelled,
    Notice.REINSTATED: compose_reinstated,
    Notice.ADDED: compose_added,
}


def _reader(db: DbSession, mail: OutboxMail) -> tuple[Registration, list[Seat]]:
    """Return the registration and its live seats in the letter's sessions, in order of time."""
    with_person = select(Registration).options(joinedload(Registration.person), joinedload(Registration.programme))
    registration = db.scalars(with_person.where(Registration.id == mail.registration_id)).one_or_none()
    if registration is None or registration.cancelled_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    held = select(Seat).join(Seat.session).options(joinedload(Seat.session)).order_by(Session.starts_at)
    ids = [item["session"] for item in mail.context["sessions"]]
    seats = db.scalars(held.where(Seat.registration_id == registration.id, Seat.session_id.in_(ids))).all()
    live = [seat for seat in seats if seat.state in LIVE]
    if not live:
        raise NotNeeded(Reason.WITHDRAWN)
    return registration, live


def _current(seats: Sequence[Seat], mail: OutboxMail) -> Seat:
    """Return the seat of a letter about one session, unless that has changed again."""
    if seats[0].session.revision != mail.revision:
        raise NotNeeded(_outrun(seats))
    return seats[0]


def _outrun(seats: Sequence[Seat]) -> Reason:
    """Say why a letter about these sessions is void."""
    cancelled = all(seat.session.cancelled_at is not None for seat in seats)
    return Reason.SESSION_CANCELLED if cancelled else Reason.SUPERSEDED


def _finished(
    notice: Notice, registration: Registration, seats: Sequence[Seat], mail: OutboxMail, now: datetime
) -> Draft:
    person, known = registration.person, known_in(mail.context)
    meetings = [
        meeting(seat.session, known[seat.session_id], slot_of(seat.session), person.locale, state=seat.state)
        for seat in seats
    ]
    return replace(
        letter(notice, person, registration.programme.title, meetings),
        calendar=_calendar(seats, now),
        list_name=registration.programme.slug,
        manage_url=personal_link(person, now),
    )


def _calendar(seats: Sequence[Seat], now: datetime) -> CalendarPart | None:
    """Update one entry by invitation; several by one file, for an invitation may hold only one (RFC 5546, 3.2.2)."""
    confirmed = [seat for seat in seats if seat.state is SeatState.CONFIRMED]
    if len(confirmed) == 1:
        return _entry(confirmed[0], calendars.request, "REQUEST", now)
    if not confirmed:
        return None
    locale = confirmed[0].registration.person.locale
    entries = [calendar_session(seat.session, seat, locale, stamped_at=now) for seat in confirmed]
    return CalendarPart("PUBLISH", calendars.publish(*entries))


def _entry(
    seat: Seat,
    make: Callable[[calendars.CalendarSession, calendars.Attendee], bytes],
    method: str,
    now: datetime,
) -> CalendarPart | None:
    if seat.state is not SeatState.CONFIRMED:
        return None
    person = seat.registration.person
    entry = calendar_session(seat.session, seat, person.locale, stamped_at=now)
    return CalendarPart(method, make(entry, attendee(person)))
