"""Applications to a call counted by day and kind of institution."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.people.rules import InstitutionKind


def begun_by_day(db: DbSession, call: Call, staff: Staff) -> dict[date, int]:
    """Count the applications that were begun on each day (UTC)."""
    return _by_day(db, call, staff, Application.created_at)


def submitted_by_day(db: DbSession, call: Call, staff: Staff) -> dict[date, int]:
    """Count the applications that were first submitted on each day (UTC)."""
    return _by_day(db, call, staff, Application.submitted_at)


def by_kind(db: DbSession, call: Call, staff: Staff) -> dict[InstitutionKind | None, int]:
    """Count the applications that were not withdrawn by the kind of their institution, the most first."""
    statement = (
        select(Institution.kind, func.count())
        .join(Application, Application.institution_id == Institution.id)
        .where(Application.call_id == call.id, reachable(staff), Application.state != Lifecycle.WITHDRAWN)
        .group_by(Institution.kind)
    )
    return dict(sorted(db.execute(statement).all(), key=lambda item: (-item[1], item[0] or "")))


def _by_day(
    db: DbSession,
    call: Call,
    staff: Staff,
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> dict[date, int]:
    day = func.date(moment)
    here = (Application.call_id == call.id, reachable(staff), moment.is_not(None))
    statement = select(day, func.count()).where(*here).group_by(day)
    return {date.fromisoformat(str(each)): count for each, count in db.execute(statement)}
