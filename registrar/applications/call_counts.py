"""How many applications calls have, by state: what the pages of calls, which know nothing of applications, ask for."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select, true

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.queries import Counts
from registrar.db import DbSession


def counts(db: DbSession, call_ids: Collection[int], staff: Staff | None) -> Mapping[int, Counts]:
    """Return the numbers for each of these calls that has applications, as far as they exist for a member of staff."""
    within = true() if staff is None else reachable(staff)
    statement = select(Application.call_id, Application.state, func.count())
    rows = db.execute(
        statement.where(Application.call_id.in_(call_ids), within).group_by(Application.call_id, Application.state)
    )
    found: dict[int, dict[Lifecycle, int]] = {}
    for call_id, state, number in rows:
        found.setdefault(call_id, {})[state] = number
    return {call_id: _counts(states) for call_id, states in found.items()}


def _counts(states: Mapping[Lifecycle, int]) -> Counts:
    return Counts(*(states.get(each, 0) for each in (Lifecycle.DRAFT, Lifecycle.SUBMITTED, Lifecycle.WITHDRAWN)))
