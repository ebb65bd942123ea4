"""Applications as values: separate axes instead of one overloaded status, each with its transitions as data.

lifecycle (the team's) · verdict (the organisers', private until released) · offer · enrolment. One function moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from registrar.errors import N_, IllegalTransition


class Lifecycle(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    DECLINE = "decline"


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Enrolment(StrEnum):
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    DROPPED_OUT = "dropped_out"


class TeamRole(StrEnum):
    """What a member of the team may do with the application."""

    LEAD = "lead"
    """Everything: also invite, remove, submit and withdraw."""
    EDITOR = "editor"
    """Write and submit."""
    READER = "reader"
    """Read."""


class Override(StrEnum):
    """What an organiser decided about eligibility, whatever the rules say."""

    ADMITTED = "admitted"
    REFUSED = "refused"


class RequestOutcome(StrEnum):
    """What became of a person's wish to join a team."""

    JOINED = "joined"
    DECLINED = "declined"


class Step(StrEnum):
    """What the team sees on its status page, in this order."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    DECISION = "decision"
    OFFER = "offer"
    ENROLLED = "enrolled"


class ConflictSource(StrEnum):
    """Who or what says that a reviewer is not impartial."""

    REVIEWER = "reviewer"
    TEAM = "team"
    ORGANISER = "organiser"
    INSTITUTION = "institution"
    """Suggested: they belong to the institution."""
    DOMAIN = "domain"
    """Suggested: their mail address is of its domain, or of one of its team's."""
    PARENT = "parent"
    """Suggested: they belong to its parent body, or to another institution of it."""
    COHORT = "cohort"
    """Suggested: they were in a cohort with it."""
    MENTORING = "mentoring"
    """Suggested: they mentored it."""


class ConflictState(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Who(StrEnum):
    """Who may cause a move."""

    TEAM = "team"
    ORGANISER = "organiser"
    CLOCK = "clock"


State = TypeVar("State", Lifecycle, Verdict, OfferState, Enrolment, ConflictState)


@dataclass(frozen=True)
class Move:
    """What may cause a state to follow another."""

    event: str
    who: frozenset[Who]


_TEAM, _ORGANISER, _CLOCK = frozenset({Who.TEAM}), frozenset({Who.ORGANISER}), frozenset({Who.CLOCK})

LIFECYCLE: Mapping[tuple[Lifecycle, Lifecycle], Move] = MappingProxyType(
    {
        (Lifecycle.DRAFT, Lifecycle.SUBMITTED): Move("submit", _TEAM),
        (Lifecycle.DRAFT, Lifecycle.WITHDRAWN): Move("withdraw", _TEAM | _ORGANISER),
        (Lifecycle.SUBMITTED, Lifecycle.WITHDRAWN): Move("withdraw", _TEAM | _ORGANISER),
        (Lifecycle.WITHDRAWN, Lifecycle.DRAFT): Move("reopen", _TEAM | _ORGANISER),
        (Lifecycle.WITHDRAWN, Lifecycle.SUBMITTED): Move("restore", _ORGANISER | _TEAM),
    }
)
VERDICTS: Mapping[tuple[Verdict, Verdict], Move] = MappingProxyType(
    {(one, other): Move("decide", _ORGANISER) for one in Verdict for other in Verdict if one is not other}
)
OFFERS: Mapping[tuple[OfferState, OfferState], Move] = MappingProxyType(
    {
        (OfferState.OPEN, OfferState.ACCEPTED): Move("accept", _TEAM),
        (OfferState.OPEN, OfferState.DECLINED): Move("decline", _TEAM),
        (OfferState.OPEN, OfferState.LAPSED): Move("lapse", _CLOCK),
        (OfferState.OPEN, OfferState.WITHDRAWN): Move("withdraw", _ORGANISER | _TEAM),
        (OfferState.LAPSED, OfferState.OPEN): Move("renew", _ORGANISER),
    }
)
ENROLMENTS: Mapping[tuple[Enrolment, Enrolment], Move] = MappingProxyType(
    {
        (Enrolment.ENROLLED, Enrolment.COMPLETED): Move("complete", _ORGANISER | _CLOCK),
        (Enrolment.ENROLLED, Enrolment.DROPPED_OUT): Move("drop out", _TEAM | _ORGANISER),
        (Enrolment.DROPPED_OUT, Enrolment.ENROLLED): Move("return", _ORGANISER),
    }
)
CONFLICTS: Mapping[tuple[ConflictState, ConflictState], Move] = MappingProxyType(
    {
        (ConflictState.SUGGESTED, ConflictState.CONFIRMED): Move("confirm", _ORGANISER),
        (ConflictState.SUGGESTED, ConflictState.DISMISSED): Move("dismiss", _ORGANISER),
        (ConflictState.CONFIRMED, ConflictState.DISMISSED): Move("lift", _ORGANISER),
        (ConflictState.DISMISSED, ConflictState.CONFIRMED): Move("confirm", _ORGANISER),
    }
)
_TABLES: Mapping[type[StrEnum], Mapping[tuple[StrEnum, StrEnum], Move]] = MappingProxyType(
    {Lifecycle: LIFECYCLE, Verdict: VERDICTS, OfferState: OFFERS, Enrolment: ENROLMENTS, ConflictState: CONFLICTS}  # type: ignore[dict-item]  # keys of a Mapping are invariant
)

MOST_MEMBERS = 20
GRACE_LINK_LONGEST = timedelta(days=30)
PRESENT_FOR = timedelta(seconds=40)
"""How long after their last sign of life somebody counts as editing."""
LINK_LASTS = timedelta(days=30)
START_WITHIN = timedelta(days=7)
"""How long the link that begins an application may be used."""
INVITATION_LASTS = timedelta(days=30)


def move(current: State, to: State, by: Who) -> State:
    """Return the new state of an axis, or refuse: no such move, or not theirs to make."""
    allowed = _TABLES[type(current)].get((current, to))
    if allowed is None or by not in allowed.who:
        raise IllegalTransition(N_("An application that is %(current)s cannot become %(to)s."), current=current, to=to)
    return to


def may_edit(lifecycle: Lifecycle, ends_at: datetime, extended_until: datetime | None, now: datetime) -> bool:
    """Tell whether answers may still be saved: until the call ends (`Call.saves_until`) or the team's extension."""
    return lifecycle is not Lifecycle.WITHDRAWN and now < deadline(ends_at, extended_until)


def deadline(closes_at: datetime, extended_until: datetime | None) -> datetime:
    """Return the later of a call's deadline and a team's extension."""
    return max(closes_at, extended_until) if extended_until else closes_at
