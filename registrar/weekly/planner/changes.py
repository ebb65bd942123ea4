"""Changes of a season as values: what an organiser asks for, and what becomes of each session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from registrar.errors import N_, Refusal
from registrar.programmes.models import Session
from registrar.programmes.rules import Fold, shift_by_weeks


@dataclass(frozen=True)
class Slot:
    """From when to when a session takes place."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise Refusal(N_("A session must end after its start."))


@dataclass(frozen=True)
class Move:
    """Give one session another time."""

    session_id: int
    slot: Slot


@dataclass(frozen=True)
class Shift:
    """Move a session and all that follow by whole weeks (earlier when negative)."""

    session_id: int
    weeks: int
    fold: Fold | None = None


@dataclass(frozen=True)
class Cancel:
    session_id: int
    reason_en: str
    reason_fr: str


@dataclass(frozen=True)
class Reinstate:
    """Let a cancelled session take place after all."""

    session_id: int


@dataclass(frozen=True)
class Add:
    """Add a session to a series that people may have signed up for already."""

    slot: Slot
    title_en: str = ""
    title_fr: str = ""
    join_url: str | None = None
    capacity: int | None = None


Change = Move | Shift | Cancel | Reinstate | Add


@dataclass(frozen=True)
class Step:
    """What becomes of one session; without a session it is a new one."""

    session: Session | None
    before: Slot | None
    """None: it is not there yet, or cancelled."""
    after: Slot | None
    """None: it will be cancelled."""

    @property
    def shown(self) -> Slot:
        """The time to list the step under: the old one, or that of a new session."""
        slot = self.before or self.after
        assert slot is not None  # noqa: S101 - a step has at least one side
        return slot


def slot_of(session: Session) -> Slot:
    return Slot(session.starts_at, session.ends_at)


def steps(change: Change, season: Sequence[Session], now: datetime) -> list[Step]:
    """Return what the change does to each session, in order of time, or refuse."""
    if isinstance(change, Add):
        return [Step(None, None, _to_come(change.slot, now))]
    session = next(each for each in season if each.id == change.session_id)
    match change:
        case Move():
            return [_move(session, change.slot, now)]
        case Shift():
            return _shift(change, session, season, now)
        case Cancel():
            return [_cancel(session, now)]
        case Reinstate():
            return [_reinstate(session, now)]


def fingerprint(found: Sequence[Step]) -> str:
    """Return what tells whether the sessions are still as they were shown, and would become the same."""
    facts = [(step.session and (step.session.id, step.session.revision), step.before, step.after) for step in found]
    return sha256(repr(facts).encode()).hexdigest()[:32]


def clashes(found: Sequence[Step], season: Sequence[Session]) -> list[Session]:
    """Return the sessions, not touched by the change, that one of its new times overlaps."""
    touched = {step.session.id for step in found if step.session}
    others = [each for each in season if each.id not in touched and each.cancelled_at is None]
    new = [step.after for step in found if step.after]
    return [each for each in others if any(s.starts_at < each.ends_at and each.starts_at < s.ends_at for s in new)]


def _move(session: Session, slot: Slot, now: datetime) -> Step:
    _refuse_if_fixed(session, now)
    if slot == slot_of(session):
        raise Refusal(N_("This is when the session takes place already. Choose another time."))
    return Step(session, slot_of(session), _to_come(slot, now))


def _shift(change: Shift, first: Session, season: Sequence[Session], now: datetime) -> list[Step]:
    _refuse_if_fixed(first, now)
    if change.weeks == 0:
        raise Refusal(N_("Choose by how many weeks, for example 1, or -1 for a week earlier."))
    following = [each for each in season if each.starts_at >= first.starts_at and each.cancelled_at is None]
    return [Step(each, slot_of(each), _to_come(_shifted(each, change), now)) for each in following]


def _shifted(session: Session, change: Shift) -> Slot:
    starts_at = shift_by_weeks(session.starts_at, change.weeks, session.timezone, change.fold)
    return Slot(starts_at, starts_at + (session.ends_at - session.starts_at))


def _cancel(session: Session, now: datetime) -> Step:
    if session.cancelled_at is not None:
        raise Refusal(N_("This session is cancelled already."))
    if now >= session.ends_at:
        raise Refusal(N_("This session is over and cannot be cancelled."))
    return Step(session, slot_of(session), None)


def _reinstate(session: Session, now: datetime) -> Step:
    if session.cancelled_at is None:
        raise Refusal(N_("This session is not cancelled."))
    if now >= session.starts_at:
        raise Refusal(N_("The time of this session has passed. Add a new session instead."))
    return Step(session, None, slot_of(session))


def _refuse_if_fixed(session: Session, now: datetime) -> None:
    if session.cancelled_at is not None:
        raise Refusal(N_("This session is cancelled. Let it take place again before you move it."))
    if now >= session.starts_at:
        raise Refusal(N_("This session has begun and cannot be moved."))


def _to_come(slot: Slot, now: datetime) -> Slot:
    if slot.starts_at <= now:
        raise Refusal(N_("Choose a time that is still to come."))
    return slot
