"""What organisers type about a scenario: places, what is decided already, and its limits line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from registrar.reviews.scenario_traits import COUNTRY, KIND, REGION
from registrar.reviews.scenarios import Limit

MOST_LINES = 30
BLANK_LINES = 2
WHOLE = (COUNTRY, REGION, KIND)
"""Traits of which every value, or the number of values, may be limited."""


@dataclass(frozen=True)
class Line:
    """One limit as it was typed."""

    what: str = ""
    least: str = ""
    most: str = ""


@dataclass(frozen=True)
class Draft:
    """A scenario as it was typed, and what it means."""

    places: str
    keeping: bool
    lines: Sequence[Line]
    limits: Sequence[Limit] = ()
    problems: Sequence[str] = field(default=())

    @property
    def count(self) -> int:
        return int(self.places)

    @property
    def shown(self) -> list[Line]:
        """Return the lines of the editor, with empty ones to go on."""
        return [*self.lines, *[Line()] * max(BLANK_LINES, 3 - len(self.lines))]


def draft(typed: MultiDict[str, str], places: int, values: Mapping[str, Mapping[str, int]]) -> Draft:
    """Read what was typed; `places` are those of the call, `values` what there is to limit."""
    told = zip(typed.getlist("what"), typed.getlist("least"), typed.getlist("most"), strict=False)
    lines = [Line(*(each.strip() for each in line)) for line in list(told)[:MOST_LINES] if any(line)]
    wanted, found = typed.get("places", str(places)).strip(), [_limit(line, values) for line in lines]
    limits, problems = (
        [each for each in found if isinstance(each, Limit)],
        [each for each in found if isinstance(each, str)],
    )
    if _number(wanted) in (None, 0):
        problems.insert(0, _("Say how many places there are: a whole number above 0."))
    return Draft(wanted, typed.get("keeping") == "y", lines, limits, list(dict.fromkeys(problems)))


def to_json(limit: Limit) -> dict[str, Any]:
    return {"trait": limit.trait, "value": limit.value, "least": limit.least, "most": limit.most,
            "different": limit.different}  # fmt: skip


def from_json(stored: Mapping[str, Any]) -> Limit:
    return Limit(stored["trait"], stored["value"], stored["least"], stored["most"], stored["different"])


def typed_line(limit: Limit) -> Line:
    """Return a limit as it is typed."""
    what = f"different:{limit.trait}" if limit.different else f"every:{limit.trait}"
    what = what if limit.value is None else f"one:{limit.trait}={limit.value}"
    return Line(what, *("" if each is None else str(each) for each in (limit.least, limit.most)))


def _limit(line: Line, values: Mapping[str, Mapping[str, int]]) -> Limit | str:
    least, most = _number(line.least), _number(line.most)
    if (line.least and least is None) or (line.most and most is None):
        return str(_("“At least” and “at most” are whole numbers."))
    if least is None and most is None:
        return str(_("Give each limit a number: at least, at most, or both."))
    if least is not None and most is not None and least > most:
        return str(_("“At least” is not more than “at most”."))
    sort, _separator, rest = line.what.partition(":")
    trait, _separator, value = rest.rpartition("=") if sort == "one" else (rest, "", "")
    if sort == "one" and value in values.get(trait, ()):
        return Limit(trait, value, least, most)
    if sort in ("every", "different") and trait in WHOLE:
        return Limit(trait, None, least, most, sort == "different")
    return str(_("Choose what each limit is about."))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 5 else None
