"""Scenarios that are kept: with what was computed, by whom, and why one of them was chosen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.calls.models import Call
from registrar.cohorts.offers import locked_call
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.reviews.decision_models import Scenario
from registrar.reviews.scenarios import Candidate, Outcome

LONGEST_NAME, LONGEST_REASON = 120, 5_000


def save(
    db: DbSession,
    call: Call,
    name: str,
    reason: str,
    places: int,
    limits: Sequence[dict[str, Any]],
    result: dict[str, Any],
    *,
    by: str,
    now: datetime,
) -> Scenario:
    """Keep a scenario under a name."""
    if not name.strip():
        raise Refusal(N_("Give the scenario a name."))
    scenario = Scenario(call_id=call.id, name=name.strip()[:LONGEST_NAME], reason=reason.strip()[:LONGEST_REASON])
    scenario.places, scenario.limits, scenario.result = places, list(limits), result
    scenario.created_at, scenario.created_by = now, by
    db.add(scenario)
    db.flush()
    audit.record(db, by, "scenario.save", scenario, now=now, places=places, limits=len(limits))
    return scenario


def choose(db: DbSession, scenario: Scenario, reason: str, *, by: str, now: datetime) -> None:
    """Mark a scenario as the one that was chosen, and why; there is one at a time."""
    if not reason.strip():
        raise Refusal(N_("Say why this scenario is chosen, for your colleagues and for later."))
    locked_call(db, scenario.call_id)
    others = select(Scenario).where(Scenario.call_id == scenario.call_id, Scenario.chosen_at.is_not(None))
    for other in db.scalars(others):
        other.chosen_at = None
    scenario.chosen_at, scenario.reason = now, reason.strip()[:LONGEST_REASON]
    audit.record(db, by, "scenario.choose", scenario, now=now)
    db.flush()


def put_back(db: DbSession, scenario: Scenario, *, by: str, now: datetime) -> None:
    """Let no scenario be the chosen one."""
    scenario.chosen_at = None
    audit.record(db, by, "scenario.put_back", scenario, now=now)


def computed(candidates: Sequence[Candidate], outcome: Outcome) -> dict[str, Any]:
    """Return what was computed as JSON, with every score that it was computed from."""
    return {
        "chosen": sorted(outcome.chosen),
        "total": outcome.total,
        "without": outcome.without,
        "comes_in": list(outcome.comes_in),
        "goes_out": list(outcome.goes_out),
        "prices": [each.price for each in outcome.prices],
        "candidates": [each.number for each in candidates],
        "scores": {str(each.number): each.score for each in candidates},
    }
