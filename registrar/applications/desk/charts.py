"""Applications over time as a chart: how many were begun and submitted until each day, and where the deadline is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 1000, 300
MOST_DAYS = 400
"""A chart looks no further back than this from its last day."""


@dataclass(frozen=True)
class Line:
    """One line: how many until each day, and where it runs."""

    totals: tuple[int, ...]
    points: str
    """For an SVG polyline, in steps."""


@dataclass(frozen=True)
class Chart:
    """Two lines over the same days, and the deadline's place among them."""

    days: tuple[date, ...]
    begun: Line
    submitted: Line
    deadline_on: date
    deadline_x: float
    most: int

    @property
    def changes(self) -> list[tuple[date, int, int]]:
        """Return the days on which something changed, with how many there were by then."""
        rows = list(zip(self.days, self.begun.totals, self.submitted.totals, strict=False))
        return [row for place, row in enumerate(rows) if place == 0 or row[1:] != rows[place - 1][1:]]


def chart(
    begun: Mapping[date, int], submitted: Mapping[date, int], opens_on: date, deadline_on: date, today: date
) -> Chart:
    """Draw how many applications were begun and submitted until each day; the lines end today."""
    last = max(deadline_on, today)
    first = max(min([opens_on, *begun, today]), last - timedelta(days=MOST_DAYS))
    days = tuple(first + timedelta(days=each) for each in range((last - first).days + 1))
    known = [day for day in days if day <= today]
    most = max(sum(begun.values()), 1)
    step = WIDTH / len(days)
    of_begun, of_submitted = (_line(_totals(counts, known), step, most) for counts in (begun, submitted))
    return Chart(days, of_begun, of_submitted, deadline_on, round(((deadline_on - first).days + 1) * step, 1), most)


def _totals(counts: Mapping[date, int], days: list[date]) -> tuple[int, ...]:
    before = sum(count for day, count in counts.items() if days and day < days[0])
    totals = []
    for day in days:
        before += counts.get(day, 0)
        totals.append(before)
    return tuple(totals)


def _line(totals: tuple[int, ...], step: float, most: int) -> Line:
    """Run flat over each day, and up where the next begins."""
    places = [
        f"{round(place * step + side, 1):g},{round(HEIGHT - total * HEIGHT / most, 1):g}"
        for place, total in enumerate(totals)
        for side in (0, step)
    ]
    return Line(totals, " ".join(places))
