"""A person's weeks as marks of the timeline."""

from dataclasses import dataclass

from flask import url_for

from registrar.programmes.rules import Phase
from registrar.web.locale import current_locale, short_time
from registrar.weekly.personal.weeks import OwnSeries, Week
from registrar.weekly.week_states import WeekState

AWAY = frozenset({WeekState.SKIPPED, WeekState.LAPSED})


@dataclass(frozen=True)
class Mark:
    """One week in the words of the timeline."""

    number: int
    state: str
    title: str
    url: str
    when: str


def marks(own: OwnSeries, zone: str) -> list[Mark]:
    """Return a mark for each week; the next is the next one that the person has a seat in."""
    slug, coming = own.programme.slug, own.next_week
    return [
        Mark(
            number=week.number,
            state="next" if week is coming and week.phase is not Phase.LIVE else _state(week),
            title=week.session.title(current_locale()),
            url=url_for("weekly.session", programme=slug, session=week.session.slug),
            when=short_time(week.session.starts_at, zone),
        )
        for week in own.weeks
    ]


def _state(week: Week) -> str:
    if week.phase is Phase.CANCELLED:
        return "cancelled"
    if week.phase is Phase.OVER:
        return "done"
    if week.state in AWAY:
        return "skipped"
    if week.state is WeekState.NOT_CHOSEN:
        return "not_chosen"
    return "live" if week.phase is Phase.LIVE else "planned"
