"""Institutions as organisers list and find them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.console.institution_rules import InstitutionFilter, Standing
from registrar.console.rules import PER_PAGE
from registrar.db import DbSession
from registrar.folding import folded
from registrar.people.institutions import by_ids, mentions
from registrar.people.models import Institution
from registrar.programmes.models import Completion, Selection


@dataclass(frozen=True)
class Line:
    """One institution of the list, with how often it took part."""

    institution: Institution
    selections: int
    applications: int


def lines(db: DbSession, staff: Staff, wanted: InstitutionFilter, number: int) -> tuple[list[Line], int]:
    """Return a page of institutions by name, and how many are known to follow it (0 or 1).

    Their applications are counted as far as they exist for the member of staff.
    """
    inner = _narrowed(select(Institution.id), wanted).order_by(folded(Institution.name), Institution.id)
    ids = db.scalars(inner.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return _lines(db, staff, ids[:PER_PAGE]), len(ids[PER_PAGE:])


def total(db: DbSession, wanted: InstitutionFilter) -> int:
    """Count them."""
    return db.scalar(_narrowed(select(func.count(Institution.id)), wanted)) or 0


def unconfirmed(db: DbSession) -> int:
    """Count those that wait to be confirmed."""
    return total(db, InstitutionFilter(standing=Standing.UNCONFIRMED))


def countries(db: DbSession) -> list[str]:
    """Return the countries of the known institutions."""
    return [code for code in db.scalars(select(Institution.country).distinct().order_by(Institution.country)) if code]


def _narrowed(statement: Select[*tuple[Any, ...]], wanted: InstitutionFilter) -> Any:
    is_merged = Institution.merged_into_id.is_not(None)
    statement = statement.where(is_merged if wanted.standing is Standing.MERGED else ~is_merged)
    if wanted.standing is Standing.UNCONFIRMED:
        statement = statement.where(Institution.confirmed_at.is_(None))
    if wanted.standing is Standing.CONFIRMED:
        statement = statement.where(Institution.confirmed_at.is_not(None))
    if wanted.text:
        statement = statement.where(mentions(wanted.text))
    if wanted.country:
        statement = statement.where(Institution.country == wanted.country)
    return statement.where(Institution.kind == wanted.kind) if wanted.kind else statement


def _lines(db: DbSession, staff: Staff, ids: Sequence[int]) -> list[Line]:
    rows = {each.id: each for each in by_ids(db, ids)}
    selections = _counts(db, Selection, Selection.institution_id.in_(ids))
    applications = _counts(db, Application, Application.institution_id.in_(ids), reachable(staff))
    return [Line(rows[each], selections.get(each, 0), applications.get(each, 0)) for each in ids]


def _counts(db: DbSession, model: type[Selection | Application], *conditions: ColumnElement[bool]) -> dict[int, int]:
    statement = select(model.institution_id, func.count()).where(*conditions)
    return dict(db.execute(statement.group_by(model.institution_id)).all())


def completions_of(db: DbSession, institution: Institution) -> Sequence[Completion]:
    """Return what an institution completed, the newest season first."""
    statement = select(Completion).join(Completion.season).where(Completion.institution_id == institution.id)
    return db.scalars(statement.order_by(Completion.season_id.desc(), Completion.line)).all()
