"""What letters are for, which placeholders each use knows, and how values become harmless words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from unicodedata import category

from registrar.errors import N_

LANGUAGES = ("en", "fr")
TYPED_LENGTH = 80
"""How much of what a person typed about themselves stands in a mail, in characters."""
PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_ROADS = re.compile(r"[/\\]{2,}")
_INNER_DOT = re.compile(r"(?<=\w)([.\u3002\uff0e\uff61])(?=\w)")
_AT = re.compile(r"\s*[@\uff20]\s*")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class LetterUse(StrEnum):
    """Where a letter is used."""

    CAMPAIGN = "campaign"
    REMINDER = "reminder"
    DECISION = "decision"
    """Tells a team what was decided about its application."""


class ValueKind(StrEnum):
    """What may stand in a placeholder's place."""

    TEXT = "text"
    """Our own words."""
    TYPED = "typed"
    """What a person typed about themselves: never a link, never long."""
    LINK = "link"
    """An address that we made."""
    MOMENT = "moment"
    NUMBER = "number"


class Reach(StrEnum):
    """Whether a value is the same for many recipients or one person's alone."""

    SHARED = "shared"
    PERSONAL = "personal"


@dataclass(frozen=True)
class At:
    """A moment and the zone in which it is to be read."""

    at: datetime
    zone: str


Value = str | int | At


@dataclass(frozen=True)
class Placeholder:
    """One name that may stand between `{{` and `}}`."""

    name: str
    kind: ValueKind
    reach: Reach
    meaning: str
    may_be_empty: bool = False


@dataclass(frozen=True)
class Words:
    """What a letter says in both languages, as organisers typed it; the bodies are Markdown."""

    subject_en: str = ""
    subject_fr: str = ""
    body_en: str = ""
    body_fr: str = ""

    def subject(self, language: str) -> str:
        return self.subject_fr if language == "fr" else self.subject_en

    def body(self, language: str) -> str:
        return self.body_fr if language == "fr" else self.body_en

    def language_for(self, locale: str) -> str:
        """Return the language in which a reader of `locale` gets the letter: theirs, if it is written in it."""
        other = "en" if locale == "fr" else "fr"
        return other if not self.body(locale) and self.body(other) else locale


_NAME = Placeholder("name", ValueKind.TYPED, Reach.PERSONAL, N_("the person's name"))
_PROGRAMME = Placeholder("programme", ValueKind.TEXT, Reach.SHARED, N_("the title of the series"))
_MY_LINK = Placeholder("my_link", ValueKind.LINK, Reach.PERSONAL, N_("the way to their own page"))

_ALL: Mapping[LetterUse, tuple[Placeholder, ...]] = {
    LetterUse.CAMPAIGN: (
        _NAME,
        Placeholder("institution", ValueKind.TYPED, Reach.PERSONAL, N_("their institution"), may_be_empty=True),
        _PROGRAMME,
        Placeholder("season", ValueKind.TEXT, Reach.SHARED, N_("the title of the season")),
        Placeholder("series_link", ValueKind.LINK, Reach.SHARED, N_("the public page of the series")),
        _MY_LINK,
        Placeholder(
            "next_session", ValueKind.TEXT, Reach.SHARED, N_("the title of the next session"), may_be_empty=True
        ),
        Placeholder(
            "next_session_at", ValueKind.MOMENT, Reach.SHARED, N_("when it starts, in their time"), may_be_empty=True
        ),
        Placeholder(
            "next_session_link", ValueKind.LINK, Reach.SHARED, N_("the page of the next session"), may_be_empty=True
        ),
        Placeholder("unsubscribe_link", ValueKind.LINK, Reach.PERSONAL, N_("the way to stop these mails")),
    ),
    LetterUse.REMINDER: (
        _NAME,
        Placeholder("session", ValueKind.TEXT, Reach.SHARED, N_("the title of the session")),
        _PROGRAMME,
        Placeholder("starts_at", ValueKind.MOMENT, Reach.SHARED, N_("when it starts, in their time")),
        Placeholder("host_time", ValueKind.MOMENT, Reach.SHARED, N_("when it starts, in the host's time")),
        Placeholder("speakers", ValueKind.TEXT, Reach.SHARED, N_("who speaks"), may_be_empty=True),
        Placeholder("join_link", ValueKind.LINK, Reach.PERSONAL, N_("their way into the meeting")),
        Placeholder("page_link", ValueKind.LINK, Reach.SHARED, N_("the page of the session")),
        _MY_LINK,
        Placeholder(
            "position", ValueKind.NUMBER, Reach.PERSONAL, N_("their place on the waiting list"), may_be_empty=True
        ),
    ),
    LetterUse.DECISION: (
        _NAME,
        Placeholder("institution", ValueKind.TYPED, Reach.PERSONAL, N_("the institution that applied")),
        Placeholder("call", ValueKind.TEXT, Reach.SHARED, N_("the title of the call")),
        Placeholder("programme", ValueKind.TEXT, Reach.SHARED, N_("the title of the programme")),
        Placeholder("reference", ValueKind.TEXT, Reach.PERSONAL, N_("the reference of the application")),
        Placeholder("application_link", ValueKind.LINK, Reach.PERSONAL, N_("the page of the application")),
        Placeholder(
            "offer_until", ValueKind.TEXT, Reach.PERSONAL, N_("until when to accept the place"), may_be_empty=True
        ),
        Placeholder(
            "place_in_line", ValueKind.NUMBER, Reach.PERSONAL, N_("the place on the waiting list"), may_be_empty=True
        ),
    ),
}
PLACEHOLDERS: Mapping[LetterUse, Mapping[str, Placeholder]] = MappingProxyType(
    {use: MappingProxyType({each.name: each for each in known}) for use, known in _ALL.items()}
)


def placeholders(use: LetterUse) -> Mapping[str, Placeholder]:
    """Return what letters of this use may say, by name, in the order in which to offer it."""
    return PLACEHOLDERS[use]


def names_in(text: str) -> Iterator[str]:
    """Yield what stands between `{{` and `}}`, known or not, in order."""
    return (found[1] for found in PLACEHOLDER.finditer(text))


def did_you_mean(name: str, use: LetterUse) -> str | None:
    """Return the placeholder that is spelled most like this one, if any is near."""
    return next(iter(get_close_matches(name.lower().replace(" ", "_"), PLACEHOLDERS[use], n=1, cutoff=0.5)), None)


def harmless(typed: str | None) -> str:
    """Return what a person typed as short plain words that no mail program turns into a link.

    An address loses what makes it one: `https://spam.example` reads `https: spam. example`.
    """
    visible = "".join(c if category(c) not in _HIDDEN else " " for c in typed or "")
    apart = _AT.sub(" @ ", _INNER_DOT.sub(r"\1 ", _ROADS.sub(" ", visible)))
    text = " ".join(apart.split())
    return text if len(text) <= TYPED_LENGTH else text[: TYPED_LENGTH - 1].rstrip() + "…"
