"""A plan of who reviews what, as organisers see it before they apply it: who gets how many, what is new or unmet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews import assignments
from registrar.reviews.assigning import Paper, Plan, Reader
from registrar.reviews.coverage import within
from registrar.reviews.models import Reviewer

EASY = 10
"""Further reviews that one reviewer may be asked for."""


@dataclass(frozen=True)
class Line:
    """One reviewer: how many reviews now and then, and which preferences are not met among them."""

    reviewer: Reviewer
    now: int
    then: int
    off_language: int
    """In a language that they do not read."""
    off_subject: int
    """About nothing that they know most about."""


@dataclass(frozen=True)
class Preview:
    """A plan, told."""

    lines: list[Line]
    additions: list[tuple[Application, list[Reviewer]]]
    """Who is new for each application."""
    new: int
    groups: int
    same_pairs: int
    fingerprint: str


def preview(db: DbSession, call: Call, plan: Plan, staff: Staff) -> Preview:
    """Tell a plan that was made for this member of staff."""
    statement = select(Reviewer).where(Reviewer.call_id == call.id, Reviewer.left_at.is_(None))
    reviewers = {each.id: each for each in db.scalars(statement.options(joinedload(Reviewer.staff)))}
    readers = {each.number: each for each in assignments.readers(db, call)}
    papers = {each.number: each for each in assignments.papers(db, call)}
    lines = [_line(one, readers[one.id], papers, plan) for one in reviewers.values()]
    return Preview(
        sorted(lines, key=lambda line: line.reviewer.staff.name), _additions(db, call, staff, reviewers, plan),
        len(plan.new), plan.groups, plan.same_pairs, assignments.fingerprint_of(plan),
    )  # fmt: skip


def _line(reviewer: Reviewer, reader: Reader, papers: dict[int, Paper], plan: Plan) -> Line:
    theirs = [papers[paper] for paper, number in plan.pairs if number == reviewer.id]
    new = sum(number == reviewer.id for _paper, number in plan.new)
    off_language = sum(bool(reader.languages) and paper.language not in reader.languages for paper in theirs)
    off_subject = sum(bool(paper.subjects) and not paper.subjects & reader.subjects for paper in theirs)
    return Line(reviewer, len(theirs) - new, len(theirs), off_language, off_subject)


def _additions(
    db: DbSession, call: Call, staff: Staff, reviewers: dict[int, Reviewer], plan: Plan
) -> list[tuple[Application, list[Reviewer]]]:
    new: dict[int, list[Reviewer]] = {}
    for paper, number in sorted(plan.new):
        new.setdefault(paper, []).append(reviewers[number])
    statement = select(Application).where(*within(call, staff)).options(joinedload(Application.institution))
    return [(each, new[each.id]) for each in db.scalars(statement.order_by(Application.reference)) if each.id in new]


def lift(missing: int, reviewers: int) -> tuple[int, int]:
    """Return of how many reviewers the load must be raised, and by how much each, to make up for what is missing."""
    count = min(max(-(-missing // EASY), min(2, reviewers)), max(reviewers, 1))
    return count, -(-missing // count)


def references(db: DbSession, numbers: Sequence[int]) -> dict[int, str]:
    """Name applications by their number."""
    statement = select(Application.id, Application.reference).where(Application.id.in_(numbers))
    return dict(db.execute(statement.order_by(Application.reference)).all())
