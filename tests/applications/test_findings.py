"""Eligibility in SQL says the same as the rules, for every institution and every set of rules."""

from datetime import datetime
from itertools import combinations, product
from typing import Any

from sqlalchemy import select

from registrar.applications import evidence
from registrar.applications.findings import finding
from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.calls.eligibility import outcome
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.people.rules import InstitutionKind
from registrar.programmes.models import Completion, Selection
from registrar.programmes.rules import SeasonStatus
from tests import factories

RULES: tuple[dict[str, Any], ...] = (
    {"rule": "completed", "line": "wac-museums"},
    {"rule": "completed", "line": "wac-museums", "earlier_seasons": False},
    {"rule": "kinds", "kinds": ["museum", "library"]},
    {"rule": "once_per_season"},
)
KINDS = (InstitutionKind.MUSEUM, InstitutionKind.GALLERY, None)
PASTS = ("new", "completed", "completed another", "selected", "selected this season")
OTHERS = ("none", "open", "declined", "another season")


def told(db: DbSession, call: Call) -> dict[int, str]:
    """Return what SQL says about each application."""
    statement = select(Application.id, finding(call, factories.staff(db))).join(Application.institution)
    return dict(db.execute(statement.where(Application.call_id == call.id)).all())


def past(db: DbSession, institution: Institution, what: str, archived: int, current: int, now: datetime) -> None:
    if what.startswith("completed"):
        line = "wac-museums" if what == "completed" else "wac-factory"
        stated = {"note": "", "stated_at": now, "stated_by": "staff:1"}
        db.add(Completion(institution_id=institution.id, line=line, season_id=archived, **stated))
    if what.startswith("selected"):
        season = archived if what == "selected" else current
        db.add(Selection(institution_id=institution.id, season_id=season, position=institution.id))


def apply_elsewhere(db: DbSession, institution: Institution, what: str, same: Call, other: Call) -> None:
    if what == "none":
        return
    released = {"released_verdict": Verdict.DECLINE, "released_at": factories.NOW} if what == "declined" else {}
    call = other if what == "another season" else same
    factories.submitted(db, call, institution_id=institution.id, **released)


def test_sql_and_rules_agree(db: DbSession, now: datetime) -> None:
    archived = factories.season(db, title="WAC Lab 3", status=SeasonStatus.ARCHIVED)
    programme = factories.cohort(db)
    call, same = factories.call(db, programme_id=programme.id), factories.call(db, programme_id=programme.id)
    elsewhere = factories.call(db)
    for kind, what, other in product(KINDS, PASTS, OTHERS):
        institution = factories.institution(db, kind=kind)
        past(db, institution, what, archived.id, programme.season_id, now)
        factories.application(db, call, institution_id=institution.id)
        apply_elsewhere(db, institution, other, same, elsewhere)
    applications = db.scalars(select(Application).where(Application.call_id == call.id)).all()
    seen = set()
    for count in range(len(RULES) + 1):
        for rules in combinations(RULES, count):
            call.eligibility = list(rules)
            db.flush()
            known = {each.id: outcome(evidence.explanations(db, call, each.institution)).value for each in applications}
            assert told(db, call) == known
            seen |= set(known.values())

    assert (len(applications), seen) == (60, {"holds", "fails", "unknown"})
