"""What reminders say: the coming session before its start, and the recording for those who missed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.kinds import CalendarPart, Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.programmes import calendars
from registrar.programmes.models import Session
from registrar.reminders import queries
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import excerpt, is_served, time_to_go
from registrar.web.links import absolute
from registrar.weekly.calendar_entries import calendar_session
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.personal_links import join_link, personal_link, unsubscribe_link
from registrar.weekly.rules import SeatState, Subscription
from registrar.weekly.subscriptions import wants


def before(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Remind of a session that starts soon."""
    seat = _seat(db, mail, Subscription.REMINDERS)
    session, person = seat.session, seat.registration.person
    _check_moment(db, mail, seat, now)
    values = {
        "to_go": time_to_go(session.starts_at - now),
        "join_url": join_link(seat.registration_id, session.id),
        "speakers": [_speaker(part.speaker.name, part.speaker.affiliation) for part in session.speakers],
    }
    entry = calendar_session(session, seat, person.locale, stamped_at=now)
    part = CalendarPart("PUBLISH", calendars.publish(entry))
    return _draft("reminders/before", seat, Subscription.REMINDERS, values, now, part)


def follow_up(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell those who missed a session that they can watch it."""
    seat = _seat(db, mail, Subscription.FOLLOW_UPS)
    session, person = seat.session, seat.registration.person
    if session.published_at is None or _came(db, session.id, person.id):
        raise NotNeeded(Reason.SUPERSEDED)
    values = {
        "excerpt": excerpt(session.summary(person.locale)),
        "has_recording": session.recording_url is not None,
        "resources": [resource.label for resource in session.resources],
    }
    return _draft("reminders/follow_up", seat, Subscription.FOLLOW_UPS, values, now)


KINDS: dict[str, Composer] = {"reminders.before": before, "reminders.follow_up": follow_up}


def _seat(db: DbSession, mail: OutboxMail, subscription: Subscription) -> Seat:
    """Return the seat that the mail is about, if it is still held, the time holds and the person wants to be told."""
    seat = db.scalar(
        select(Seat).where(Seat.registration_id == mail.registration_id, Seat.session_id == mail.session_id)
    )
    if seat is None or seat.state is not SeatState.CONFIRMED or seat.registration.cancelled_at:
        raise NotNeeded(Reason.WITHDRAWN)
    if seat.session.cancelled_at:
        raise NotNeeded(Reason.SESSION_CANCELLED)
    if seat.session.revision != mail.revision and subscription is Subscription.REMINDERS:
        raise NotNeeded(Reason.RESCHEDULED)
    if not wants(db, seat.registration_id, subscription):
        raise NotNeeded(Reason.UNSUBSCRIBED)
    return seat


def _check_moment(db: DbSession, mail: OutboxMail, seat: Seat, now: datetime) -> None:
    session = seat.session
    if now >= session.starts_at:
        raise NotNeeded(Reason.LATE)
    rule = db.get(ReminderRule, mail.rule_id)
    if rule and queries.nearer_is_due(db, rule, session, now):
        raise NotNeeded(Reason.SUPERSEDED)
    confirmed_at = seat.registration.confirmed_at
    if is_served(confirmed_at, mail.due_at) or queries.told_since(db, seat.registration_id, session.id, mail.due_at):
        raise NotNeeded(Reason.SUPERSEDED)


def _came(db: DbSession, session_id: int, person_id: int) -> bool:
    came = select(Attendance.id).where(Attendance.session_id == session_id, Attendance.person_id == person_id)
    return db.scalar(came) is not None


def _speaker(name: str, affiliation: str | None) -> str:
    return f"{name}, {affiliation}" if affiliation else name


def _draft(
    template: str,
    seat: Seat,
    subscription: Subscription,
    values: dict[str, Any],
    now: datetime,
    calendar: CalendarPart | None = None,
) -> Draft:
    registration, session = seat.registration, seat.session
    person = registration.person
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=person.timezone,
        template=template,
        values={**_facts(registration, session, person.locale), **values},
        calendar=calendar,
        list_name=session.programme.slug,
        unsubscribe_url=unsubscribe_link(registration.id, subscription),
        manage_url=personal_link(person, now),
    )


def _facts(registration: Registration, session: Session, locale: str) -> dict[str, Any]:
    page = absolute("weekly.session", programme=session.programme.slug, session=session.slug)
    return {
        "name": registration.person.name,
        "title": session.title(locale),
        "programme": session.programme.title,
        "starts_at": session.starts_at,
        "host_timezone": session.timezone,
        "page_url": page,
    }
