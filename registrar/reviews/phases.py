"""The phases of a call's review: a ready set, changes, and which one is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts.offers import locked_call
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.reviews.models import ReviewPhase
from registrar.reviews.rules import Capabilities, Sees


@dataclass(frozen=True)
class PhaseDetails:
    """What organisers say about a phase."""

    name_en: str
    name_fr: str
    capabilities: Capabilities
    ends_at: datetime | None = None


READY = (
    PhaseDetails("Preparation", "Préparation", Capabilities()),
    PhaseDetails("Blind review", "Évaluation à l’aveugle", Capabilities(scores=True)),
    PhaseDetails(
        "Open discussion",
        "Discussion ouverte",
        Capabilities(sees_names=True, scores=True, sees_others=Sees.AFTER_OWN, discusses=True),
    ),
    PhaseDetails(
        "Decision",
        "Décision",
        Capabilities(sees_names=True, sees_others=Sees.ALWAYS, discusses=True, decides=True),
    ),
)
"""What most calls need: nothing yet, alone and blind, together once one's own is given, then the verdicts."""


def phases_of(db: DbSession, call: Call) -> Sequence[ReviewPhase]:
    """Return the phases of a call in their order."""
    return db.scalars(select(ReviewPhase).where(ReviewPhase.call_id == call.id).order_by(ReviewPhase.position)).all()


def make_ready(db: DbSession, call: Call, *, by: str, now: datetime) -> None:
    """Give a call without phases the ready set; none is active yet."""
    if phases_of(db, locked_call(db, call.id)):
        raise Conflict(N_("This call has phases already."))
    for details in READY:
        add(db, call, details, by=by, now=now)


def add(db: DbSession, call: Call, details: PhaseDetails, *, by: str, now: datetime) -> ReviewPhase:
    """Add a phase after the others."""
    refuse_if_frozen(locked_call(db, call.id))
    last = db.scalar(select(func.max(ReviewPhase.position)).where(ReviewPhase.call_id == call.id))
    phase = ReviewPhase(call_id=call.id, position=0 if last is None else last + 1)
    _say(phase, details)
    db.add(phase)
    db.flush()
    audit.record(db, by, "phase.add", phase, now=now, call=call.id)
    return phase


def change(db: DbSession, call: Call, phase: ReviewPhase, details: PhaseDetails, *, by: str, now: datetime) -> None:
    """Say something else about a phase; what it allows holds at once if it is active."""
    refuse_if_frozen(call)
    _say(phase, details)
    audit.record(db, by, "phase.change", phase, now=now, call=call.id)


def remove(db: DbSession, call: Call, phase: ReviewPhase, *, by: str, now: datetime) -> None:
    """Remove a phase that is not active."""
    refuse_if_frozen(call)
    if phase.active_since is not None:
        raise Refusal(N_("The active phase stays. End it first."))
    audit.record(db, by, "phase.remove", phase, now=now, call=call.id)
    db.delete(phase)
    db.flush()


def activate(db: DbSession, call: Call, phase: ReviewPhase | None, *, by: str, now: datetime) -> ReviewPhase | None:
    """Make a phase the active one, or none; return which was active before.

    The call's row is locked, so that of two organisers at once the second sees what the first has done.
    """
    refuse_if_frozen(locked_call(db, call.id))
    before = next((each for each in phases_of(db, call) if each.active_since is not None), None)
    if before is phase:
        return before
    if before is not None:
        before.active_since = None
        db.flush()  # the database holds that one is active at most, at every moment
        audit.record(db, by, "phase.end", before, now=now, call=call.id)
    if phase is not None:
        phase.active_since = now
        audit.record(db, by, "phase.activate", phase, now=now, call=call.id)
    db.flush()
    return before


def _say(phase: ReviewPhase, details: PhaseDetails) -> None:
    allowed = details.capabilities
    phase.name_en, phase.name_fr, phase.ends_at = details.name_en, details.name_fr, details.ends_at
    phase.sees_names, phase.scores, phase.sees_others = allowed.sees_names, allowed.scores, allowed.sees_others
    phase.discusses, phase.decides = allowed.discusses, allowed.decides
