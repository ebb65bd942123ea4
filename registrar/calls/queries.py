"""Calls as they are asked for by pages."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.calls.models import Call
from registrar.calls.rules import CallState, Stage, stage
from registrar.db import DbSession
from registrar.programmes.models import Programme


def call(db: DbSession, slug: str) -> Call | None:
    """Return a call with its programme and season, for organisers also a draft."""
    statement = select(Call).where(Call.slug == slug).options(joinedload(Call.programme).joinedload(Programme.season))
    return db.scalar(statement)


def public_call(db: DbSession, slug: str) -> Call | None:
    """Return a call that everybody may see."""
    found = call(db, slug)
    return found if found and found.state is not CallState.DRAFT else None


def calls_of(db: DbSession, programme: Programme) -> list[Call]:
    """Return the published calls of a programme, the newest first."""
    statement = select(Call).where(Call.programme_id == programme.id, Call.state != CallState.DRAFT)
    return list(db.scalars(statement.order_by(Call.closes_at.desc(), Call.id.desc())))


def stage_of(call: Call, now: datetime) -> Stage:
    """Return where a call stands for its visitors."""
    return stage(call.state, call.opens_at, call.closes_at, call.grace, now)
