"""Plan a season: generate its sessions, and change their time or status with everything that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select, update

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import cancel_waiting
from registrar.mail.rules import Reason
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import Fold, weekly_starts
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat
from registrar.weekly.planner.changes import Add, Cancel, Change, Slot, Step, clashes, fingerprint, steps
from registrar.weekly.planner.telling import (
    Notice,
    Pendings,
    Telling,
    pendings,
    queue_letters,
    retire,
    telling,
    told_of,
)
from registrar.weekly.rules import SeatState

VERBS = {"Move": "session.move", "Shift": "session.shift", "Cancel": "session.cancel"}
VERBS |= {"Reinstate": "session.reinstate", "Add": "session.add"}
"""What the audit trail calls each change."""


@dataclass(frozen=True)
class Season:
    """A weekly season to be: when it begins, at which wall-clock time, for how long."""

    first_on: date
    starts: time
    timezone: str
    weeks: int
    duration: timedelta
    skipping: frozenset[date] = field(default_factory=frozenset)
    capacity: int | None = None
    join_url: str | None = None
    fold: Fold | None = None

    @property
    def slots(self) -> list[Slot]:
        """When each session takes place; refuses local times that are none or two."""
        starts = weekly_starts(self.first_on, self.starts, self.timezone, self.weeks, self.skipping, self.fold)
        return [Slot(at, at + self.duration) for at in starts]


@dataclass(frozen=True)
class Preview:
    """What a change would do: to which sessions, and who would be told."""

    steps: Sequence[Step]
    clashes: Sequence[Session]
    telling: Telling
    seen: str
    """Carried through the page; when it no longer fits, the world has changed."""


@dataclass(frozen=True)
class Outcome:
    """What a change has done."""

    sessions: Sequence[Session]
    told: int


def generate(db: DbSession, programme: Programme, season: Season, *, by: str, now: datetime) -> list[Session]:
    """Make the sessions of a series that has none yet."""
    _lock(db, programme)
    refuse_if_planned(db, programme)
    sessions = [
        _new_session(programme, f"week-{number}", slot, season.timezone, now)
        for number, slot in enumerate(season.slots, start=1)
    ]
    for session in sessions:
        session.capacity, session.join_url = season.capacity, season.join_url
    db.add_all(sessions)
    db.flush()
    audit.record(db, by, "season.generate", programme, now=now, sessions=len(sessions))
    return sessions


def has_sessions(db: DbSession, programme: Programme) -> bool:
    return db.scalar(select(Session.id).where(Session.programme_id == programme.id).limit(1)) is not None


def refuse_if_planned(db: DbSession, programme: Programme) -> None:
    """Let a season be generated only once."""
    if has_sessions(db, programme):
        raise Refusal(N_("This series has its sessions already. Add one to it instead."))


def preview(db: DbSession, programme: Programme, change: Change, *, now: datetime) -> Preview:
    """Return what the change would do at this moment, or refuse."""
    season = _season(db, programme)
    found = steps(change, season, now)
    letters = told_of(db, found, programme.id, pendings(db, season))
    return Preview(found, clashes(found, season), telling(db, letters), fingerprint(found))


def carry_out(db: DbSession, programme: Programme, change: Change, *, seen: str, by: str, now: datetime) -> Outcome:
    """Do what the preview showed, with every letter, in this transaction.

    Raise `Conflict` if the sessions are no longer as they were shown.
    """
    _lock(db, programme)
    season = _season(db, programme)
    found = steps(change, season, now)
    if fingerprint(found) != seen:
        raise Conflict(N_("The season has changed since you looked. Here is what would happen now."))
    waiting = pendings(db, season)
    letters = list(told_of(db, found, programme.id, waiting))
    sessions = _apply(db, programme, change, found, now)
    _end_void_mail(db, found, waiting, now)
    told = sum(queue_letters(db, chunk, sessions, now) for chunk in letters)
    _seat_people(db, found, sessions, now)
    for session in sessions.values():
        audit.record(db, by, VERBS[type(change).__name__], session, now=now, starts_at=session.starts_at.isoformat())
    return Outcome(list(sessions.values()), told)


def _lock(db: DbSession, programme: Programme) -> None:
    """Let planners and sign-ups of this series wait for each other."""
    db.execute(select(Programme.id).where(Programme.id == programme.id).with_for_update())


def _season(db: DbSession, programme: Programme) -> list[Session]:
    statement = select(Session).where(Session.programme_id == programme.id).order_by(Session.starts_at, Session.id)
    return list(db.scalars(statement, execution_options={"populate_existing": True}))


def _apply(
    db: DbSession, programme: Programme, change: Change, found: Sequence[Step], now: datetime
) -> dict[int | None, Session]:
    if isinstance(change, Add):
        return {None: _add(db, programme, change, now)}
    db.execute(
        select(Session.id).where(Session.id.in_(_ids(found))).order_by(Session.id).with_for_update(key_share=True)
    )
    touched: dict[int | None, Session] = {}
    for step in found:
        session = step.session
        assert session is not None  # noqa: S101 - only an addition has none
        _take(session, step, now)
        touched[session.id] = session
        if isinstance(change, Cancel):
            session.cancel_reason_en, session.cancel_reason_fr = change.reason_en, change.reason_fr
    db.flush()
    return touched


def _take(session: Session, step: Step, now: datetime) -> None:
    """Give the session its new time or status; calendars and reminders of an earlier revision are void from here."""
    session.cancelled_at = None if step.after else now
    if step.after:
        session.starts_at, session.ends_at = step.after.starts_at, step.after.ends_at
    session.revision += 1
    session.sequence += 1
    session.updated_at = now


def _add(db: DbSession, programme: Programme, change: Add, now: datetime) -> Session:
    taken = set(db.scalars(select(Session.slug).where(Session.programme_id == programme.id)))
    number = next(number for number in range(len(taken) + 1, 2 * len(taken) + 2) if f"week-{number}" not in taken)
    session = _new_session(programme, f"week-{number}", change.slot, programme.timezone, now)
    session.title_en, session.title_fr = change.title_en, change.title_fr
    session.join_url, session.capacity = change.join_url, change.capacity
    if db.scalar(select(Registration.id).where(Registration.programme_id == programme.id).limit(1)):
        session.added_at = now
    db.add(session)
    db.flush()
    return session


def _new_session(programme: Programme, slug: str, slot: Slot, timezone: str, now: datetime) -> Session:
    session = Session(programme_id=programme.id, slug=slug, uid=str(uuid4()), timezone=timezone, revision=0, sequence=0)
    session.starts_at, session.ends_at = slot.starts_at, slot.ends_at
    session.title_en = session.title_fr = ""
    session.created_at = session.updated_at = now
    return session


def _end_void_mail(db: DbSession, found: Sequence[Step], waiting: Pendings, now: datetime) -> None:
    """End what waits about the old time: letters that new ones replace, then all else of that revision."""
    ids = _ids(found)
    cancelled = any(step.after is None for step in found)
    reason = Reason.SESSION_CANCELLED if cancelled else Reason.SUPERSEDED
    replaced = {Notice.MOVED, Notice.CANCELLED, Notice.REINSTATED} | ({Notice.ADDED} if cancelled else set())
    retire(db, waiting.about_only(ids, *replaced), reason, now)
    void = (OutboxMail.session_id == Session.id) & (OutboxMail.revision < Session.revision)
    stale = select(Session.id).where(Session.id.in_(ids), void).exists()
    cancel_waiting(db, Reason.SESSION_CANCELLED if cancelled else Reason.RESCHEDULED, stale, now=now)


def _seat_people(db: DbSession, found: Sequence[Step], sessions: dict[int | None, Session], now: datetime) -> None:
    """Seat the whole-season people where a session is new or back, and let no offer outlast the session's start."""
    for step in found:
        session = sessions[step.session.id if step.session else None]
        if step.after is None:
            continue
        outlasting = (Seat.session_id == session.id, Seat.state == SeatState.OFFERED)
        statement = update(Seat).where(*outlasting, Seat.offered_until > session.starts_at)
        db.execute(statement.values(offered_until=session.starts_at), execution_options={"synchronize_session": False})
        if step.before is None:
            seats.enrol_everyone(db, session, now=now)
            seats.promote(db, session, now=now)


def _ids(found: Sequence[Step]) -> set[int]:
    return {step.session.id for step in found if step.session}
