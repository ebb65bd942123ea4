"""Changes in a team: roles, people who go, people who ask to be let in; one lead stays whatever happens."""

from datetime import datetime

from sqlalchemy import func, select

from registrar.applications import answers, inviting, teams
from registrar.applications.models import Application, JoinRequest, Member
from registrar.applications.rules import RequestOutcome, TeamRole
from registrar.audit import operations as audit
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person

KIND = "applications.join_request"
LEFT, REMOVED = "application.leave", "application.remove"
MOST_REQUESTS = 3
"""How many teams a person may have asked that have not answered."""


def change_role(
    db: DbSession, application: Application, person_id: int, role: TeamRole, *, by: Person, now: datetime
) -> None:
    """Give a member another role; refuse to leave the team without a lead."""
    answers.locked(db, application.id)
    member = _member(db, application, person_id)
    if role is not TeamRole.LEAD:
        _keep_a_lead(db, member)
    member.role = role
    audit.record(db, f"person:{by.id}", "application.role", application, now=now, person=person_id, role=role)


def remove(db: DbSession, application: Application, person_id: int, *, by: Person, now: datetime) -> None:
    """Take somebody off the team, or leave it: from now on they see nothing of it. One lead stays."""
    answers.locked(db, application.id)
    member = _member(db, application, person_id)
    _keep_a_lead(db, member)
    db.delete(member)
    db.flush()
    action = LEFT if person_id == by.id else REMOVED
    audit.record(db, f"person:{by.id}", action, application, now=now, person=person_id, role=member.role)


def put_back(db: DbSession, application: Application, person_id: int, *, by: Person, now: datetime) -> None:
    """Put somebody who was taken off the team back on it, in the role they had; not who left or was never on it."""
    found = answers.locked(db, application.id)
    person, role = db.get(Person, person_id), _role_when_removed(db, found, person_id)
    if person is None or role is None:
        raise Conflict(N_("This person cannot be put back. Invite them instead."))
    inviting.add(db, found, person, role, now=now)
    audit.record(db, f"person:{by.id}", "application.put_back", found, now=now, person=person_id, role=role)


def ask(db: DbSession, application: Application, person: Person, *, now: datetime) -> JoinRequest:
    """Ask a team to let a person in and mail its leads; asking again changes nothing while they have not answered.

    Refuse who was declined, and who asks one team after another.
    """
    found = answers.locked(db, application.id)
    if (request := _waiting(db, found, person)) is not None:
        return request
    _check_asker(db, found, person)
    request = JoinRequest(application_id=found.id, person_id=person.id, asked_at=now)
    db.add(request)
    db.flush()
    leads = [member.person_id for member in teams.members(db, found) if teams.may_lead(member)]
    mails = (NewMail(key=f"join-request:{request.id}:{each}", kind=KIND, person_id=each, application_id=found.id,
                     context={"join_request": request.id}) for each in leads)  # fmt: skip
    enqueue(db, *mails, now=now)
    audit.record(db, f"person:{person.id}", "application.ask_to_join", found, now=now, join_request=request.id)
    return request


def let_in(db: DbSession, request: JoinRequest, *, by: Person, now: datetime) -> None:
    """Let somebody who asked into the team, as an editor."""
    application = answers.locked(db, request.application_id)
    inviting.add(db, application, request.person, TeamRole.EDITOR, now=now)
    _settle(db, request, RequestOutcome.JOINED, by, now)


def turn_away(db: DbSession, request: JoinRequest, *, by: Person, now: datetime) -> None:
    """Decline somebody's wish to join."""
    answers.locked(db, request.application_id)
    _settle(db, request, RequestOutcome.DECLINED, by, now)


def _waiting(db: DbSession, application: Application, person: Person) -> JoinRequest | None:
    mine = (JoinRequest.application_id == application.id, JoinRequest.person_id == person.id)
    return db.scalar(select(JoinRequest).where(*mine, JoinRequest.settled_at.is_(None)))


def _check_asker(db: DbSession, application: Application, person: Person) -> None:
    theirs = db.scalars(select(JoinRequest).where(JoinRequest.person_id == person.id)).all()
    if any(each.application_id == application.id and each.outcome is RequestOutcome.DECLINED for each in theirs):
        raise Refusal(N_("The team has declined your request. Ask a colleague to invite you."))
    if sum(each.settled_at is None for each in theirs) >= MOST_REQUESTS:
        raise Refusal(N_("You have asked several teams already. Wait for their answers."))


def _settle(db: DbSession, request: JoinRequest, outcome: RequestOutcome, by: Person, now: datetime) -> None:
    db.refresh(request)
    if request.settled_at is not None:
        raise Conflict(N_("Somebody of your team has answered this request already."))
    request.settled_at, request.outcome = now, outcome
    audit.record(
        db, f"person:{by.id}", "application.answer_request", request.application, now=now, person=request.person_id,
        outcome=outcome,
    )  # fmt: skip


def _role_when_removed(db: DbSession, application: Application, person_id: int) -> TeamRole | None:
    """Return the role of who was taken off the team; None if the last that happened is that they left, or nothing."""
    gone = select(AuditEntry).where(
        AuditEntry.subject == Application.__tablename__, AuditEntry.subject_id == application.id
    )
    gone = gone.where(AuditEntry.action.in_((LEFT, REMOVED))).order_by(AuditEntry.id.desc())
    last = next((each for each in db.scalars(gone) if each.details["person"] == person_id), None)
    role = last.details.get("role") if last and last.action == REMOVED else None
    return TeamRole(role) if role else None


def _member(db: DbSession, application: Application, person_id: int) -> Member:
    member = db.get(Member, (application.id, person_id), populate_existing=True)
    if member is None:
        raise Conflict(N_("This person is not on the team any more."))
    return member


def _keep_a_lead(db: DbSession, member: Member) -> None:
    others = select(func.count()).select_from(Member)
    others = others.where(
        Member.application_id == member.application_id,
        Member.role == TeamRole.LEAD,
        Member.person_id != member.person_id,
    )
    if member.role is TeamRole.LEAD and not db.scalar(others):
        raise Refusal(N_("A team needs a lead. Make somebody else lead first."))
