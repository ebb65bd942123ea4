"""Eligibility in SQL, for lists: what `registrar.calls.eligibility` says about each institution that applies."""

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, select
from sqlalchemy.orm import aliased

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Verdict
from registrar.calls.eligibility import Finding, Rule, rules_of
from registrar.calls.models import Call
from registrar.calls.rules import EligibilityRule
from registrar.people.models import Institution
from registrar.programmes.models import Completion, Programme, Season, Selection
from registrar.programmes.rules import SeasonStatus


def finding(call: Call, staff: Staff) -> ColumnElement[str]:
    """Tell in SQL what the rules of a call say together; the statement joins the application and its institution.

    Other applications count as far as they exist for the member of staff who reads it.
    """
    rules = rules_of(call.eligibility)
    fails = or_(false(), *(_fails(rule, call, staff) for rule in rules))
    unknown = or_(false(), *(Institution.kind.is_(None) for rule in rules if rule.rule is EligibilityRule.KINDS))
    return case((fails, Finding.FAILS.value), (unknown, Finding.UNKNOWN.value), else_=literal(Finding.HOLDS.value))


def _fails(rule: Rule, call: Call, staff: Staff) -> ColumnElement[bool]:
    match rule.rule:
        case EligibilityRule.COMPLETED:
            return ~or_(_completed(rule.line), _selected() if rule.earlier_seasons else false())
        case EligibilityRule.KINDS:
            return and_(Institution.kind.is_not(None), Institution.kind.not_in(rule.kinds))
        case EligibilityRule.ONCE_PER_SEASON:
            return _applies_elsewhere(call, staff)


def _completed(line: str) -> ColumnElement[bool]:
    here = Completion.institution_id == Application.institution_id
    return select(Completion.id).where(here, Completion.line == line).correlate(Application).exists()


def _selected() -> ColumnElement[bool]:
    """Archived seasons are over: who was selected has been through them."""
    archived = select(Season.id).where(Season.status == SeasonStatus.ARCHIVED)
    here = Selection.institution_id == Application.institution_id
    return select(Selection.season_id).where(here, Selection.season_id.in_(archived)).correlate(Application).exists()


def _applies_elsewhere(call: Call, staff: Staff) -> ColumnElement[bool]:
    other = aliased(Application)
    same_season = (
        select(Call.id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(Programme.season_id == call.programme.season_id, Call.id != call.id)
    )
    counts = or_(other.released_verdict.is_(None), other.released_verdict != Verdict.DECLINE)
    here = (
        other.institution_id == Application.institution_id,
        other.state != Lifecycle.WITHDRAWN,
        other.id.not_in(barred(staff)),
    )
    return select(other.id).where(*here, counts, other.call_id.in_(same_season)).correlate(Application).exists()
