"""Who reviews what, as it is stored: what assignment is computed from, a plan to look at, and its application."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.conflicts import barred as out_of_reach
from registrar.applications.desk_models import ApplicationTag
from registrar.applications.models import Application, Member
from registrar.applications.rules import ConflictState, Lifecycle, TeamRole
from registrar.audit import operations as audit
from registrar.calls.models import Call
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal
from registrar.errors import Conflict as Changed
from registrar.people.models import Person
from registrar.reviews.assigning import Impossible, Pair, Paper, Plan, Reader, Shortage, assign
from registrar.reviews.models import Assignment, Reviewer
from registrar.reviews.rules import AssignmentState, move

OVER = frozenset({AssignmentState.ABSTAINED, AssignmentState.RECUSED, AssignmentState.CONFLICTED})
"""States in which an assignment brings no review and is not made again by itself."""


def plan(db: DbSession, call: Call, each: int, seen_by: Staff | None = None) -> Plan | Shortage:
    """Return who would review what, existing work kept; or what is short.

    What does not exist for the member of staff who looks at it is left as it is, and out of every number.
    """
    hidden = set(db.scalars(out_of_reach(seen_by))) if seen_by else set()
    stored = _stored(db, call)
    pairs = {pair: state for pair, state in stored.items() if pair[0] not in hidden}
    barred = _conflicts(db, call) | {pair for pair, state in pairs.items() if state in OVER}
    kept = {pair for pair, state in pairs.items() if state not in OVER}
    try:
        wanted = [paper for paper in papers(db, call) if paper.number not in hidden]
        elsewhere = Counter(
            reader for (paper, reader), state in stored.items() if paper in hidden and state not in OVER
        )
        free = [replace(one, load=max(one.load - elsewhere[one.number], 0)) for one in readers(db, call)]
        if not wanted or not free:  # nothing to solve
            return Shortage(each * len(wanted), 0) if wanted else Plan(frozenset(), frozenset(), 0, 0)
        return assign(wanted, free, each, conflicts=barred, kept=kept)
    except Impossible as impossible:
        return impossible.shortage


def apply(
    db: DbSession, call: Call, each: int, fingerprint: str, *, by: str, now: datetime, seen_by: Staff | None = None
) -> int:
    """Store the plan that was looked at, or raise `Conflict` if it would be another by now; return how many are new."""
    found = plan(db, call, each, seen_by)
    if isinstance(found, Shortage) or fingerprint_of(found) != fingerprint:
        raise Changed(N_("Something has changed since this plan was made. Look at the new one."))
    new = _add(db, found.new, by, now)
    audit.record(db, by, "assignment.plan", call, now=now, each=each, new=new)
    return new


def add(db: DbSession, application: Application, reviewer: Reviewer, *, by: str, now: datetime) -> None:
    """Give an application to a reviewer by hand."""
    barred = select(Conflict.id).where(
        Conflict.application_id == application.id,
        Conflict.staff_id == reviewer.staff_id,
        Conflict.state == ConflictState.CONFIRMED,
    )
    if db.scalar(barred) is not None:
        raise Refusal(N_("This reviewer has a conflict of interest with this application."))
    if not _add(db, {(application.id, reviewer.id)}, by, now) and not _again(db, application, reviewer, now):
        raise Refusal(N_("This reviewer has this application already, or has handed it back."))
    audit.record(db, by, "assignment.add", application, now=now, reviewer=reviewer.id)


def _again(db: DbSession, application: Application, reviewer: Reviewer, now: datetime) -> bool:
    """Give back what had ended for a conflict that was lifted since; tell whether it had."""
    pair = (Assignment.application_id == application.id, Assignment.reviewer_id == reviewer.id)
    ended = db.scalar(select(Assignment).where(*pair, Assignment.state == AssignmentState.CONFLICTED))
    if ended is None:
        return False
    ended.state, ended.state_at = move(ended.state, AssignmentState.ASSIGNED), now
    db.flush()
    return True


def remove(db: DbSession, assignment: Assignment, *, by: str, now: datetime) -> None:
    """Take an application from a reviewer who has written nothing yet."""
    if assignment.review is not None:
        raise Refusal(N_("This reviewer has begun a review. They can abstain or recuse themselves."))
    audit.record(db, by, "assignment.remove", assignment.application, now=now, reviewer=assignment.reviewer_id)
    db.delete(assignment)
    db.flush()


def end_for_conflict(db: DbSession, conflict: Conflict, now: datetime) -> None:
    """End the reviewer's work on an application, before a conflict is confirmed: the database holds that order."""
    statement = (
        select(Assignment)
        .join(Assignment.reviewer)
        .where(Assignment.application_id == conflict.application_id, Reviewer.staff_id == conflict.staff_id)
    )
    for assignment in db.scalars(statement):
        assignment.state, assignment.state_at = AssignmentState.CONFLICTED, now
    db.flush()


def papers(db: DbSession, call: Call) -> list[Paper]:
    """Return the submitted applications of a call: in the language of their lead, with their tags as subjects."""
    statement = (
        select(Application.id, Person.locale)
        .outerjoin(Member, (Member.application_id == Application.id) & (Member.role == TeamRole.LEAD))
        .outerjoin(Person, Person.id == Member.person_id)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED)
        .order_by(Application.id, Member.joined_at.desc())
    )
    languages = {number: locale or "en" for number, locale in db.execute(statement)}
    tags: dict[int, set[str]] = {}
    tagged = select(ApplicationTag.application_id, ApplicationTag.tag).where(
        ApplicationTag.application_id.in_(select(Application.id).where(Application.call_id == call.id))
    )
    for number, tag in db.execute(tagged):
        tags.setdefault(number, set()).add(tag)
    return [Paper(number, language, frozenset(tags.get(number, ()))) for number, language in languages.items()]


def readers(db: DbSession, call: Call) -> list[Reader]:
    """Return the reviewers of a call who take on work."""
    statement = select(Reviewer).where(Reviewer.call_id == call.id, Reviewer.left_at.is_(None)).order_by(Reviewer.id)
    return [
        Reader(each.id, each.load, frozenset(each.languages), frozenset(each.subjects))
        for each in db.scalars(statement)
    ]


def fingerprint_of(found: Plan) -> str:
    """Return what tells two plans apart."""
    return sha256(repr(sorted(found.pairs)).encode()).hexdigest()[:16]


def _stored(db: DbSession, call: Call) -> dict[Pair, AssignmentState]:
    statement = (
        select(Assignment.application_id, Assignment.reviewer_id, Assignment.state)
        .join(Assignment.application)
        .join(Assignment.reviewer)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED, Reviewer.left_at.is_(None))
    )
    return {(application, reviewer): state for application, reviewer, state in db.execute(statement)}


def _conflicts(db: DbSession, call: Call) -> set[Pair]:
    """Return the pairs with a conflict, confirmed or suggested: who decides about one later loses no review by it."""
    statement = (
        select(Conflict.application_id, Reviewer.id)
        .join(Reviewer, Reviewer.staff_id == Conflict.staff_id)
        .where(Reviewer.call_id == call.id, Conflict.state != ConflictState.DISMISSED)
    )
    return {(application, reviewer) for application, reviewer in db.execute(statement)}


def _add(db: DbSession, pairs: Collection[Pair], by: str, now: datetime) -> int:
    state = {"state": AssignmentState.ASSIGNED, "reason": "", "assigned_at": now, "assigned_by": by, "state_at": now}
    rows = [
        {"application_id": application, "reviewer_id": reviewer, **state} for application, reviewer in sorted(pairs)
    ]
    return insert_missing(db, Assignment, rows)
