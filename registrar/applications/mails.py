"""The mails about applications: ways in for addresses that are not proven yet, and what a team is told.

What goes to an unproven address holds nothing that anybody typed: the call's own words, and of an institution only a
name that the catalogue or an organiser has confirmed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registrar.applications import answers, links
from registrar.applications.models import Application, GraceLink, Invitation, JoinRequest, Member
from registrar.applications.rules import INVITATION_LASTS, LINK_LASTS, START_WITHIN, Lifecycle, deadline
from registrar.applications.teams import may_lead, may_write
from registrar.calls.rules import CallState, Stage, stage
from registrar.db import DbSession
from registrar.letters.plain_text import of_markdown
from registrar.mail.kinds import Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.people.models import Person


def begin(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Send the owner of an address the way to begin an application to a call that is open."""
    invitation = _invitation(db, mail)
    call = invitation.call
    if stage(call.state, call.opens_at, call.closes_at, call.grace, now) is not Stage.OPEN:
        raise NotNeeded(Reason.LATE)
    url = links.begin_link(invitation, mail.created_at)
    return _to_address(invitation, "begin", {"url": url, "days": START_WITHIN.days, "ends_at": call.closes_at})


def invitation(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Ask the owner of an address to join a team."""
    found = _invitation(db, mail)
    application = found.application
    if application is None or application.state is Lifecycle.WITHDRAWN:
        raise NotNeeded(Reason.WITHDRAWN)
    institution = application.institution
    values = {
        "institution": institution.name if institution.confirmed_at else "",
        "role": found.role,
        "url": links.invitation_link(found, mail.created_at),
        "days": INVITATION_LASTS.days,
        "ends_at": _deadline(application),
    }
    return _to_address(found, "invitation", values)


def link(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write the link to a person's applications; a request for an unknown address ends here."""
    person = db.get(Person, mail.person_id) if mail.person_id else None
    if person is None:
        raise NotNeeded(Reason.NOT_CONFIRMED)
    return _to_person(person, "link", {"url": links.applications_link(person, now), "days": LINK_LASTS.days})


def submitted(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write the mail of record: the reference, what counts, what happens next, and until when it may be changed."""
    member = recipient(db, mail)
    if member.application.state is not Lifecycle.SUBMITTED:
        raise NotNeeded(Reason.WITHDRAWN)
    after = member.application.call.after(member.person.locale)
    values = {"after": after, "after_text": of_markdown(after), "may_change": now < _deadline(member.application)}
    return _to_member(member, "submitted", values, now)


def withdrawn(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell a member that the application was withdrawn, and until when that can be taken back."""
    member = recipient(db, mail)
    if member.application.state is not Lifecycle.WITHDRAWN:
        raise NotNeeded(Reason.SUPERSEDED)
    return _to_member(member, "withdrawn", {"may_reopen": now < _deadline(member.application)}, now)


def join_request(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell who leads a team that somebody asks to join it: by their proven address, not by the name they typed."""
    request = db.get(JoinRequest, _part(mail, 1))
    if request is None:
        raise NotNeeded(Reason.ERASED)
    if request.settled_at is not None:
        raise NotNeeded(Reason.SUPERSEDED)
    member = recipient(db, mail)
    if member.application.state is Lifecycle.WITHDRAWN:
        raise NotNeeded(Reason.WITHDRAWN)
    if not may_lead(member):
        raise NotNeeded(Reason.NO_BASIS)
    return _to_member(member, "join_request", {"address": request.person.email}, now)


def grace(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Send a member the link by which the team takes more time."""
    found, member = db.get(GraceLink, _part(mail, 1)), recipient(db, mail)
    if found is None or found.revoked_at is not None:
        raise NotNeeded(Reason.TAKEN_BACK)
    if member.application.state is Lifecycle.WITHDRAWN:
        raise NotNeeded(Reason.WITHDRAWN)
    if found.uses >= found.most_uses:
        raise NotNeeded(Reason.SUPERSEDED)
    if now >= found.until:
        raise NotNeeded(Reason.LATE)
    return _to_member(member, "grace", {"url": links.grace_link(found), "ends_at": found.until}, now)


def deadline_ahead(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Remind somebody who may write in a draft of its deadline, with the sections in which something is missing."""
    member = recipient(db, mail)
    _check_reminder(member, mail, now)
    left = _deadline(member.application) - now
    hours = max(round(left.total_seconds() / 3600), 1)
    values = {
        "days": round(hours / 24) if hours >= 36 else 0,
        "hours": hours,
        "missing": _sections_to_do(db, member.application, member.person.locale),
    }
    return _to_member(member, "deadline", values, now)


def _check_reminder(member: Member, mail: OutboxMail, now: datetime) -> None:
    """End a reminder whose draft, deadline or reader has changed since it was queued."""
    application = member.application
    if application.state is Lifecycle.WITHDRAWN or application.call.state is CallState.DRAFT:
        raise NotNeeded(Reason.WITHDRAWN)
    if application.state is Lifecycle.SUBMITTED:
        raise NotNeeded(Reason.SUPERSEDED)
    if not may_write(member):
        raise NotNeeded(Reason.NO_BASIS)
    ends_at = _deadline(application)
    if _part(mail, 3) != int(ends_at.timestamp()):
        raise NotNeeded(Reason.RESCHEDULED)
    if now >= ends_at:
        raise NotNeeded(Reason.LATE)


def _sections_to_do(db: DbSession, application: Application, locale: str) -> list[str]:
    """Return the titles of the sections that stand in the way of submitting."""
    missing = {flaw.question for flaw in answers.what_is_missing(db, application)}
    sections = answers.form_of(application).definition.sections
    return [each.title.in_(locale) for each in sections if missing & {question.key for question in each.questions}]


def _invitation(db: DbSession, mail: OutboxMail) -> Invitation:
    """Return the way in that the mail is about, or end the mail: a newer one, or its use, has taken its place."""
    found = db.get(Invitation, mail.invitation_id) if mail.invitation_id else None
    if found is None:
        raise NotNeeded(Reason.ERASED)
    if found.revoked_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    if found.used_at is not None or _part(mail, 2) != found.mail_number:
        raise NotNeeded(Reason.SUPERSEDED)
    return found


def recipient(db: DbSession, mail: OutboxMail) -> Member:
    """Return the recipient's part in the application, or end the mail: they have left the team."""
    application = db.get(Application, mail.application_id) if mail.application_id else None
    if application is None or mail.person_id is None:
        raise NotNeeded(Reason.ERASED)
    member = db.get(Member, (application.id, mail.person_id))
    if member is None:
        raise NotNeeded(Reason.NO_BASIS)
    return member


def _deadline(application: Application) -> datetime:
    return deadline(application.call.closes_at, application.extended_until)


def _part(mail: OutboxMail, place: int) -> int:
    """Return a number out of the mail's key; a mail that is sent again has the same parts first."""
    return int(mail.key.split(":")[place])


def _to_address(found: Invitation, template: str, values: Mapping[str, Any]) -> Draft:
    """Write to an address that may be anybody's."""
    values = {"call": found.call, **values}
    return Draft("", found.email, found.locale, found.timezone, f"applications/{template}", values)


def _to_member(member: Member, template: str, values: Mapping[str, Any], now: datetime) -> Draft:
    application, person = member.application, member.person
    about = {
        "application": application,
        "call": application.call,
        "institution": application.institution,
        "ends_at": _deadline(application),
        "url": links.application_link(person, application.reference, now),
    }
    return _to_person(person, template, {**about, **values})


def _to_person(person: Person, template: str, values: Mapping[str, Any]) -> Draft:
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=person.timezone,
        template=f"applications/{template}",
        values={"person": person, **values},
    )


KINDS: Mapping[str, Composer] = {
    "applications.begin": begin,
    "applications.invitation": invitation,
    "applications.link": link,
    "applications.submitted": submitted,
    "applications.withdrawn": withdrawn,
    "applications.join_request": join_request,
    "applications.grace": grace,
    "applications.deadline": deadline_ahead,
}
