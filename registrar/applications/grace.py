"""More time for a team that missed the deadline: asked for once, given by a link that ends and is counted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from registrar.applications import answers, teams
from registrar.applications.models import Application, GraceLink
from registrar.applications.rules import GRACE_LINK_LONGEST, Lifecycle, deadline
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Reason
from registrar.people.models import Person

KIND = "applications.grace"


class LinkState(StrEnum):
    """What a grace link still allows."""

    OPEN = "open"
    USED = "used"
    OVER = "over"
    REVOKED = "revoked"


def ask(db: DbSession, application: Application, words: str, *, by: Person, now: datetime) -> None:
    """Keep a team's request for more time; it may ask once, after its deadline, with a draft."""
    found = answers.locked(db, application.id)
    if not may_ask(found, now):
        raise Conflict(N_("More time can be asked for once, after the deadline, with a draft that was not submitted."))
    found.grace_asked_at, found.grace_asked = now, words
    audit.record(db, f"person:{by.id}", "application.ask_for_time", found, now=now)


def may_ask(application: Application, now: datetime) -> bool:
    """Tell whether the team may ask for more time."""
    return (
        application.state is Lifecycle.DRAFT
        and application.grace_asked_at is None
        and application.extended_until is None
        and now >= _end(application)
    )


def give(
    db: DbSession, application: Application, until: datetime, reason: str, by: str, now: datetime, most_uses: int = 1
) -> GraceLink:
    """Make a link by which the team gets until `until`, and mail it to all who may write.

    `by` is the actor as in the audit trail (`staff:3`). Refuse what would give no time, or more than 30 days from now.
    """
    found = answers.locked(db, application.id)
    _check(found, until, reason, now)
    link = GraceLink(application_id=found.id, until=until, reason=reason.strip(), most_uses=most_uses, uses=0)
    link.created_at, link.created_by = now, by
    db.add(link)
    db.flush()
    writers = [member.person_id for member in teams.members(db, found) if teams.may_write(member)]
    mails = (NewMail(key=f"grace:{link.id}:{each}", kind=KIND, person_id=each, application_id=found.id,
                     context={"grace_link": link.id}, expires_at=until) for each in writers)  # fmt: skip
    enqueue(db, *mails, now=now)
    audit.record(db, by, "application.give_time", found, now=now, grace_link=link.id, until=until.isoformat())
    return link


def revoke(db: DbSession, link_id: int, *, by: str, now: datetime) -> None:
    """End a link that was not used up; an extension that was taken already stays."""
    link = _locked(db, link_id)
    if state_of(link, now) is not LinkState.OPEN:
        raise Conflict(N_("This link has ended already."))
    link.revoked_at = now
    cancel_waiting(
        db, Reason.WITHDRAWN, OutboxMail.kind == KIND, OutboxMail.key.startswith(f"grace:{link.id}:"), now=now
    )
    audit.record(db, by, "application.revoke_time", link.application, now=now, grace_link=link.id)


def use(db: DbSession, link_id: int, *, actor: str, now: datetime) -> Application:
    """Extend the team's deadline by a link, counting this use; raise `Conflict` if the link allows nothing more."""
    link = _locked(db, link_id)
    if state_of(link, now) is not LinkState.OPEN:
        raise Conflict(N_("This link has ended already."))
    application = answers.locked(db, link.application_id)
    if application.state is Lifecycle.WITHDRAWN:
        raise Refusal(N_("This application was withdrawn."))
    link.uses, link.used_at = link.uses + 1, now
    application.extended_until = max(application.extended_until or link.until, link.until)
    audit.record(db, actor, "application.use_time", application, now=now, grace_link=link.id)
    db.flush()
    return application


def state_of(link: GraceLink, now: datetime) -> LinkState:
    """Return what a link still allows at `now`."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.uses >= link.most_uses:
        return LinkState.USED
    return LinkState.OVER if now >= link.until else LinkState.OPEN


def links(db: DbSession, application: Application) -> list[GraceLink]:
    """Return every link that the team was given, the newest first."""
    statement = select(GraceLink).where(GraceLink.application_id == application.id)
    return list(db.scalars(statement.order_by(GraceLink.id.desc())))


def open_link(db: DbSession, application: Application, now: datetime) -> GraceLink | None:
    """Return a link that the team was given and may still use."""
    return next((each for each in links(db, application) if state_of(each, now) is LinkState.OPEN), None)


def _check(application: Application, until: datetime, reason: str, now: datetime) -> None:
    if application.state is Lifecycle.WITHDRAWN:
        raise Refusal(N_("This application was withdrawn."))
    if not reason.strip():
        raise Refusal(N_("Say why the team gets more time."))
    if until <= max(now, _end(application)):
        raise Refusal(N_("Choose a moment after the team’s deadline that is still to come."))
    if until > now + GRACE_LINK_LONGEST:
        raise Refusal(N_("Choose a moment within the next %(days)s days."), days=GRACE_LINK_LONGEST.days)


def _end(application: Application) -> datetime:
    """Return from when on the team may not save any more."""
    return deadline(application.call.saves_until, application.extended_until)


def _locked(db: DbSession, link_id: int) -> GraceLink:
    """Return the link with its row locked, so that two who use it at once are counted one after the other."""
    statement = select(GraceLink).where(GraceLink.id == link_id).with_for_update()
    return db.scalars(statement, execution_options={"populate_existing": True}).one()
