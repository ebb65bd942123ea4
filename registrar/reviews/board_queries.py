"""The decision board: every application of a call with its verdict and scores, filtered, sorted, a page at a time."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import String, func, select, type_coerce

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.folding import fold
from registrar.people.models import Institution
from registrar.reviews.calibration import Estimate
from registrar.reviews.decision_models import Contribution, Decision
from registrar.reviews.results import Panel

PER_PAGE = 50


class Pile(StrEnum):
    """Where an application lies on the board."""

    UNDECIDED = "undecided"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    DECLINE = "decline"


class Sort(StrEnum):
    CALIBRATED = "calibrated"
    RAW = "raw"
    CHANCE = "chance"
    SPREAD = "spread"
    COUNTRY = "country"
    KIND = "kind"
    NAME = "name"


class Mark(StrEnum):
    """What is remarkable about an application."""

    TOSS_UP = "toss_up"
    DISAGREEMENT = "disagreement"
    UNSCORED = "unscored"
    CHANGED = "changed"
    """Decided otherwise than what was released."""


@dataclass(frozen=True)
class BoardFilter:
    """What of the board is asked for."""

    text: str = ""
    pile: Pile | None = None
    country: str = ""
    kind: str = ""
    mark: Mark | None = None
    sort: Sort = Sort.CALIBRATED

    @property
    def is_used(self) -> bool:
        """Tell whether anything but a pile is asked for."""
        return bool(self.text or self.country or self.kind or self.mark)


class Entry(NamedTuple):
    """An application as the whole board knows it; a tuple, because there may be thousands."""

    number: int
    reference: str
    name: str
    """Of the institution."""
    country: str
    kind: str | None
    verdict: str | None
    position: int | None
    released: str | None

    @property
    def pile(self) -> str:
        return self.verdict or Pile.UNDECIDED

    @property
    def is_changed(self) -> bool:
        return self.released is not None and self.verdict != self.released


@dataclass(frozen=True)
class Line:
    """An application as a line of the board."""

    entry: Entry
    reason: str
    messages: int
    """Of the discussion."""
    estimate: Estimate | None
    rank: int | None
    raw_rank: int | None
    spread: float | None
    is_toss_up: bool
    disagrees: bool

    @property
    def reference(self) -> str:
        return self.entry.reference

    @property
    def institution(self) -> str:
        return self.entry.name

    @property
    def verdict(self) -> Verdict | None:
        return Verdict(self.entry.verdict) if self.entry.verdict else None

    @property
    def released(self) -> Verdict | None:
        return Verdict(self.entry.released) if self.entry.released else None


def entries(db: DbSession, call: Call, staff: Staff) -> list[Entry]:
    """Return every application that can be decided and that exists for this organiser."""
    plain = [
        type_coerce(each, String) for each in (Institution.kind, Decision.verdict, Application.released_verdict)
    ]  # as text: two thousand enums take their time
    kind, verdict, released = plain
    within = Application.id.not_in(barred(staff))  # looked up once, not for each of thousands
    statement = (
        select(
            Application.id, Application.reference, Institution.name, Institution.country, kind, verdict,
            Decision.waitlist_position, released,
        )
        .select_from(Application)
        .join(Application.institution)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED, within)
        .order_by(Application.id)
    )  # fmt: skip
    return [Entry._make(row) for row in db.execute(statement)]


def piles(found: Sequence[Entry]) -> dict[Pile, int]:
    """Count what lies on each pile."""
    counts = Counter(each.verdict for each in found)
    return {pile: counts[None if pile is Pile.UNDECIDED else pile] for pile in Pile}


def narrowed(found: Sequence[Entry], panel: Panel, wanted: BoardFilter) -> list[Entry]:
    """Return what the filter asks for beside the pile."""
    text = _plain(wanted.text)
    is_marked = _marks(panel)[wanted.mark] if wanted.mark else None
    return [
        each
        for each in found
        if (not text or text in _plain(each.name) or text in each.reference.lower())
        and (not wanted.country or each.country == wanted.country)
        and (not wanted.kind or each.kind == wanted.kind)
        and (is_marked is None or is_marked(each))
    ]


def on_pile(found: Sequence[Entry], pile: Pile | None) -> list[Entry]:
    return [each for each in found if pile is None or each.pile == pile]


def ordered(found: Sequence[Entry], panel: Panel, sort: Sort) -> list[Entry]:
    """Sort, the best first; what has no score comes last."""
    ranks, last = panel.ranks, len(panel.ranks) + 1
    if sort in (Sort.COUNTRY, Sort.KIND, Sort.NAME):
        words: dict[Sort, Callable[[Entry], str]] = {
            Sort.COUNTRY: lambda each: each.country,
            Sort.KIND: lambda each: each.kind or "",
            Sort.NAME: lambda each: "",
        }
        return sorted(found, key=lambda each: (words[sort](each), _plain(each.name), each.number))
    if sort is Sort.CALIBRATED:
        return sorted(found, key=lambda each: (ranks.get(each.number, last), each.number))
    values: dict[Sort, Callable[[Entry], float]] = {
        Sort.RAW: lambda each: panel.raw_ranks.get(each.number, last),
        Sort.CHANCE: lambda each: -panel.estimates[each.number].in_top if each.number in ranks else 1.0,
        Sort.SPREAD: lambda each: -panel.spread.get(each.number, -1.0),
    }
    return sorted(found, key=lambda each: (values[sort](each), ranks.get(each.number, last), each.number))


def in_line(found: Sequence[Entry]) -> list[Entry]:
    """Return the waiting list in its order."""
    return sorted(on_pile(found, Pile.WAITLIST), key=lambda each: (each.position or 0, each.number))


def lines(db: DbSession, found: Sequence[Entry], panel: Panel) -> list[Line]:
    """Return these applications as lines, with one query."""
    facts = {row.id: row for row in db.execute(_facts([each.number for each in found]))} if found else {}
    return [_line(each, facts[each.number], panel) for each in found]


def _facts(numbers: list[int]) -> Any:
    here = (Contribution.application_id == Application.id, Contribution.removed_at.is_(None))
    messages = select(func.count()).select_from(Contribution).where(*here).scalar_subquery()
    statement = select(Application.id, Decision.reason, messages.label("messages")).select_from(Application)
    decided = statement.outerjoin(Decision, Decision.application_id == Application.id)
    return decided.where(Application.id.in_(numbers))


def _line(entry: Entry, facts: Any, panel: Panel) -> Line:
    number = entry.number
    return Line(
        entry,
        facts.reason or "",
        facts.messages,
        panel.estimates.get(number),
        panel.ranks.get(number),
        panel.raw_ranks.get(number),
        panel.spread.get(number),
        number in panel.toss_ups,
        number in panel.disagreements,
    )


def _marks(panel: Panel) -> Mapping[Mark, Callable[[Entry], bool]]:
    return {
        Mark.TOSS_UP: lambda each: each.number in panel.toss_ups,
        Mark.DISAGREEMENT: lambda each: each.number in panel.disagreements,
        Mark.UNSCORED: lambda each: each.number not in panel.estimates,
        Mark.CHANGED: lambda each: each.is_changed,
    }


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    return fold(text) or ""
