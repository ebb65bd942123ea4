"""Conflicts of interest: from the moment one is confirmed, nothing of the application reaches that member of staff.

Every query over applications that answers a member of staff carries `reachable`: pages, search, counts, averages,
neighbours in a list, exports, files.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, Who, move
from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal

DECLARED = frozenset({ConflictSource.REVIEWER, ConflictSource.TEAM, ConflictSource.ORGANISER})
"""What a person said holds at once; what is only suggested waits for an organiser."""


def reachable(staff: Staff) -> ColumnElement[bool]:
    """Tell in SQL whether an application exists for a member of staff: whether no conflict is confirmed."""
    confirmed = select(Conflict.id).where(
        Conflict.application_id == Application.id,
        Conflict.staff_id == staff.id,
        Conflict.state == ConflictState.CONFIRMED,
    )
    return ~exists(confirmed.correlate(Application))


def barred(staff: Staff) -> Select[int]:
    """Select the applications that do not exist for a member of staff: for what only carries their numbers."""
    mine = (Conflict.staff_id == staff.id, Conflict.state == ConflictState.CONFIRMED)
    return select(Conflict.application_id).where(*mine).correlate(None)


def is_reachable(db: DbSession, staff: Staff, application_id: int) -> bool:
    """Tell whether an application exists for a member of staff."""
    return db.scalar(select(Application.id).where(Application.id == application_id, reachable(staff))) is not None


def declare(
    db: DbSession,
    staff_id: int,
    application: Application,
    source: ConflictSource,
    reason: str,
    *,
    by: str,
    now: datetime,
    ends: Callable[[DbSession, Conflict, datetime], None],
) -> Conflict:
    """Note a conflict: declared ones hold at once, suggested ones wait.

    `ends` ends the reviewer's work on the application first (the database holds that none goes on).
    """
    wanted = ConflictState.CONFIRMED if source in DECLARED else ConflictState.SUGGESTED
    row = {"staff_id": staff_id, "application_id": application.id, "source": source, "reason": reason}
    told = {"state": ConflictState.SUGGESTED, "said_at": now, "said_by": by, "settled_by": ""}
    insert_missing(db, Conflict, [row | told])
    conflict = db.scalars(
        select(Conflict).where(Conflict.staff_id == staff_id, Conflict.application_id == application.id)
    ).one()
    if wanted is ConflictState.CONFIRMED and conflict.state is not ConflictState.CONFIRMED:
        conflict.source, conflict.reason = source, reason
        settle(db, conflict, ConflictState.CONFIRMED, by=by, now=now, ends=ends)
    return conflict


def settle(
    db: DbSession,
    conflict: Conflict,
    to: ConflictState,
    *,
    by: str,
    now: datetime,
    ends: Callable[[DbSession, Conflict, datetime], None],
) -> None:
    """Confirm, dismiss or lift a conflict; nobody lifts their own."""
    if to is ConflictState.DISMISSED and by == f"staff:{conflict.staff_id}":
        raise Refusal(N_("Somebody else decides about your own conflicts of interest."))
    state = move(conflict.state, to, Who.ORGANISER)
    if state is ConflictState.CONFIRMED:
        ends(db, conflict, now)
    conflict.state, conflict.settled_at, conflict.settled_by = state, now, by
    audit.record(db, by, f"conflict.{state}", conflict, now=now, source=conflict.source)
    db.flush()
