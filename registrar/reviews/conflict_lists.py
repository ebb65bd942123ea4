"""Conflicts of interest about a call, for organisers: never one about an application that they have a conflict with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import ConflictState, Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution

MOST_LISTED = 300
MOST_SUGGESTED = 500
"""References that the form offers while somebody types."""


@dataclass(frozen=True)
class Conflicts:
    """What is known, by state."""

    suggested: list[Conflict]
    confirmed: list[Conflict]
    dismissed: list[Conflict]


def conflicts_of(db: DbSession, call: Call, staff: Staff) -> Conflicts:
    """Return the conflicts about a call that a member of staff may know of, the newest first."""
    found = db.scalars(_within(call, staff).order_by(Conflict.id.desc()).limit(MOST_LISTED)).all()
    by_state = {state: [each for each in found if each.state is state] for state in ConflictState}
    return Conflicts(*(by_state[each] for each in ConflictState))


def conflict(db: DbSession, call: Call, staff: Staff, number: int) -> Conflict | None:
    """Return one of them."""
    return db.scalar(_within(call, staff).where(Conflict.id == number))


def application(db: DbSession, call: Call, staff: Staff, reference: str) -> Application | None:
    """Return a submitted application of the call that exists for a member of staff."""
    return db.scalar(select(Application).where(*_here(call, staff), Application.reference == reference))


def references(db: DbSession, call: Call, staff: Staff) -> list[str]:
    """Return what the form offers: reference and institution."""
    statement = select(Application.reference, Institution.name).join(Application.institution)
    found = db.execute(statement.where(*_here(call, staff)).order_by(Institution.name).limit(MOST_SUGGESTED))
    return [f"{reference} · {name}" for reference, name in found]


def members(db: DbSession) -> Sequence[Staff]:
    """Return everybody who may have a conflict: the whole team, reviewers and organisers."""
    return db.scalars(select(Staff).where(Staff.deactivated_at.is_(None)).order_by(Staff.name, Staff.id)).all()


def _here(call: Call, staff: Staff) -> tuple[ColumnElement[bool], ...]:
    return Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED, reachable(staff)


def _within(call: Call, staff: Staff) -> Select[Conflict]:
    statement = select(Conflict).join(Conflict.application).where(Application.call_id == call.id, reachable(staff))
    whole = contains_eager(Conflict.application).joinedload(Application.institution)
    return statement.options(whole, joinedload(Conflict.staff))
