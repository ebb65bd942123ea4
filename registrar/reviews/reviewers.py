"""Who reviews a call: invited, changed, bound to institutions, gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from registrar.accounts import operations as accounts
from registrar.accounts import queries as accounts_queries
from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Institution
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewerTie
from registrar.reviews.rules import AssignmentState, ReviewState, Tie

INVITATION = "reviews.invitation"


@dataclass(frozen=True)
class ReviewerDetails:
    """What organisers know about a reviewer of a call."""

    languages: tuple[str, ...]
    """In which they read applications; none: any."""
    subjects: tuple[str, ...]
    load: int
    """Most reviews they take on."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody who becomes a member of staff by reviewing."""

    name: str
    email: str
    email_key: str
    locale: str
    timezone: str


@dataclass(frozen=True)
class Work:
    """How far a reviewer is, as far as the organiser who looks may know."""

    given: int = 0
    submitted: int = 0
    handed_back: int = 0
    """Abstained or recused."""


def panel(db: DbSession, call: Call) -> Sequence[Reviewer]:
    """Return everybody who reviews a call or did, with their ties, those who left last."""
    statement = (
        select(Reviewer)
        .join(Reviewer.staff)
        .where(Reviewer.call_id == call.id)
        .options(joinedload(Reviewer.staff), selectinload(Reviewer.ties).joinedload(ReviewerTie.institution))
    )
    return db.scalars(statement.order_by(Reviewer.left_at.is_not(None), Staff.name, Reviewer.id)).unique().all()


def work(db: DbSession, call: Call, staff: Staff) -> dict[int, Work]:
    """Count by reviewer what they have and have done, of what exists for the member of staff who looks."""
    submitted = func.count().filter(Review.state == ReviewState.SUBMITTED, Assignment.state == AssignmentState.ASSIGNED)
    back = (AssignmentState.ABSTAINED, AssignmentState.RECUSED)
    statement = (
        select(
            Assignment.reviewer_id,
            func.count().filter(Assignment.state == AssignmentState.ASSIGNED),
            submitted,
            func.count().filter(Assignment.state.in_(back)),
        )
        .join(Assignment.application)
        .outerjoin(Assignment.review)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED, reachable(staff))
        .group_by(Assignment.reviewer_id)
    )
    return {number: Work(*counts) for number, *counts in db.execute(statement)}


def candidates(db: DbSession, call: Call) -> Sequence[Staff]:
    """Return the members of staff who do not review the call yet."""
    there = select(Reviewer.staff_id).where(Reviewer.call_id == call.id, Reviewer.left_at.is_(None))
    statement = select(Staff).where(Staff.deactivated_at.is_(None), Staff.id.not_in(there))
    return db.scalars(statement.order_by(Staff.name, Staff.id)).all()


def invite_newcomer(
    db: DbSession, call: Call, newcomer: Newcomer, details: ReviewerDetails, *, by: str, now: datetime
) -> Reviewer:
    """Invite somebody by their address: known staff at once, others become staff with the role of a reviewer."""
    staff = accounts_queries.by_key(db, newcomer.email_key)
    if staff is None:
        staff = accounts.invite(db, **vars(newcomer), role=Role.REVIEWER, by=by, now=now)
        accounts.send_invitation(db, staff, now=now)
    return invite(db, call, staff, details, by=by, now=now)


def invite(
    db: DbSession, call: Call, staff: Staff, details: ReviewerDetails, *, by: str, now: datetime
) -> Reviewer:  # fmt: skip
    """Ask a member of staff by mail to review a call; who left comes back."""
    refuse_if_frozen(call)
    if staff.deactivated_at is not None:
        raise Refusal(N_("This account is closed. Open it again first."))
    found = db.scalar(select(Reviewer).where(Reviewer.call_id == call.id, Reviewer.staff_id == staff.id))
    if found is not None and found.left_at is None:
        raise Refusal(N_("%(name)s reviews this call already."), name=staff.name)
    reviewer = found or Reviewer(call_id=call.id, staff_id=staff.id)
    reviewer.invited_at, reviewer.left_at = now, None
    _say(reviewer, details)
    db.add(reviewer)
    db.flush()
    remind(db, reviewer, now=now)
    audit.record(db, by, "reviewer.invite", reviewer, now=now, call=call.id, staff=staff.id)
    return reviewer


def remind(db: DbSession, reviewer: Reviewer, *, now: datetime) -> int:
    """Queue the mail that asks somebody to review, at most one a minute; return how many are new."""
    key = f"review-invitation:{reviewer.id}:{now:%Y%m%d%H%M}"
    return enqueue(
        db,
        NewMail(key=key, kind=INVITATION, staff_id=reviewer.staff_id, context={"call": reviewer.call_id}),
        now=now,
    )


def change(db: DbSession, reviewer: Reviewer, details: ReviewerDetails, *, by: str, now: datetime) -> None:
    """Say something else about a reviewer; what they have stays theirs, also beyond a smaller load."""
    refuse_if_frozen(reviewer.call)
    _say(reviewer, details)
    audit.record(db, by, "reviewer.change", reviewer, now=now, load=details.load)


def leave(db: DbSession, reviewer: Reviewer, *, by: str, now: datetime) -> None:
    """Let a reviewer go: they reach nothing more; what they submitted stays and counts."""
    refuse_if_frozen(reviewer.call)
    if reviewer.left_at is None:
        reviewer.left_at = now
        audit.record(db, by, "reviewer.leave", reviewer, now=now)


def come_back(db: DbSession, reviewer: Reviewer, *, by: str, now: datetime) -> None:
    """Take back that a reviewer left."""
    refuse_if_frozen(reviewer.call)
    if reviewer.left_at is not None:
        reviewer.left_at = None
        audit.record(db, by, "reviewer.come_back", reviewer, now=now)


def tie(
    db: DbSession, reviewer: Reviewer, institution: Institution, what: Tie, *, by: str, now: datetime
) -> ReviewerTie:  # fmt: skip
    """Note what binds a reviewer to an institution: conflicts are suggested from it."""
    if any(each.institution_id == institution.id and each.tie is what for each in reviewer.ties):
        raise Refusal(N_("This is noted already."))
    made = ReviewerTie(reviewer_id=reviewer.id, institution_id=institution.id, tie=what)
    reviewer.ties.append(made)
    db.flush()
    audit.record(db, by, "reviewer.tie", reviewer, now=now, institution=institution.id, tie=what)
    return made


def untie(db: DbSession, reviewer: Reviewer, made: ReviewerTie, *, by: str, now: datetime) -> None:
    """Take back what binds a reviewer to an institution; conflicts that were noted stay."""
    audit.record(db, by, "reviewer.untie", reviewer, now=now, institution=made.institution_id, tie=made.tie)
    reviewer.ties.remove(made)
    db.flush()


def _say(reviewer: Reviewer, details: ReviewerDetails) -> None:
    reviewer.languages, reviewer.subjects = list(details.languages), list(details.subjects)
    reviewer.load = details.load
