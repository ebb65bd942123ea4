"""What is known of an institution that applies: where it was selected before, what it completed, what else is open."""

from sqlalchemy import ColumnElement, or_, select, true

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Verdict
from registrar.calls.eligibility import Evidence, Explanation, Known, explain, rules_of
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.programmes.models import Completion, Programme, Season, Selection
from registrar.programmes.rules import SeasonStatus

EVERYTHING = true()


def known(db: DbSession, call: Call, institution: Institution, within: ColumnElement[bool] = EVERYTHING) -> Known:
    """Return what the rules of a call are asked about; other applications count as far as they are `within` reach."""
    return Known(
        institution.name,
        institution.kind,
        institution.confirmed_at is not None,
        (*_completions(db, institution), *_selections(db, institution)),
        _other_calls(db, call, institution, within),
    )


def explanations(
    db: DbSession, call: Call, institution: Institution, within: ColumnElement[bool] = EVERYTHING
) -> list[Explanation]:
    """Return what each rule of a call says about an institution."""
    return explain(rules_of(call.eligibility), known(db, call, institution, within))


def _completions(db: DbSession, institution: Institution) -> tuple[Evidence, ...]:
    statement = select(Season.title, Completion.line).join(Completion.season)
    found = db.execute(statement.where(Completion.institution_id == institution.id).order_by(Season.position))
    return tuple(Evidence(season, line) for season, line in found)


def _selections(db: DbSession, institution: Institution) -> tuple[Evidence, ...]:
    """Archived seasons are over: who was selected has been through them."""
    statement = (
        select(Season.title)
        .join(Selection, Selection.season_id == Season.id)
        .where(Selection.institution_id == institution.id, Season.status == SeasonStatus.ARCHIVED)
    )
    return tuple(Evidence(season, None) for season in db.scalars(statement.order_by(Season.position)))


def _other_calls(db: DbSession, call: Call, institution: Institution, within: ColumnElement[bool]) -> tuple[str, ...]:
    """Return the titles of the season's other calls at which it has an application that is open or was accepted."""
    counts = or_(Application.released_verdict.is_(None), Application.released_verdict != Verdict.DECLINE)
    statement = (
        select(Call.title_en)
        .join(Application, Application.call_id == Call.id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(
            Application.institution_id == institution.id,
            Application.state != Lifecycle.WITHDRAWN,
            counts,
            within,
            Call.id != call.id,
            Programme.season_id == call.programme.season_id,
        )
    )
    return tuple(db.scalars(statement.order_by(Call.id)))
