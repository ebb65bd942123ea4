"""The catalogue file: an organisation, its seasons, programmes and past events, read whole or refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated

from registrar.errors import N_, Refusal
from registrar.programmes.rules import Access, EventKind, ProgrammeKind, SeasonStatus
from registrar.programmes.timezones import country_codes, regions, valid_zone
from registrar.programmes.toml_lines import Path, name_of
from registrar.programmes.toml_reader import Check, Key, Mistake, Reader, did_you_mean

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda words: re.fullmatch(pattern, words) is not None


def _is_words(words: str) -> bool:
    return bool(words.strip()) and not any(unicodedata.category(mark) == "Cc" for mark in words)


def _zone_names() -> Iterable[str]:
    return (zone.name for region in regions() for zone in region.zones)


Words = Annotated[str, Check(_is_words, "needs words, without control characters")]
Slug = Annotated[
    str, Check(_like("[a-z0-9]+(-[a-z0-9]+)*"), "needs small letters and digits, with single hyphens between")
]
Country = Annotated[str, Check(lambda code: code in country_codes(), "is not a country code such as FR or GB")]
ZoneName = Annotated[str, Check(valid_zone, "is not a time zone such as Europe/Paris", _zone_names)]
Language = Annotated[str, Check(_like("[a-z]{2}"), "is not a language code such as en or fr")]
Host = Annotated[
    str, Check(_like(r"([a-z0-9-]+\.)+[a-z]{2,}"), "needs an address such as museum.example, without https://")
]
Count = Annotated[int, Check(lambda count: count > 0, "needs to be 1 or more")]
Figure = Annotated[int, Check(lambda count: count >= 0, "needs to be 0 or more")]
Year = Annotated[int, Check(lambda year: 1800 <= year <= 2200, "is not a year such as 2018")]
PartialDate = Annotated[
    str,
    Check(_like(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?"), "needs a year, month or day such as 2021, 2021-12 or 2021-12-01"),
]
DayOfYear = Annotated[str, Check(_like(rf"({MONTHS}) ([1-9]|[12]\d|3[01])"), "needs a month and a day such as June 28")]


class Weekday(StrEnum):
    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"

    @property
    def number(self) -> int:
        """Count from Monday, which is 0, as `date.weekday` does."""
        return list(Weekday).index(self)


class Material(StrEnum):
    """What a past session, season or event leaves behind."""

    PROGRAM = "program"
    SUMMARY = "summary"
    SUMMARIES = "summaries"
    RECORDING = "recording"
    RECORDINGS = "recordings"
    RESOURCES = "resources"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    name: Words
    default_timezone: ZoneName
    locales: tuple[Language, ...]
    since: Year | None = None
    purpose: Words | None = None
    founder: Words | None = None
    website: Host | None = None


@dataclass(frozen=True, kw_only=True)
class SpeakerRef:
    """Someone who speaks or moderates, as the file names them."""

    name: Words
    role: Words | None = None
    affiliation: Words | None = None
    country: Country | None = None


@dataclass(frozen=True, kw_only=True)
class SelectedInstitution:
    name: Words
    country: Country | None = None


@dataclass(frozen=True, kw_only=True)
class WeeklySlot:
    """When the sessions of a series take place: wall-clock time in a zone."""

    weekday: Weekday
    starts: time
    timezone: ZoneName
    minutes: Count
    online: bool | None = None

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True)
class Programme:
    slug: Slug
    title: Words
    kind: ProgrammeKind
    access: Access
    weeks: Count | None = None
    slot: Annotated[WeeklySlot | None, Key("session")] = None
    topic: Words | None = None
    expected_registrations: Count | None = None
    after_each_session: tuple[Material, ...] = ()
    places: Count | None = None
    applicant: Words | None = None
    methods: tuple[Words, ...] = ()
    mentors: Count | None = None
    eligible_after: Slug | None = None
    line: Slug | None = None
    """The programme across seasons, where it is not the slug."""
    matched_with: Words | None = None
    ends_with: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Season:
    slug: Slug
    title: Words
    status: SeasonStatus
    partners: tuple[Words, ...] = ()
    started: PartialDate | None = None
    open_call_on: Annotated[date | None, Key("open_call")] = None
    demo_day_on: Annotated[date | None, Key("demo_day")] = None
    programmes: Annotated[tuple[Programme, ...], Key("programme")] = ()
    programme_lines: Annotated[tuple[Words, ...], Key("programmes")] = ()
    """What an earlier season consisted of, in words."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    selected: tuple[SelectedInstitution, ...] = ()
    resources: tuple[Material, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EventSession:
    title: Words
    on: date | None = None
    speakers: tuple[SpeakerRef, ...] = ()
    moderator: SpeakerRef | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """A past event; a date is known to the day (`starts_on`), to the year, or as a day without its year."""

    slug: Slug
    kind: EventKind
    title: Words | None = None
    online: bool | None = None
    topic: Words | None = None
    partners: tuple[Words, ...] = ()
    resources: tuple[Material, ...] = ()
    starts_on: Annotated[date | None, Key("starts")] = None
    ends_on: Annotated[date | None, Key("ends")] = None
    year: Year | None = None
    day: DayOfYear | None = None
    place: Words | None = None
    country: Country | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    sessions: Annotated[tuple[EventSession, ...], Key("session")] = ()

    @property
    def heading(self) -> str:
        """The title, or the words of the slug where no title is known."""
        return self.title or self.slug.replace("-", " ").capitalize()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The whole file, in its order: the newest first."""

    organisation: Organisation
    seasons: Annotated[tuple[Season, ...], Key("season")] = ()
    events: Annotated[tuple[Event, ...], Key("event")] = ()


class CatalogueError(Refusal):
    """A file that cannot be imported; `mistakes` are all of them, in the order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__(
            N_("The catalogue has mistakes, and nothing was imported:\n%(mistakes)s"),
            mistakes="\n".join(str(mistake) for mistake in self.mistakes),
        )


def read(text: str) -> Catalogue:
    """Return what the TOML text says; raise `CatalogueError` with every mistake at once."""
    reader = Reader(text)
    if not reader.mistakes:
        catalogue: Catalogue = reader.read(Catalogue)
        _check(catalogue, reader)
    if reader.mistakes:
        raise CatalogueError(reader.mistakes)
    return catalogue


def _check(catalogue: Catalogue, reader: Reader) -> None:
    """Note what only shows between values; those that could not be read are None and were noted before."""
    seasons = [(("season", number), season) for number, season in enumerate(catalogue.seasons) if season]
    events = [(("event", number), event) for number, event in enumerate(catalogue.events) if event]
    programmes = [
        ((*path, "programme", number), programme)
        for path, season in seasons
        for number, programme in enumerate(season.programmes)
        if programme
    ]
    for named in (seasons, programmes, events):
        _check_unique(reader, {(*path, "slug"): each.slug for path, each in named})
    _check_eligibility(reader, programmes)
    for path, season in seasons:
        _check_season(reader, path, season)
    for path, event in events:
        _check_event(reader, path, event)


def _check_unique(reader: Reader, values: Mapping[Path, str | None]) -> None:
    first: dict[str, Path] = {}
    for path, value in values.items():
        if value is None:
            continue
        if value in first:
            earlier = first[value]
            reader.note(path, f'"{value}" stands already at {name_of(earlier)} (line {reader.line(earlier)})')
        first.setdefault(value, path)


def _check_eligibility(reader: Reader, programmes: Sequence[tuple[Path, Programme]]) -> None:
    slugs = {programme.slug for _, programme in programmes if programme.slug}
    for path, programme in programmes:
        wanted = programme.eligible_after
        others = sorted(slugs - {programme.slug})
        if wanted is not None and wanted not in others:
            message = f'"{wanted}" names no other programme of this file{did_you_mean(wanted, others)}'
            reader.note((*path, "eligible_after"), message)


def _check_season(reader: Reader, path: Path, season: Season) -> None:
    _check_order(reader, path, ("open_call", season.open_call_on), ("demo_day", season.demo_day_on))
    _check_unique(reader, {(*path, "partners", number): name for number, name in enumerate(season.partners)})
    _check_unique(
        reader, {(*path, "selected", number): each.name for number, each in enumerate(season.selected) if each}
    )


def _check_event(reader: Reader, path: Path, event: Event) -> None:
    _check_order(reader, path, ("starts", event.starts_on), ("ends", event.ends_on))
    if event.ends_on and not event.starts_on:
        reader.note((*path, "ends"), "needs starts as well")
    if event.year and event.starts_on and event.starts_on.year != event.year:
        reader.note((*path, "year"), f"is {event.year}, but starts is {event.starts_on}")
    _check_unique(reader, {(*path, "partners", number): name for number, name in enumerate(event.partners)})
    for number, session in enumerate(event.sessions):
        if session:
            _check_unique(reader, _people(session, (*path, "session", number)))


def _check_order(reader: Reader, path: Path, early: tuple[str, date | None], late: tuple[str, date | None]) -> None:
    (early_key, first), (late_key, last) = early, late
    if first and last and last < first:
        reader.note((*path, late_key), f"{last} is before {early_key}, {first}")


def _people(session: EventSession, path: Path) -> dict[Path, str | None]:
    people: dict[Path, str | None] = {
        (*path, "speakers", number): each.name for number, each in enumerate(session.speakers) if each
    }
    if session.moderator:
        people[*path, "moderator"] = session.moderator.name
    return people
