"""The page of one review: the application as far as it may be seen, beside its rubric and what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal

from registrar.applications.desk import reading_queries
from registrar.applications.visibility import View, view
from registrar.db import DbSession
from registrar.reviews.access import Seat
from registrar.reviews.models import Criterion, Review
from registrar.reviews.reading.others import Said
from registrar.reviews.reading.queue import Progress, Task, tasks
from registrar.reviews.reviewing import Typed, criteria_of
from registrar.reviews.rules import ReviewState, Weighed, total
from registrar.web.locale import clock_time


@dataclass(frozen=True)
class Attempt:
    """What was typed and could not be done, to be shown again with what is wrong."""

    typed: Typed
    problem: str
    missing: frozenset[int] = frozenset()
    """Required criteria without a level."""
    stored: Typed | None = None
    """What another window saved in the meantime."""
    version: int | None = None
    """That was seen; none where the stored one is to be built on."""


@dataclass(frozen=True)
class Place:
    """Where an application stands among those that its reviewer reads."""

    number: int
    count: int
    done: int
    previous: Task | None
    following: Task | None


def place(db: DbSession, seat: Seat) -> Place:
    """Return the application's neighbours in the order in which this reviewer reads."""
    application = seat.assignment.application
    found = tasks(db, seat.assignment.reviewer.staff, application.call_id)
    number = next(n for n, task in enumerate(found) if task.reference == application.reference)
    previous = found[number - 1] if number else None
    following = found[number + 1] if number + 1 < len(found) else None
    done = sum(task.progress is Progress.SUBMITTED for task in found)
    return Place(number + 1, len(found), done, previous, following)


def seen(db: DbSession, seat: Seat) -> View:
    """Return the application as this reviewer may see it."""
    return view(reading_queries.source(db, seat.assignment.application), seat.sight)


def total_of(criteria: Sequence[Criterion], typed: Typed) -> float | None:
    """Return the weighted mean of what was typed."""
    values = [(each, typed.scores.get(each.id)) for each in criteria]
    return total([Weighed(each.weight, each.required, None if v is None else float(v)) for each, v in values])


def written_total(criteria: Sequence[Criterion], typed: Typed) -> str:
    """Return the total as people write it, empty where there is none."""
    found = total_of(criteria, typed)
    return "" if found is None else str(format_decimal(round(found, 2), "0.00"))


def totals(criteria: Sequence[Criterion], said: Sequence[Said]) -> list[str]:
    """Return the totals of the others as people write them."""
    return [written_total(criteria, Typed(dict(each.levels))) or "–" for each in said]


def shares(criteria: Sequence[Criterion]) -> Mapping[int, int]:
    """Return how many per cent of the total each required criterion makes up."""
    weights = sum(each.weight for each in criteria if each.required)
    return {each.id: round(100 * each.weight / weights) for each in criteria if each.required}


def facts(db: DbSession, seat: Seat, review: Review, typed: Typed, at_zone: str) -> dict[str, Any]:
    """Return what the page's script learns about a saved review."""
    return {
        "version": review.version,
        "saved_at": review.saved_at.isoformat(),
        "at": clock_time(review.saved_at, at_zone),
        "total": written_total(criteria_of(db, seat), typed),
        "submitted": review.state is ReviewState.SUBMITTED,
    }


def as_json(typed: Typed) -> dict[str, Any]:
    """Return what was typed as the page's script reads it."""
    scores = {str(key): value for key, value in typed.scores.items()}
    return {
        "scores": scores,
        "comment": typed.comment,
        "private_note": typed.private_note,
        "feedback": typed.feedback,
    }


def saved_at(review: Review | None, zone: str) -> str:
    """Return when a review was last saved, as the reviewer's clock said it."""
    return clock_time(review.saved_at, zone) if review else ""
