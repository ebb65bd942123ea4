"""The history of a call out of the audit trail: every state, score and decision, as far as one organiser may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.decision_models import Contribution, Release, Scenario
from registrar.reviews.models import Assignment, Criterion, Reviewer, ReviewPhase

OF_APPLICATION = (Conflict, Assignment, Contribution)
OF_CALL = (Release, Scenario, Reviewer, ReviewPhase, Criterion)


@dataclass(frozen=True)
class Told:
    """An entry, and the application that it is about if it is about one."""

    entry: AuditEntry
    application: Application | None


def statement(call: Call, staff: Staff, actions: Sequence[str] = ()) -> Select[AuditEntry]:
    """Select the entries about a call, the newest first; `actions` are beginnings of their names."""
    found = select(AuditEntry).where(_about(call, staff)).order_by(AuditEntry.id.desc())
    return found.where(or_(*(AuditEntry.action.startswith(each) for each in actions))) if actions else found


def told(db: DbSession, entries: Sequence[AuditEntry]) -> list[Told]:
    """Return entries with what they are about, with one query for each kind of subject."""
    numbers = {each.id: _direct(each) for each in entries if _direct(each)}
    for model in OF_APPLICATION:
        mine = [each for each in entries if each.subject == model.__tablename__]
        rows = select(model.id, model.application_id).where(model.id.in_([each.subject_id for each in mine]))
        known = dict(db.execute(rows).all()) if mine else {}
        numbers |= {each.id: known.get(each.subject_id) for each in mine}
    wanted = select(Application).where(Application.id.in_([each for each in numbers.values() if each]))
    known_ones = {each.id: each for each in db.scalars(wanted.options(joinedload(Application.institution)))}
    return [Told(each, known_ones.get(numbers.get(each.id) or 0)) for each in entries]


def _about(call: Call, staff: Staff) -> ColumnElement[bool]:
    mine = select(Application.id).where(Application.call_id == call.id, reachable(staff))
    parts = [_is(Call.__tablename__, [call.id]), _is(Application.__tablename__, mine)]
    parts += [_is(each.__tablename__, select(each.id).where(each.application_id.in_(mine))) for each in OF_APPLICATION]
    parts += [_is(each.__tablename__, select(each.id).where(each.call_id == call.id)) for each in OF_CALL]
    return or_(*parts)


def _is(subject: str, ids: Select[int] | list[int]) -> ColumnElement[bool]:
    return and_(AuditEntry.subject == subject, AuditEntry.subject_id.in_(ids))


def _direct(entry: AuditEntry) -> int | None:
    return entry.subject_id if entry.subject == Application.__tablename__ else None
