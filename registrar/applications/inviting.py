"""Teams come together: a lead invites by mail, the owner of the mailbox joins, exactly once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from registrar.applications import answers, starting
from registrar.applications.models import Application, Invitation, Member
from registrar.applications.rules import MOST_MEMBERS, Lifecycle, TeamRole
from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Reason
from registrar.people.models import Person

KIND = "applications.invitation"
RESEND_AFTER = timedelta(minutes=5)
MOST_MAILS = 3
"""To one invited address in 24 hours, over all teams."""


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who is invited, and to what."""

    email: str
    email_key: str
    role: TeamRole


def invite(db: DbSession, application: Application, guest: Guest, *, by: Person, now: datetime) -> Invitation:
    """Invite an address to the team and queue the mail; refuse who is in it, was invited, or finds it full."""
    found = answers.locked(db, application.id)
    if found.state is Lifecycle.WITHDRAWN:
        raise Refusal(N_("This application was withdrawn."))
    _check_guest(db, found, guest)
    _check_room(db, found)
    invitation = Invitation(application_id=found.id, call_id=found.call_id, role=guest.role, invited_by_id=by.id)
    invitation.email, invitation.email_key = guest.email, guest.email_key
    invitation.locale, invitation.timezone = by.locale, by.timezone
    invitation.created_at, invitation.mail_number = now, 0
    db.add(invitation)
    db.flush()
    _mail(db, invitation, now)
    audit.record(db, f"person:{by.id}", "application.invite", found, now=now, invitation=invitation.id, role=guest.role)
    return invitation


def resend(db: DbSession, invitation: Invitation, *, actor: str, now: datetime) -> None:
    """Queue the mail of a waiting invitation again; refuse more than one in five minutes or three in a day."""
    if invitation.used_at or invitation.revoked_at:
        raise Conflict(N_("This invitation was used or taken back."))
    if invitation.mailed_at and invitation.mailed_at > now - RESEND_AFTER:
        raise Refusal(N_("The mail was sent a moment ago. Wait five minutes before you send it again."))
    _mail(db, invitation, now)
    audit.record(db, actor, "application.invite_again", invitation, now=now)


def revoke(db: DbSession, invitation: Invitation, *, by: Person, now: datetime) -> None:
    """Take an invitation back: its link ends, and a mail that has not left does not leave."""
    if invitation.used_at or invitation.revoked_at:
        raise Conflict(N_("This invitation was used or taken back."))
    invitation.revoked_at = now
    cancel_waiting(db, Reason.TAKEN_BACK, OutboxMail.invitation_id == invitation.id, now=now)
    audit.record(db, f"person:{by.id}", "application.uninvite", invitation, now=now)


def accept(db: DbSession, invitation_id: int, person: Person, *, now: datetime) -> Application:
    """Let the owner of an invited mailbox into the team; raise `Conflict` if the invitation has ended."""
    invitation = starting.take(db, invitation_id, now=now)
    if invitation.application_id is None or invitation.role is None:
        raise Refusal(N_("This link does not lead into a team."))
    application = answers.locked(db, invitation.application_id)
    add(db, application, person, invitation.role, now=now)
    audit.record(db, f"person:{person.id}", "application.join", application, now=now, role=invitation.role)
    return application


def add(db: DbSession, application: Application, person: Person, role: TeamRole, *, now: datetime) -> None:
    """Put a person on the team; who is on it already keeps their role. The caller holds the application's row."""
    if team_size(db, application) >= MOST_MEMBERS and db.get(Member, (application.id, person.id)) is None:
        raise Refusal(N_("This team is full: it has %(most)s people."), most=MOST_MEMBERS)
    row = {"application_id": application.id, "person_id": person.id, "role": role, "joined_at": now}
    insert_missing(db, Member, [row])


def team_size(db: DbSession, application: Application) -> int:
    statement = select(func.count()).select_from(Member).where(Member.application_id == application.id)
    return db.scalar(statement) or 0


def waiting(db: DbSession, application: Application) -> list[Invitation]:
    """Return the invitations that nobody has used or taken back."""
    open_ones = (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    statement = select(Invitation).where(Invitation.application_id == application.id, *open_ones)
    return list(db.scalars(statement.order_by(Invitation.id)))


def _check_guest(db: DbSession, application: Application, guest: Guest) -> None:
    on_team = select(Member.person_id).join(Member.person)
    on_team = on_team.where(Member.application_id == application.id, Person.email_key == guest.email_key)
    if db.scalar(on_team) is not None:
        raise Refusal(N_("This person is on your team already."))
    if any(each.email_key == guest.email_key for each in waiting(db, application)):
        raise Refusal(N_("This address was invited already. You can send the mail again below."))


def _check_room(db: DbSession, application: Application) -> None:
    if team_size(db, application) + len(waiting(db, application)) >= MOST_MEMBERS:
        raise Refusal(N_("A team has at most %(most)s people, those invited among them."), most=MOST_MEMBERS)


def _mail(db: DbSession, invitation: Invitation, now: datetime) -> None:
    if _mails_today(db, invitation.email_key, now) >= MOST_MAILS:
        raise Refusal(N_("This address has had several invitations today. Try again tomorrow."))
    invitation.mail_number += 1
    invitation.mailed_at = now
    mail = NewMail(
        key=f"invited:{invitation.id}:{invitation.mail_number}",
        kind=KIND,
        invitation_id=invitation.id,
        application_id=invitation.application_id,
        context={"number": invitation.mail_number},
    )
    enqueue(db, mail, now=now)


def _mails_today(db: DbSession, email_key: str, now: datetime) -> int:
    statement = select(func.count(OutboxMail.id)).join(Invitation, Invitation.id == OutboxMail.invitation_id)
    mine = (Invitation.email_key == email_key, OutboxMail.kind == KIND, OutboxMail.created_at > now - timedelta(days=1))
    return db.scalar(statement.where(*mine)) or 0
