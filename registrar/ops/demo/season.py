"""The season of the demonstration: 25 weekly sessions, eight of them over, with words, speakers and what remains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registrar.ops.demo.book import Book
from registrar.ops.demo.world import read
from registrar.programmes.models import Programme, Resource, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import SpeakerPart, resolve, weekly_starts

WEEKS = 25
NEXT = 9
"""The week that is next; the ones before are over."""
LAST_PUBLISHED = 7
WORKSHOP, WORKSHOP_PLACES = 11, 60
NEARLY_FULL = 12
CANCELLED = 14
WITH_ADDRESS = 16
HOSTED = 12
WEDNESDAY = 2
OPENED_BEFORE = timedelta(days=22)
PLANNED_BEFORE = timedelta(days=40)
PUBLISHED_AFTER = timedelta(days=1, hours=17, minutes=20)


@dataclass(frozen=True)
class Times:
    """When the season takes place, seen from the day on which the demonstration is made."""

    starts: tuple[datetime, ...]
    duration: timedelta
    zone: str
    now: datetime

    @property
    def today(self) -> datetime:
        """The midnight (UTC) before now; what people did happened before it."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def opened_at(self) -> datetime:
        """When sign-up opened: ten in the morning, three weeks before the first session."""
        day = (self.starts[0] - OPENED_BEFORE).astimezone(ZoneInfo(self.zone)).date()
        return resolve(day, time(10), self.zone)

    @property
    def seed(self) -> str:
        """The same on one day, as long as the same session is next."""
        return f"demo {self.today.date()} {self.starts[0].date()}"


@dataclass(frozen=True)
class Week:
    """One session with its stored row."""

    number: int
    row: dict[str, Any]

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def starts_at(self) -> datetime:
        return self.row["starts_at"]  # type: ignore[no-any-return]  # a row is a plain mapping

    @property
    def ends_at(self) -> datetime:
        return self.row["ends_at"]  # type: ignore[no-any-return]  # a row is a plain mapping

    @property
    def published_at(self) -> datetime | None:
        return self.row["published_at"]  # type: ignore[no-any-return]  # a row is a plain mapping

    @property
    def timezone(self) -> str:
        return str(self.row["timezone"])

    @property
    def cancelled_at(self) -> datetime | None:
        return self.row["cancelled_at"]  # type: ignore[no-any-return]  # a row is a plain mapping

    @property
    def is_over(self) -> bool:
        return self.number < NEXT


def times(programme: Programme, now: datetime) -> Times:
    """Lay the season around `now`: the ninth session is the first one that is not over."""
    duration = programme.duration or timedelta(hours=1)
    at, zone = programme.starts or time(18), programme.timezone
    weekday = WEDNESDAY if programme.weekday is None else programme.weekday
    here = now.astimezone(ZoneInfo(zone)).date()
    next_on = here + timedelta(days=(weekday - here.weekday()) % 7)
    if resolve(next_on, at, zone) + duration <= now:
        next_on += timedelta(weeks=1)
    first_on = next_on - timedelta(weeks=NEXT - 1)
    return Times(tuple(weekly_starts(first_on, at, zone, WEEKS)), duration, zone, now)


def weeks(book: Book, programme: Programme, found: Times, rng: Random) -> list[Week]:
    """Note the sessions, their speakers and resources."""
    people = {key: book.add(Speaker, **facts)["id"] for key, facts in read("season.toml")["speaker"].items()}
    planned_at = found.opened_at - PLANNED_BEFORE + timedelta(hours=1, minutes=12)
    book.audit("command", "season.generate", Programme, programme.id, planned_at, sessions=WEEKS)
    made = []
    for number, starts_at in enumerate(found.starts, start=1):
        words = read("season.toml")["week"][number - 1]
        row = _session(book, programme, found, number, starts_at, words)
        row["uid"] = str(UUID(int=rng.getrandbits(128), version=4))
        row["created_at"] = planned_at
        _speakers(book, row["id"], [people[key] for key in words["speakers"]], people["host"], number)
        made.append(Week(number, row))
        _tell_of(book, made[-1])
    return made


def _session(
    book: Book, programme: Programme, found: Times, number: int, starts_at: datetime, words: Mapping[str, Any]
) -> dict[str, Any]:
    row = book.add(Session, programme_id=programme.id, slug=f"week-{number}", timezone=found.zone, is_demo=True)
    row |= {"starts_at": starts_at, "ends_at": starts_at + found.duration, "updated_at": found.opened_at}
    row |= {"join_url": "https://meet.example.org/wac-weekly"} if number <= WITH_ADDRESS else {}
    for field in ("title", "description", "summary", "cancel_reason"):
        row[f"{field}_en"], row[f"{field}_fr"] = words.get(field, ["", ""])
    if number <= LAST_PUBLISHED:
        row["recording_url"] = f"https://video.example.org/wac-weekly/week-{number}"
        row["published_at"] = row["updated_at"] = starts_at + PUBLISHED_AFTER
        _resources(book, row["id"], number, words["resources"])
    if number == CANCELLED:
        row["cancelled_at"] = row["updated_at"] = found.today - timedelta(days=6, hours=-10, minutes=-25)
        row["sequence"] = row["revision"] = 1
    if number == WORKSHOP:
        row["capacity"] = WORKSHOP_PLACES
    return row


def _resources(book: Book, session_id: int, number: int, labels: list[str]) -> None:
    for position, label in enumerate(labels):
        url = f"https://files.example.org/wac-weekly/week-{number}/{position + 1}"
        book.add(Resource, session_id=session_id, position=position, label=label, url=url)


def _speakers(book: Book, session_id: int, speakers: list[int], host: int, number: int) -> None:
    parts = [(speaker, SpeakerPart.SPEAKER) for speaker in speakers]
    if speakers and number <= HOSTED:
        parts.append((host, SpeakerPart.MODERATOR))
    for position, (speaker, part) in enumerate(parts):
        book.add(SessionSpeaker, session_id=session_id, speaker_id=speaker, part=part, position=position)


def _tell_of(book: Book, week: Week) -> None:
    if week.published_at:
        book.audit("command", "session.publish", Session, week.id, week.published_at)
    if week.cancelled_at:
        starts_at = week.starts_at.isoformat()
        book.audit("command", "session.cancel", Session, week.id, week.cancelled_at, starts_at=starts_at)


@cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(day: date, at: time, zone_name: str) -> datetime:
    """Return the moment (UTC) of a wall-clock time where somebody lives."""
    return datetime.combine(day, at, tzinfo=zone(zone_name)).astimezone(UTC)
