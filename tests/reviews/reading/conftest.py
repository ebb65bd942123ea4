"""A reviewer at work: a call with a rubric and an active phase, and three applications of which two are theirs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer, ReviewPhase, ReviewScore
from registrar.reviews.rules import ReviewState, Sees
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import START, Client

LEVELS = [
    {"value": n, "title": {"en": f"Level {n}", "fr": f"Niveau {n}"}, "text": {"en": f"Means {n}.", "fr": ""}}
    for n in range(1, 6)
]


def criterion(db: DbSession, call: Call, position: int, title: str, **given: Any) -> Criterion:
    values = {"title_en": title, "title_fr": title, "weight": 1.0, "levels": LEVELS, "required": True}
    return factories.stored(db, Criterion(call_id=call.id, position=position, **{**values, **given}))


def phase(db: DbSession, call: Call, **given: Any) -> ReviewPhase:
    values: dict[str, Any] = {"position": 1, "name_en": "First reading", "name_fr": "", "sees_names": True}
    values |= {"scores": True, "sees_others": Sees.AFTER_OWN, "discusses": True, "decides": False}
    values |= {"active_since": START, "ends_at": START + timedelta(days=7)}
    return factories.stored(db, ReviewPhase(call_id=call.id, **{**values, **given}))


def reviewer(db: DbSession, call: Call, staff: Staff, **given: Any) -> Reviewer:
    values: dict[str, Any] = {"languages": [], "subjects": [], "load": 20, "invited_at": START}
    return factories.stored(db, Reviewer(call_id=call.id, staff_id=staff.id, **{**values, **given}))


def assigned(db: DbSession, application: Application, reviewer: Reviewer, **given: Any) -> Assignment:
    values: dict[str, Any] = {"assigned_at": START, "assigned_by": "staff:1", "state_at": START}
    row = Assignment(application_id=application.id, reviewer_id=reviewer.id, **{**values, **given})
    return factories.stored(db, row)


def review(db: DbSession, assignment: Assignment, scores: dict[int, int], **given: Any) -> Review:
    """A submitted review."""
    values: dict[str, Any] = {"state": ReviewState.SUBMITTED, "submitted_at": START, "saved_at": START}
    found = factories.stored(db, Review(assignment_id=assignment.id, **{**values, **given}))
    for number, value in scores.items():
        db.add(ReviewScore(review_id=found.id, criterion_id=number, value=value))
    db.flush()
    return found


@dataclass(frozen=True)
class Panel:
    """What is on the reviewer's table."""

    call: Call
    phase: ReviewPhase
    impact: Criterion
    craft: Criterion
    bonus: Criterion
    me: Staff
    seat: Reviewer
    other: Reviewer
    first: Application
    second: Application
    foreign: Application
    """Only the other reviewer's."""
    own: Assignment
    """Of the first."""
    theirs: Assignment
    """The other reviewer's of the first."""

    def url(self, application: Application | None = None, action: str = "") -> str:
        return f"/reviews/{(application or self.first).reference}{action}"

    def fields(self, impact: int | str = 4, craft: int | str = 2, **more: Any) -> dict[str, Any]:
        """Return a filled form: impact weighs three times as much as craft."""
        given = {f"score-{self.impact.id}": impact, f"score-{self.craft.id}": craft, "version": 0, "comment": "Good."}
        return given | more


@pytest.fixture
def panel(db: DbSession, client: Client, tokens: Tokens) -> Panel:
    """A scoring phase in which names are seen; the reviewer is signed in on the client."""
    call = factories.call(db)
    active = phase(db, call)
    impact, craft = criterion(db, call, 1, "Impact", weight=3.0), criterion(db, call, 2, "Craft")
    bonus = criterion(db, call, 3, "Bonus", required=False)
    me = factories.staff(db, Role.REVIEWER, name="Rita Reviewer")
    seat = reviewer(db, call, me)
    other = reviewer(db, call, factories.staff(db, Role.REVIEWER, name="Otto Other"))
    names = ("Musée du Sel", "Glass House", "Far Away")
    first, second, far = (
        factories.submitted(db, call, institution_id=factories.institution(db, name=name).id) for name in names
    )
    own, theirs = assigned(db, first, seat), assigned(db, first, other)
    assigned(db, second, seat)
    assigned(db, far, other)
    sign_in(client, tokens, me)
    db.commit()
    return Panel(call, active, impact, craft, bonus, me, seat, other, first, second, far, own, theirs)
