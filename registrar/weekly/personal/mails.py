"""What is written to people about their own changes: a fresh link, a week skipped or taken again, a farewell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.mail.kinds import CalendarPart, Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Reason
from registrar.people.models import Person
from registrar.programmes import calendars
from registrar.programmes.models import Session
from registrar.web.links import absolute
from registrar.weekly.calendar_entries import attendee, calendar_session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.personal_links import LINK_LASTS, join_link, personal_link
from registrar.weekly.rules import SeatState

NEVER_SENT = frozenset({MailState.CANCELLED, MailState.SKIPPED})


def link(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write the link to the personal page; a request for an unknown address ends here."""
    person = db.get(Person, mail.person_id) if mail.person_id else None
    if person is None:
        raise NotNeeded(Reason.NOT_CONFIRMED)
    values = {"url": personal_link(person, now), "days": LINK_LASTS.days}
    return _draft(person, "weekly/link", values)


def skipped(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write that a week was given up, and take it out of the calendar."""
    seat = _seat(db, mail)
    if seat.state is not SeatState.SKIPPED:
        raise NotNeeded(Reason.SUPERSEDED)
    entry = calendar_session(seat.session, seat, seat.registration.person.locale, stamped_at=now)
    withdrawal = CalendarPart("CANCEL", calendars.withdraw(entry, attendee(seat.registration.person)))
    return _about_week(seat, "weekly/skipped", withdrawal, now)


def returned(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write that the person has a seat in a week, and put it into the calendar."""
    seat = _seat(db, mail)
    if seat.state is not SeatState.CONFIRMED or _undone_unseen(db, mail):
        raise NotNeeded(Reason.SUPERSEDED)
    entry = calendar_session(seat.session, seat, seat.registration.person.locale, stamped_at=now)
    invitation = CalendarPart("REQUEST", calendars.request(entry, attendee(seat.registration.person)))
    return _about_week(seat, "weekly/returned", invitation, now)


def cancelled_registration(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write a farewell, and take the next session out of the calendar: the one that was invited to by mail."""
    registration = db.get(Registration, mail.registration_id)
    if registration is None or registration.cancelled_at is None:
        raise NotNeeded(Reason.SUPERSEDED)
    person, seat = registration.person, _next_given_up(db, registration)
    part = None
    if seat:
        entry = calendar_session(seat.session, seat, person.locale, stamped_at=now)
        part = CalendarPart("CANCEL", calendars.withdraw(entry, attendee(person)))
    programme = registration.programme
    back_url = absolute("signup.form", programme=programme.slug)
    values = {"registration": registration, "programme": programme, "back_url": back_url}
    return _draft(person, "weekly/cancelled_registration", values, part)


def _about_week(seat: Seat, template: str, part: CalendarPart, now: datetime) -> Draft:
    person = seat.registration.person
    my_url, join_url = personal_link(person, now), join_link(seat.registration_id, seat.session_id)
    values = {"session": seat.session, "programme": seat.session.programme, "my_url": my_url, "join_url": join_url}
    return _draft(person, template, values, part, my_url)


def _draft(
    person: Person,
    template: str,
    values: Mapping[str, Any],
    part: CalendarPart | None = None,
    manage_url: str | None = None,
) -> Draft:
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=person.timezone,
        template=template,
        values={"person": person, **values},
        calendar=part,
        manage_url=manage_url,
    )


def _seat(db: DbSession, mail: OutboxMail) -> Seat:
    """Return the seat that the mail is about, or end the mail: the person or the session has changed since."""
    options = (
        joinedload(Seat.registration).joinedload(Registration.person),
        joinedload(Seat.session).joinedload(Session.programme),
    )
    seat = db.get(Seat, mail.context["seat"], options=options)
    if seat is None or seat.changes != mail.context["changes"]:
        raise NotNeeded(Reason.SUPERSEDED)
    if seat.registration.cancelled_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    if seat.session.cancelled_at is not None:
        raise NotNeeded(Reason.SESSION_CANCELLED)
    return seat


def _undone_unseen(db: DbSession, mail: OutboxMail) -> bool:
    """Tell whether the seat was skipped and taken again before the mail about the skip could leave."""
    before = select(OutboxMail.state).where(OutboxMail.key == mail.context.get("undoes"))
    return db.scalar(before) in NEVER_SENT


def _next_given_up(db: DbSession, registration: Registration) -> Seat | None:
    """Return the earliest seat that ended with the registration."""
    statement = (
        select(Seat)
        .join(Seat.session)
        .options(joinedload(Seat.session).joinedload(Session.programme))
        .where(
            Seat.registration_id == registration.id,
            Seat.state == SeatState.SKIPPED,
            Seat.state_at == registration.cancelled_at,
            Session.cancelled_at.is_(None),
        )
        .order_by(Session.starts_at)
    )
    return db.scalars(statement).first()


KINDS: Mapping[str, Composer] = {
    "weekly.link": link,
    "weekly.skipped": skipped,
    "weekly.returned": returned,
    "weekly.cancelled_registration": cancelled_registration,
}
