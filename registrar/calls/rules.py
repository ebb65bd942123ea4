"""Calls as values: their states, the stages that visitors see, eligibility rules, kinds of questions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from registrar.errors import N_, IllegalTransition


class CallState(StrEnum):
    DRAFT = "draft"
    """Only organisers see it."""
    PUBLISHED = "published"
    """Everybody sees it; between its moments it takes applications."""
    CLOSED = "closed"
    """Ended by an organiser, whatever its moments say."""


class Stage(StrEnum):
    """Where a call stands for its visitors."""

    HIDDEN = "hidden"
    COMING = "coming"
    OPEN = "open"
    GRACE = "grace"
    """The deadline is over; what is on its way still arrives, nothing new begins."""
    OVER = "over"


class EligibilityRule(StrEnum):
    """Who may apply; a call may have several, and all of them must hold. One without any is open to everybody."""

    COMPLETED = "completed"
    """The institution has completed the programme line `line`."""
    KINDS = "kinds"
    """The institution is of one of the `kinds`."""
    ONCE_PER_SEASON = "once_per_season"
    """The institution has no other application that was accepted or is open in the same season."""


class QuestionType(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    DATE = "date"
    COUNTRY = "country"
    LINK = "link"
    YES_NO = "yes_no"
    FILE = "file"
    TEAM = "team"
    """People of the team: name, role, e-mail address."""


class Audience(StrEnum):
    """Who among those who look at an application sees the answer."""

    REVIEWERS = "reviewers"
    """Reviewers and organisers."""
    ORGANISERS = "organisers"
    """Organisers only."""


class Operator(StrEnum):
    """How a condition compares the answer to an earlier question with its value."""

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    """One of the chosen options is the value."""
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"
    """Any answer; has no value."""


TRANSITIONS: Mapping[CallState, frozenset[CallState]] = MappingProxyType(
    {
        CallState.DRAFT: frozenset({CallState.PUBLISHED}),
        CallState.PUBLISHED: frozenset({CallState.DRAFT, CallState.CLOSED}),
        CallState.CLOSED: frozenset({CallState.PUBLISHED}),
    }
)
"""Back to draft only while nobody has applied; the operation checks that."""

DRAFT_REMINDERS = (timedelta(days=7), timedelta(days=2), timedelta(hours=4))
"""How long before the deadline a team with an unsubmitted draft is reminded, once each."""


def move(current: CallState, to: CallState) -> CallState:
    """Return the new state, or refuse."""
    if to not in TRANSITIONS[current]:
        raise IllegalTransition(N_("A call that is %(current)s cannot become %(to)s."), current=current, to=to)
    return to


def stage(state: CallState, opens_at: datetime, closes_at: datetime, grace: timedelta, now: datetime) -> Stage:
    """Return where the call stands at `now`; the deadline itself is over (an application arrives before it)."""
    if state is CallState.DRAFT:
        return Stage.HIDDEN
    if state is CallState.CLOSED or now >= closes_at + grace:
        return Stage.OVER
    if now >= closes_at:
        return Stage.GRACE
    return Stage.OPEN if now >= opens_at else Stage.COMING


def lead_due(ends_at: datetime, now: datetime) -> timedelta | None:
    """Return the nearest lead of `DRAFT_REMINDERS` that is due before a deadline; None if none is, or it is over."""
    due = [lead for lead in DRAFT_REMINDERS if ends_at - lead <= now < ends_at]
    return min(due, default=None)
