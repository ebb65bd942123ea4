"""A series as its weeks: which is over, which is next, which neighbours and which past ones belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registrar.programmes.rules import Phase, phase
from registrar.programmes.words import content_words

RELATED = 3
"""How many related sessions a page shows."""


class WeekState(StrEnum):
    DONE = "done"
    NEXT = "next"
    LIVE = "live"
    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What lists show of a session; titles by language, empty where it has none yet."""

    id: int
    slug: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    title_en: str
    title_fr: str
    capacity: int | None
    cancelled_at: datetime | None
    published_at: datetime | None

    def title(self, locale: str) -> str:
        return (self.title_fr or self.title_en) if locale == "fr" else (self.title_en or self.title_fr)

    def phase(self, now: datetime) -> Phase:
        return phase(self.starts_at, self.ends_at, self.cancelled_at, now)


@dataclass(frozen=True)
class Week:
    """A session with its number in the order of time and its state among the others."""

    number: int
    meeting: Meeting
    state: WeekState


def weeks_of(meetings: Iterable[Meeting], now: datetime) -> list[Week]:
    """Number the sessions of a series; at most one is live or next."""
    weeks: list[Week] = []
    is_found = False
    for number, meeting in enumerate(sorted(meetings, key=lambda each: each.starts_at), start=1):
        state = _state(meeting.phase(now))
        if state is WeekState.NEXT and is_found:
            state = WeekState.PLANNED
        is_found = is_found or state in {WeekState.LIVE, WeekState.NEXT}
        weeks.append(Week(number, meeting, state))
    return weeks


def current(weeks: Iterable[Week]) -> Week | None:
    """Return the week that is live or next."""
    return next((week for week in weeks if week.state in {WeekState.LIVE, WeekState.NEXT}), None)


def related(session_id: int, meetings: Sequence[Meeting], speakers: Iterable[tuple[int, int]]) -> list[Meeting]:
    """Return published sessions of the series that share most with one: a speaker counts more than a word of the title.

    `speakers` are pairs of session and speaker. Of equals the latest comes first.
    """
    by_session: dict[int, set[int]] = {}
    for session, speaker in speakers:
        by_session.setdefault(session, set()).add(speaker)
    own_words = next(content_words(each.title_en) for each in meetings if each.id == session_id)
    others = [each for each in meetings if each.published_at and not each.cancelled_at and each.id != session_id]

    def kinship(other: Meeting) -> tuple[int, datetime]:
        shared = by_session.get(session_id, set()) & by_session.get(other.id, set())
        words = own_words & content_words(other.title_en)
        return 3 * len(shared) + len(words), other.starts_at

    return sorted(others, key=kinship, reverse=True)[:RELATED]


def _state(phase: Phase) -> WeekState:
    return {
        Phase.CANCELLED: WeekState.CANCELLED,
        Phase.OVER: WeekState.DONE,
        Phase.LIVE: WeekState.LIVE,
        Phase.SOON: WeekState.NEXT,
        Phase.PLANNED: WeekState.NEXT,
    }[phase]
