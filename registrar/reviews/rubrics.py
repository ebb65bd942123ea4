"""The rubric of a call: its criteria, changed without making what was scored mean something else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts.offers import locked_call
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.reviews.models import Criterion, ReviewScore

FEWEST_LEVELS = 2


class Direction(StrEnum):
    """Where a criterion goes in the order."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Level:
    """A level of a criterion, in words."""

    value: int
    title_en: str
    title_fr: str = ""
    text_en: str = ""
    text_fr: str = ""

    def stored(self) -> dict[str, Any]:
        title, text = {"en": self.title_en, "fr": self.title_fr}, {"en": self.text_en, "fr": self.text_fr}
        return {"value": self.value, "title": title, "text": text}


def level_of(stored: dict[str, Any]) -> Level:
    """Return a level as it is stored."""
    title, text = stored["title"], stored.get("text", {})
    return Level(stored["value"], title.get("en", ""), title.get("fr", ""), text.get("en", ""), text.get("fr", ""))


@dataclass(frozen=True)
class CriterionDetails:
    """What organisers say about a criterion."""

    title_en: str
    title_fr: str
    help_en: str
    help_fr: str
    weight: float
    is_required: bool
    levels: tuple[Level, ...]


def criteria_of(db: DbSession, call: Call) -> Sequence[Criterion]:
    """Return every criterion of a call in its order, retired ones too."""
    return db.scalars(select(Criterion).where(Criterion.call_id == call.id).order_by(Criterion.position)).all()


def scored(db: DbSession, criteria: Collection[Criterion]) -> set[int]:
    """Return those of these criteria (by number) that were scored; how often is nobody's business here."""
    statement = select(ReviewScore.criterion_id).distinct()
    return set(db.scalars(statement.where(ReviewScore.criterion_id.in_([each.id for each in criteria]))))


def make_ready(
    db: DbSession, call: Call, ready: Sequence[CriterionDetails], *, by: str, now: datetime
) -> None:  # fmt: skip
    """Give a call without criteria the rubric to begin with."""
    if criteria_of(db, locked_call(db, call.id)):
        raise Conflict(N_("This call has criteria already."))
    for details in ready:
        add(db, call, details, by=by, now=now)


def add(db: DbSession, call: Call, details: CriterionDetails, *, by: str, now: datetime) -> Criterion:
    """Add a criterion after the others."""
    refuse_if_frozen(locked_call(db, call.id))
    last = db.scalar(select(func.max(Criterion.position)).where(Criterion.call_id == call.id))
    criterion = Criterion(call_id=call.id, position=0 if last is None else last + 1)
    _say(criterion, details)
    db.add(criterion)
    db.flush()
    audit.record(db, by, "criterion.add", criterion, now=now, call=call.id)
    return criterion


def change(
    db: DbSession, call: Call, criterion: Criterion, details: CriterionDetails, *, by: str, now: datetime
) -> None:  # fmt: skip
    """Say something else about a criterion; one that was scored keeps the values of its levels."""
    refuse_if_frozen(locked_call(db, call.id))
    before = [each["value"] for each in criterion.levels]
    if scored(db, [criterion]) and sorted(each.value for each in details.levels) != before:
        raise Refusal(N_("Scores were given already, so the values of the levels stay. Their words may change."))
    weight = criterion.weight
    _say(criterion, details)
    audit.record(
        db, by, "criterion.change", criterion, now=now, call=call.id, weight_before=weight, weight=details.weight
    )


def move(
    db: DbSession, call: Call, criterion: Criterion, direction: Direction, *, by: str, now: datetime
) -> None:  # fmt: skip
    """Let a criterion change places with the one before or after it; at an end nothing happens."""
    refuse_if_frozen(locked_call(db, call.id))
    order = [each for each in criteria_of(db, call) if each.retired_at is None]
    if criterion not in order:
        raise Refusal(N_("This criterion is retired."))
    place = order.index(criterion) + (-1 if direction is Direction.UP else 1)
    if not 0 <= place < len(order):
        return
    other, here = order[place], criterion.position
    there = other.position
    criterion.position = -1  # two at the same place are refused by the database, also for a moment
    db.flush()
    other.position = here
    db.flush()
    criterion.position = there
    audit.record(db, by, "criterion.move", criterion, now=now, call=call.id, direction=direction)


def retire(db: DbSession, call: Call, criterion: Criterion, *, by: str, now: datetime) -> None:
    """Ask a criterion no longer; its scores stay readable and count no more."""
    refuse_if_frozen(call)
    if criterion.retired_at is None:
        criterion.retired_at = now
        audit.record(db, by, "criterion.retire", criterion, now=now, call=call.id)


def restore(db: DbSession, call: Call, criterion: Criterion, *, by: str, now: datetime) -> None:
    """Ask a retired criterion again."""
    refuse_if_frozen(call)
    if criterion.retired_at is not None:
        criterion.retired_at = None
        audit.record(db, by, "criterion.restore", criterion, now=now, call=call.id)


def _say(criterion: Criterion, details: CriterionDetails) -> None:
    criterion.title_en, criterion.title_fr = details.title_en, details.title_fr
    criterion.help_en, criterion.help_fr = details.help_en, details.help_fr
    criterion.weight, criterion.required = details.weight, details.is_required
    criterion.levels = [each.stored() for each in sorted(details.levels, key=lambda each: each.value)]
