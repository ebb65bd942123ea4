"""The mails about places: offered, about to lapse, accepted, lapsed; each looks again whether it is still true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registrar.applications import links
from registrar.applications.mails import recipient
from registrar.applications.models import Member
from registrar.applications.rules import Enrolment, OfferState
from registrar.cohorts import telling
from registrar.db import DbSession
from registrar.mail.kinds import Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason


def offer(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell a member that a place has become free and is offered to them."""
    return _to_member(_with_open_offer(db, mail, now), "offer", now)


def offer_reminder(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Remind somebody who may answer that an open offer is about to lapse."""
    member = _with_open_offer(db, mail, now)
    until = member.application.offer_until
    if until is None or int(mail.key.split(":")[2]) != int(until.timestamp()):
        raise NotNeeded(Reason.RESCHEDULED)
    hours = max(round((until - now).total_seconds() / 3600), 1)
    return _to_member(member, "offer_reminder", now, hours=hours, days=round(hours / 24) if hours >= 36 else 0)


def accepted(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Confirm to a member that the place is theirs."""
    member = recipient(db, mail)
    if member.application.enrolment is not Enrolment.ENROLLED:
        raise NotNeeded(Reason.SUPERSEDED)
    return _to_member(member, "accepted", now)


def lapsed(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell a member that the offer was not answered in time."""
    member = recipient(db, mail)
    if member.application.offer is not OfferState.LAPSED:
        raise NotNeeded(Reason.SUPERSEDED)
    return _to_member(member, "lapsed", now)


KINDS: Mapping[str, Composer] = {
    telling.OFFER: offer,
    telling.REMINDER: offer_reminder,
    telling.ACCEPTED: accepted,
    telling.LAPSED: lapsed,
}


def _with_open_offer(db: DbSession, mail: OutboxMail, now: datetime) -> Member:
    member = recipient(db, mail)
    application = member.application
    if application.offer is not OfferState.OPEN or application.offer_until is None:
        raise NotNeeded(Reason.SUPERSEDED)
    if now >= application.offer_until:
        raise NotNeeded(Reason.LATE)
    return member


def _to_member(member: Member, template: str, now: datetime, **more: Any) -> Draft:
    application, person = member.application, member.person
    values = {
        "person": person,
        "application": application,
        "call": application.call,
        "institution": application.institution,
        "until": application.offer_until,
        "url": links.application_link(person, application.reference, now),
        **more,
    }
    return Draft(person.name, person.email, person.locale, person.timezone, f"cohorts/{template}", values)
