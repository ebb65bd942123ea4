"""What waits for a reviewer: their applications by call, within reach only, and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any
from zlib import crc32

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.db import DbSession
from registrar.folding import fold
from registrar.people.models import Institution
from registrar.reviews.access import reviewers_of, within_reach
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from registrar.reviews.rules import AssignmentState, ReviewState

DAY = 86400


class Progress(StrEnum):
    """How far the review of an application is; in the order in which work is done next."""

    BEGUN = "begun"
    NEW = "new"
    SUBMITTED = "submitted"


class Order(StrEnum):
    """How the queue is sorted."""

    NEXT = "next"
    """What is begun, what is new, what is done."""
    NAME = "name"
    CHANGED = "changed"


@dataclass(frozen=True)
class Task:
    """An application that a reviewer reads; its institution is empty where the review is blind."""

    reference: str
    call_id: int
    institution: str
    country: str
    progress: Progress
    saved_at: datetime | None
    turn: int
    """Each reviewer reads in an order of their own, so that no application is always the last."""


@dataclass(frozen=True)
class Bench:
    """A reviewer's work for one call."""

    reviewer: Reviewer
    phase: ReviewPhase | None
    tasks: Sequence[Task] = ()
    handed_back: Sequence[Assignment] = field(default=())

    @property
    def done(self) -> int:
        return sum(task.progress is Progress.SUBMITTED for task in self.tasks)

    @property
    def following(self) -> Task | None:
        """Return what to do next."""
        waiting = [task for task in arranged(self.tasks, Order.NEXT) if task.progress is not Progress.SUBMITTED]
        return waiting[0] if waiting else None

    def days_left(self, now: datetime) -> int | None:
        """Return how many days the phase goes on, the last one counted; negative once it should be over."""
        if self.phase is None or self.phase.ends_at is None:
            return None
        return ceil((self.phase.ends_at - now).total_seconds() / DAY)


def benches(db: DbSession, staff: Staff) -> list[Bench]:
    """Return the work of a reviewer by call, the newest call first; calls whose season is over are left out."""
    reviewers = [each for each in reviewers_of(db, staff) if each.call.frozen_at is None]
    ids = [each.call_id for each in reviewers]
    active = select(ReviewPhase).where(ReviewPhase.call_id.in_(ids), ReviewPhase.active_since.is_not(None))
    phases = {phase.call_id: phase for phase in db.scalars(active)}
    found, given_back = tasks(db, staff), handed_back(db, staff)
    return [
        Bench(
            each,
            phases.get(each.call_id),
            [task for task in found if task.call_id == each.call_id],
            [assignment for assignment in given_back if assignment.reviewer_id == each.id],
        )
        for each in reviewers
    ]


def tasks(db: DbSession, staff: Staff, call_id: int | None = None) -> list[Task]:
    """Return the applications that a reviewer may work on, in the order in which they read."""
    columns = (Reviewer.id, Application.reference, Application.call_id, ReviewPhase.sees_names, Institution.name,
               Institution.country, Review.state, Review.saved_at)  # fmt: skip
    statement = (
        _active(select(*columns).select_from(Assignment))
        .join(Application.institution)
        .outerjoin(Assignment.review)
        .where(*within_reach(staff))
    )
    if call_id is not None:
        statement = statement.where(Application.call_id == call_id)
    found = [_task(*row) for row in db.execute(statement)]
    return sorted(found, key=lambda task: (task.turn, task.reference))


def handed_back(db: DbSession, staff: Staff) -> list[Assignment]:
    """Return what a reviewer abstained from or recused themselves of, while they could still take it again."""
    states = (AssignmentState.ABSTAINED, AssignmentState.RECUSED)
    mine = (Reviewer.staff_id == staff.id, Reviewer.left_at.is_(None), Assignment.state.in_(states))
    statement = _active(select(Assignment)).where(
        *mine, ReviewPhase.scores.is_(True), Application.state == Lifecycle.SUBMITTED, reachable(staff)
    )
    return list(db.scalars(statement.options(joinedload(Assignment.application)).order_by(Assignment.id)))


def arranged(found: Sequence[Task], order: Order) -> list[Task]:
    """Return the tasks in an order."""
    if order is Order.NAME:
        return sorted(found, key=lambda task: (fold(task.institution) or "", task.reference))
    if order is Order.CHANGED:
        return sorted(found, key=lambda task: -(task.saved_at.timestamp() if task.saved_at else 0))
    places = list(Progress)
    return sorted(found, key=lambda task: places.index(task.progress))


def matching(found: Sequence[Task], wanted: str) -> list[Task]:
    """Return the tasks whose visible words hold what is looked for."""
    key = fold(wanted) or ""
    return [task for task in found if key in (fold(f"{task.reference} {task.institution}") or "")]


def after(found: Sequence[Task], reference: str) -> Task | None:
    """Return the next application that is not done, beginning behind this one and going round."""
    place = next((n for n, task in enumerate(found) if task.reference == reference), -1)
    turned = [*found[place + 1 :], *found[: max(place, 0)]]
    return next((task for task in turned if task.progress is not Progress.SUBMITTED), None)


def _active(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the applications and reviewers of assignments whose call has an active phase."""
    return (
        statement.join(Assignment.application)
        .join(Assignment.reviewer)
        .join(ReviewPhase, ReviewPhase.call_id == Application.call_id)
        .where(ReviewPhase.active_since.is_not(None))
    )


def _task(
    reviewer: int, reference: str, call: int, sees_names: bool, institution: str, country: str | None,
    state: ReviewState | None, saved_at: datetime | None,
) -> Task:  # fmt: skip
    name, land = (institution, country or "") if sees_names else ("", "")
    progress = {None: Progress.NEW, ReviewState.DRAFT: Progress.BEGUN}.get(state, Progress.SUBMITTED)
    return Task(reference, call, name, land, progress, saved_at, crc32(f"{reviewer}:{reference}".encode()))
