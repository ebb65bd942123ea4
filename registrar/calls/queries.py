"""Calls as they are asked for by pages."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from registrar.accounts.models import Staff
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import CallState, Stage, stage
from registrar.db import DbSession
from registrar.programmes.models import Programme, Season
from registrar.programmes.rules import Access

COUNTS: Final = "registrar.calls.application_counts"
"""Where the application keeps how to count applications: those stand on a floor above."""


@dataclass(frozen=True)
class Counts:
    """How many applications a call has."""

    drafts: int = 0
    submitted: int = 0
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return self.drafts + self.submitted + self.withdrawn


CountApplications = Callable[[DbSession, Collection[int], Staff | None], Mapping[int, Counts]]


def counts(db: DbSession, calls: Collection[Call], staff: Staff | None) -> Mapping[int, Counts]:
    """Return how many applications each call has, by its id; none of a call that has none.

    For a member of staff those that exist for them count, for nobody (None) all there are.
    """
    count: CountApplications = current_app.extensions[COUNTS]
    return count(db, [each.id for each in calls], staff)


def count_of(db: DbSession, call: Call, staff: Staff | None) -> Counts:
    return counts(db, [call], staff).get(call.id, Counts())


def all_calls(db: DbSession) -> Sequence[Call]:
    """Return every call with its programme and season, the newest first."""
    statement = select(Call).order_by(Call.opens_at.desc(), Call.id.desc())
    return db.scalars(statement.options(joinedload(Call.programme).joinedload(Programme.season))).all()


def programmes_by_application(db: DbSession) -> Sequence[Programme]:
    """Return the programmes that calls can be made for, those of the newest season first."""
    statement = select(Programme).join(Programme.season).where(Programme.access == Access.APPLICATION)
    statement = statement.options(contains_eager(Programme.season))
    return db.scalars(statement.order_by(Season.position, Programme.position)).all()


def forms(db: DbSession) -> Sequence[ApplicationForm]:
    return db.scalars(select(ApplicationForm).order_by(ApplicationForm.name)).all()


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


def public_calls(db: DbSession) -> Sequence[Call]:
    """Return all calls that everybody may see, with their programmes and seasons."""
    statement = select(Call).where(Call.state != CallState.DRAFT).order_by(Call.id)
    return db.scalars(statement.options(joinedload(Call.programme).joinedload(Programme.season))).all()


def most_relevant_first(calls: Iterable[Call], now: datetime) -> list[Call]:
    """Order calls as visitors look for them: open ones by their deadline, coming ones, then past ones, newest first."""

    def rank(call: Call) -> tuple[int, float]:
        match stage_of(call, now):
            case Stage.OPEN | Stage.GRACE:
                return 0, call.closes_at.timestamp()
            case Stage.COMING:
                return 1, call.opens_at.timestamp()
        return 2, -call.closes_at.timestamp()

    return sorted(calls, key=rank)


def call_of_line(db: DbSession, line: str, now: datetime) -> Call | None:
    """Return the call that is open, or else coming, of any edition of a programme line."""
    statement = select(Call).join(Call.programme).where(Programme.line == line, Call.state == CallState.PUBLISHED)
    live = (call for call in db.scalars(statement) if stage_of(call, now) in (Stage.OPEN, Stage.COMING))
    return next(iter(most_relevant_first(live, now)), None)


def edition(db: DbSession, line: str) -> Programme | None:
    """Return the newest programme of a line, with its season."""
    statement = select(Programme).join(Programme.season).where(Programme.line == line)
    newest = statement.order_by(Season.position, Programme.id.desc()).limit(1)
    return db.scalar(newest.options(contains_eager(Programme.season)))


def line_titles(db: DbSession) -> dict[str, str]:
    """Return what each programme line is called, by its newest edition."""
    statement = select(Programme.line, Programme.title).join(Programme.season)
    rows = db.execute(statement.order_by(Season.position.desc(), Programme.id))  # the newest comes last
    return {row.line: row.title for row in rows}


def stage_of(call: Call, now: datetime) -> Stage:
    """Return where a call stands for its visitors."""
    return stage(call.state, call.opens_at, call.closes_at, call.grace, now)
