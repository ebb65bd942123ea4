"""Sessions as one person's calendar sees them: the same entry in invitations, updates, cancellations and the feed."""

from datetime import datetime

from flask import current_app

from registrar.mail.message import Mailbox
from registrar.people.models import Person
from registrar.programmes.calendars import Attendee, CalendarSession
from registrar.programmes.models import Session
from registrar.settings import Settings
from registrar.web.links import absolute
from registrar.weekly.models import Seat
from registrar.weekly.personal_links import join_link


def calendar_session(
    session: Session, seat: Seat | None, locale: str, *, stamped_at: datetime | None = None
) -> CalendarSession:
    """Return the entry of a session for the holder of this seat, or for everyone without one.

    Its way in is the personal join link, never the meeting's address. Give `stamped_at` for what goes out by mail;
    without it the same facts give the same bytes, as a feed needs.
    """
    settings: Settings = current_app.extensions["registrar.settings"]
    return CalendarSession(
        uid=session.uid,
        sequence=sequence(session, seat),
        title=session.title(locale),
        description=session.description(locale),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        modified_at=max(session.updated_at, seat.state_at) if seat else session.updated_at,
        page_url=absolute("weekly.session", programme=session.programme.slug, session=session.slug),
        organiser_name=settings.organisation,
        organiser_address=Mailbox.parse(settings.mail_sender).address,
        join_url=join_link(seat.registration_id, session.id) if seat else None,
        cancelled_at=session.cancelled_at,
        stamped_at=stamped_at,
    )


def sequence(session: Session, seat: Seat | None) -> int:
    """Return the SEQUENCE in a person's calendar: it rises when the session changes and when they skip or return."""
    return session.sequence + (seat.changes if seat else 0)


def attendee(person: Person) -> Attendee:
    """Return the person as the attendee of an invitation."""
    return Attendee(person.name, person.email)
