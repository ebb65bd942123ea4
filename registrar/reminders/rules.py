"""When a reminder is due, whom it is for and until when it is still useful."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from registrar.errors import N_, Refusal
from registrar.programmes.rules import AmbiguousLocalTime, NonexistentLocalTime, resolve, zone_named


class Anchor(StrEnum):
    START = "start"
    END = "end"
    PUBLISHED = "published"


class Audience(StrEnum):
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    """Confirmed for a day or longer when the mail is due."""
    MISSED = "missed"
    WAITING = "waiting"
    """On the waiting list."""


AUDIENCES = {
    Anchor.START: (Audience.CONFIRMED, Audience.SETTLED, Audience.WAITING),
    Anchor.END: (Audience.CONFIRMED, Audience.MISSED),
    Anchor.PUBLISHED: (Audience.MISSED, Audience.CONFIRMED),
}
"""Who can be told at which moment, the usual ones first."""
_COVERED = {Audience.CONFIRMED: frozenset({Audience.CONFIRMED, Audience.SETTLED, Audience.MISSED})}


def covers(audience: Audience, other: Audience) -> bool:
    """Tell whether everybody of the other audience is in this one too."""
    return other in _COVERED.get(audience, {audience})


class PlanState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    VOID = "void"
    """The session moved, was cancelled, or the rule was switched off before the fan-out."""
    LATE = "late"
    """Nobody could be told in time: the moment passed while no worker ran."""
    SUPERSEDED = "superseded"
    """A nearer reminder of the same session was due when the worker came back."""


@dataclass(frozen=True)
class RuleSpec:
    """A rule that a new programme starts with."""

    anchor: Anchor
    lead: timedelta
    audience: Audience


DEFAULT_RULES = (
    RuleSpec(Anchor.START, timedelta(hours=24), Audience.CONFIRMED),
    RuleSpec(Anchor.START, timedelta(hours=1), Audience.CONFIRMED),
    RuleSpec(Anchor.PUBLISHED, timedelta(0), Audience.MISSED),
)

FOLLOW_UP_USEFUL = timedelta(days=7)


class Timing(Protocol):
    """When a rule's mails leave, as `ReminderRule` keeps it."""

    @property
    def anchor(self) -> Anchor: ...
    @property
    def lead(self) -> timedelta: ...
    @property
    def at_local(self) -> time | None: ...


class Held(Protocol):
    """A session as far as its reminders are concerned."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def timezone(self) -> str: ...


def due_at(rule: Timing, session: Held) -> datetime | None:
    """Return when the mail is due, or None while its anchor is not known.

    A wall-clock time that the clocks skip counts as the moment at which they go forward, one that happens twice as the
    first; such times are refused when the rule is entered, so this is for sessions that are added later. What follows
    an end or a publication is never due before it.
    """
    anchor = anchor_of(rule.anchor, session)
    if anchor is None:
        return None
    if rule.anchor is Anchor.START:
        return before_start(rule, anchor, session.timezone)
    if rule.at_local is None:
        return anchor + rule.lead
    return max(_nearest_moment(wall_day(rule, anchor, session.timezone), rule.at_local, session.timezone), anchor)


def before_start(rule: Timing, starts_at: datetime, zone: str) -> datetime:
    """Return when a mail is due that counts back from a start in this zone."""
    if rule.at_local is None:
        return starts_at - rule.lead
    return _nearest_moment(wall_day(rule, starts_at, zone), rule.at_local, zone)


def anchor_of(anchor: Anchor, session: Held) -> datetime | None:
    """Return the moment that a lead is counted from."""
    if anchor is Anchor.START:
        return session.starts_at
    return session.ends_at if anchor is Anchor.END else session.published_at


def wall_day(rule: Timing, anchor: datetime, zone: str) -> date:
    """Return the day, in the session's zone, on which a wall-clock rule is due."""
    day = anchor.astimezone(zone_named(zone)).date()
    return day - rule.lead if rule.anchor is Anchor.START else day + rule.lead


class WrongLead(Refusal):
    """Too long or too short before or after."""


class WrongTime(Refusal):
    """A time of day that cannot be."""


class WrongAudience(Refusal):
    """People who cannot be told at that moment."""


class WrongWords(Refusal):
    """Words that are not there."""


def check_timing(rule: Timing, audience: Audience) -> None:
    """Refuse a rule that could never be right, whatever the session."""
    if audience not in AUDIENCES[rule.anchor]:
        raise WrongAudience(N_("These people cannot be told at that moment. Choose others."))
    if not timedelta(0) <= rule.lead <= LONGEST_LEAD:
        raise WrongLead(N_("Choose at most %(days)s days."), days=LONGEST_LEAD.days)
    if rule.at_local is None and rule.anchor is Anchor.START and rule.lead < SHORTEST_LEAD:
        raise WrongLead(
            N_("Choose at least %(minutes)s minutes before the start."), minutes=SHORTEST_LEAD.seconds // 60
        )
    if rule.at_local is not None and rule.lead % A_DAY:
        raise WrongTime(N_("A time of day goes with whole days."))
    if rule.at_local is not None and rule.anchor is Anchor.PUBLISHED and not rule.lead:
        raise WrongTime(N_("The recording may be published later that day. Choose the day after, or a time after it."))


def check_wall_clock(rule: Timing, session: Held, title: str) -> None:
    """Refuse a time of day that this session to come cannot have: skipped, twice, or on the wrong side of it."""
    anchor = anchor_of(rule.anchor, session)
    if rule.at_local is None or anchor is None:
        return
    on = wall_day(rule, anchor, session.timezone)
    about = {"title": title, "at": f"{rule.at_local:%H:%M}", "on": on, "zone": session.timezone}
    try:
        due = resolve(on, rule.at_local, session.timezone)
    except NonexistentLocalTime as gap:
        raise WrongTime(
            N_("In the night before “%(title)s” there is no %(at)s: on %(on)s the clocks in %(zone)s go forward."),
            **about,
        ) from gap
    except AmbiguousLocalTime as twice:
        raise WrongTime(
            N_("In the night before “%(title)s” there are two %(at)s: on %(on)s the clocks in %(zone)s go back."),
            **about,
        ) from twice
    if rule.anchor is Anchor.START and due >= anchor:
        raise WrongTime(N_("“%(title)s” has started by then: %(at)s on %(on)s is too late."), **about)
    if rule.anchor is Anchor.END and due < anchor:
        raise WrongTime(N_("“%(title)s” is not over by then: %(at)s on %(on)s is too early."), **about)


def _nearest_moment(on: date, at: time, zone: str) -> datetime:
    try:
        return resolve(on, at, zone)
    except NonexistentLocalTime as gap:
        return gap.after
    except AmbiguousLocalTime as twice:
        return twice.first


def expires_at(anchor: Anchor, due: datetime, starts_at: datetime) -> datetime:
    """Return until when the mail is still useful: a reminder until the start, a follow-up for a week."""
    return starts_at if anchor is Anchor.START else due + FOLLOW_UP_USEFUL


def kind_of(anchor: Anchor, audience: Audience) -> str:
    """Return which kind of mail a rule sends."""
    if anchor is Anchor.START:
        return WAITING_KIND if audience is Audience.WAITING else BEFORE_KIND
    return AFTER_KIND if anchor is Anchor.END else FOLLOW_UP_KIND


BEFORE_KIND, WAITING_KIND = "reminders.before", "reminders.waiting"
AFTER_KIND, FOLLOW_UP_KIND = "reminders.after", "reminders.follow_up"

A_DAY = timedelta(days=1)
LONGEST_LEAD = timedelta(days=60)
SHORTEST_LEAD = timedelta(minutes=5)
HORIZON = timedelta(days=8)
"""How long before it is due a mail is planned."""
UNDO_WITHIN = timedelta(minutes=15)
"""What became due that lately is still sent when it is switched on; what is over for longer stays so."""
SETTLED_AFTER = timedelta(days=1)
JUST_CONFIRMED = timedelta(minutes=30)

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"^\s{0,3}(?:#{1,6} |> ?|[-*+] |\d+\. )|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)", re.MULTILINE)


class Unit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True)
class TimeToGo:
    """The time until the start as people say it."""

    number: int
    unit: Unit


def time_to_go(left: timedelta) -> TimeToGo:
    """Round to minutes below an hour, to hours below a day and a half, else to days."""
    minutes = max(1, round(left / timedelta(minutes=1)))
    if minutes < 55:
        return TimeToGo(minutes, Unit.MINUTES)
    if left < timedelta(hours=36):
        return TimeToGo(max(1, round(left / timedelta(hours=1))), Unit.HOURS)
    return TimeToGo(round(left / timedelta(days=1)), Unit.DAYS)


def is_served(confirmed_at: datetime, due: datetime) -> bool:
    """Tell whether somebody confirmed so shortly before the reminder that the confirmation has served it."""
    return confirmed_at > due - JUST_CONFIRMED


def excerpt(markdown: str, length: int = 400) -> str:
    """Return the beginning of a Markdown text as plain words, cut between two of them."""
    text = " ".join(_MARKS.sub("", _LINK.sub(r"\1", markdown)).split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + " …"
