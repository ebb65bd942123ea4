"""What the archive lists: seasons, past events and published discussions, as one kind of entry that can be filtered."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """The kinds of events, and the two other things that the archive keeps."""

    SEASON = "season"
    DISCUSSION = "discussion"
    MEETUPS = "meetups"
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    STUDY = "study"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the archive; `words` are everything that a search looks through besides the title."""

    kind: EntryKind
    slug: str
    series: str = ""
    """Slug of the series, for a discussion."""
    title: str
    topic: str = ""
    country: str = ""
    place: str = ""
    when: str = ""
    words: str = ""


@dataclass(frozen=True)
class Filter:
    """What a visitor asked for; empty means everything."""

    query: str = ""
    kind: str = ""
    country: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.query or self.kind or self.country)


def countries(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the codes that can be chosen."""
    return frozenset(entry.country for entry in entries if entry.country)
