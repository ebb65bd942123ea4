"""Reviews as values: what a phase allows, states of assignments and conflicts, who sees what, the raw score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from registrar.errors import N_, IllegalTransition


class Sees(StrEnum):
    """Whether reviewers see each other's reviews."""

    NEVER = "never"
    AFTER_OWN = "after_own"
    """Of an application whose own review they have submitted."""
    ALWAYS = "always"
    """Still never before their own is submitted: one's own comes first in every phase."""


@dataclass(frozen=True)
class Capabilities:
    """What reviewers may do while a phase is active; without an active phase they may do nothing."""

    sees_names: bool = False
    """Identifying answers, names and file names; hidden, the review is blind."""
    scores: bool = False
    sees_others: Sees = Sees.NEVER
    discusses: bool = False
    decides: bool = False
    """Organisers set verdicts."""


class AssignmentState(StrEnum):
    ASSIGNED = "assigned"
    ABSTAINED = "abstained"
    """Has no opinion; says why. Blank is not zero."""
    RECUSED = "recused"
    """Must not have one; says why."""
    CONFLICTED = "conflicted"
    """A conflict of interest was confirmed: nothing of the application reaches them any more."""


class ReviewState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Tie(StrEnum):
    """What binds a reviewer to an institution."""

    WORKS_AT = "works_at"
    WORKED_AT = "worked_at"
    MENTORED = "mentored"
    COHORT = "cohort"


class Hearing(StrEnum):
    """Who reads a contribution to the discussion of an application."""

    COMMITTEE = "committee"
    """Reviewers who may see the others' reviews of it, and organisers."""
    ORGANISERS = "organisers"


class ReleaseState(StrEnum):
    ASKED = "asked"
    """Waits for a second person."""
    DONE = "done"
    TAKEN_BACK = "taken_back"


ASSIGNMENTS: Mapping[AssignmentState, frozenset[AssignmentState]] = MappingProxyType(
    {
        AssignmentState.ASSIGNED: frozenset(
            {AssignmentState.ABSTAINED, AssignmentState.RECUSED, AssignmentState.CONFLICTED}
        ),
        AssignmentState.ABSTAINED: frozenset({AssignmentState.ASSIGNED, AssignmentState.CONFLICTED}),
        AssignmentState.RECUSED: frozenset({AssignmentState.ASSIGNED, AssignmentState.CONFLICTED}),
        AssignmentState.CONFLICTED: frozenset({AssignmentState.ASSIGNED}),
    }
)
"""Back from a conflict only once it is dismissed."""
WORKING = frozenset({AssignmentState.ASSIGNED})
"""States of an assignment in which its reviewer sees the application."""

REVIEW_REMINDERS = (timedelta(days=-3), timedelta(days=-1), timedelta(days=1))
"""When reviewers with outstanding work are reminded, from the end of the phase."""


def move(current: AssignmentState, to: AssignmentState) -> AssignmentState:
    """Return the new state of an assignment, or refuse."""
    if to not in ASSIGNMENTS[current]:
        raise IllegalTransition(N_("What is %(current)s cannot become %(to)s."), current=current, to=to)
    return to


def may_see_others(capabilities: Capabilities, own: ReviewState | None) -> bool:
    """Tell whether a reviewer sees the others' reviews of an application: never before their own is submitted.

    `own` is the state of their own review of it, None where they have none to write.
    """
    if capabilities.sees_others is Sees.NEVER:
        return False
    if own is None:
        return capabilities.sees_others is Sees.ALWAYS
    return own is ReviewState.SUBMITTED


@dataclass(frozen=True)
class Weighed:
    """A criterion and what was given for it; None is blank."""

    weight: float
    required: bool
    value: float | None


def total(scores: Sequence[Weighed]) -> float | None:
    """Return the weighted mean over the answered required criteria; None where none of them is answered."""
    counted = [(each.weight, each.value) for each in scores if each.required and each.value is not None]
    weights = sum(weight for weight, _ in counted)
    return sum(weight * value for weight, value in counted) / weights if weights else None


def is_complete(scores: Sequence[Weighed]) -> bool:
    """Tell whether every required criterion has a score."""
    return all(each.value is not None for each in scores if each.required)


def reminder_due(ends_at: datetime, now: datetime) -> timedelta | None:
    """Return the latest of `REVIEW_REMINDERS` that is due, for a day; None if none is."""
    due = (lead for lead in REVIEW_REMINDERS if ends_at + lead <= now < ends_at + lead + timedelta(days=1))
    return max(due, default=None)
