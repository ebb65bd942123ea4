"""What is written when somebody signs up: please confirm, you are registered, a place is free."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app

from registrar.db import DbSession
from registrar.mail.kinds import CalendarPart, Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.mail.suppression import is_suppressed
from registrar.programmes import calendars
from registrar.tokens import Purpose, Tokens
from registrar.web.links import absolute
from registrar.weekly.calendar_entries import attendee, calendar_session
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.personal_links import feed_link, join_link, personal_link, webcal
from registrar.weekly.rules import CONFIRM_WITHIN, SeatState
from registrar.weekly.signup import queries, signing_up


def confirm(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Ask the owner of an address for the confirming click; nothing that was typed on the page is in it.

    Only the letter differs for somebody who is known: the page told both the same.
    """
    found = db.get(SignUp, mail.sign_up_id)
    _check(db, found, mail)
    if found is None:
        raise NotNeeded(Reason.ERASED)
    person = queries.person_of(db, found.email_key)
    token = _tokens().make(Purpose.CONFIRM, found.id, expires_at=mail.created_at + CONFIRM_WITHIN)
    values = {
        "programme": found.programme,
        "known": person is not None,
        "confirm_url": absolute("signup.confirm", token=token),
        "not_me_url": absolute("signup.not_me", token=_tokens().make(Purpose.NOT_ME, found.id)),
        "hours": int(CONFIRM_WITHIN.total_seconds() // 3600),
    }
    locale = person.locale if person else found.locale
    return Draft("", found.email, locale, found.programme.timezone, "weekly/confirm", values)


def _check(db: DbSession, found: SignUp | None, mail: OutboxMail) -> None:
    """End the mail where it makes no sense any more; a newer one to the same sign-up takes its place."""
    if found is None:
        raise NotNeeded(Reason.ERASED)
    if found.confirmed_at is not None or mail.context["number"] != found.mail_number:
        raise NotNeeded(Reason.SUPERSEDED)
    refused = found.refused_at is not None or signing_up.is_refused(db, _tokens(), found.email_key)
    if refused or is_suppressed(db, found.email):
        raise NotNeeded(Reason.SUPPRESSED)


def confirmed(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write the mail of record: the reference, the next session with its calendar entry, the ways back in."""
    registration = db.get(Registration, mail.registration_id)
    if registration is None or registration.cancelled_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    coming = queries.seats_to_come(db, registration, now)
    following = next((seat for seat in coming if seat.state is SeatState.CONFIRMED), None)
    feed = feed_link(registration)
    values = {
        "registration": registration,
        "programme": registration.programme,
        "seat": following,
        "confirmed": [seat for seat in coming if seat.state is SeatState.CONFIRMED],
        "waiting": [seat for seat in coming if seat.state is SeatState.WAITING],
        "feed_url": feed,
        "webcal_url": webcal(feed),
        "link_url": absolute("my.send_link"),
        "join_url": join_link(registration.id, following.session_id) if following else None,
    }
    return _draft(registration, "weekly/confirmed", values, now, _invitation(following, now) if following else None)


def offer(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write that a place is free for a person on the waiting list, and until when."""
    seat = db.get(Seat, mail.context["seat"])
    if seat is None or seat.registration.cancelled_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    if seat.session.cancelled_at is not None:
        raise NotNeeded(Reason.SESSION_CANCELLED)
    if seat.offered_until is None or mail.key != f"offer:{seat.id}:{seat.queue_number}":
        raise NotNeeded(Reason.SUPERSEDED)
    if now >= seat.offered_until:
        raise NotNeeded(Reason.LATE)
    values = {
        "seat": seat,
        "session": seat.session,
        "programme": seat.session.programme,
        "offer_url": absolute("offers.offer", token=_tokens().make(Purpose.OFFER, seat.id)),
    }
    return _draft(seat.registration, "weekly/offer", values, now)


def _invitation(seat: Seat, now: datetime) -> CalendarPart:
    person = seat.registration.person
    entry = calendar_session(seat.session, seat, person.locale, stamped_at=now)
    return CalendarPart("REQUEST", calendars.request(entry, attendee(person)))


def _draft(
    registration: Registration,
    template: str,
    values: Mapping[str, Any],
    now: datetime,
    calendar: CalendarPart | None = None,
) -> Draft:
    person = registration.person
    own_page = personal_link(person, now)
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=person.timezone,
        template=template,
        values={"person": person, "my_url": own_page, **values},
        calendar=calendar,
        manage_url=own_page,
    )


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found


KINDS: Mapping[str, Composer] = {
    queries.CONFIRM: confirm,
    "weekly.confirmed": confirmed,
    "weekly.offer": offer,
}
