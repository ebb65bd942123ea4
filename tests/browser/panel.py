"""The organisers' pages before a review, of a call with everything that can stand on them, and of one with nothing."""

from registrar.accounts.rules import Role
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.reviews import phases, rubrics
from registrar.reviews.models import ReviewerTie
from registrar.reviews.ready_rubric import READY
from registrar.reviews.rules import AssignmentState, Tie
from tests import factories
from tests.browser.house import House
from tests.reviews.panel import assignment, conflict, reviewer

PAGES = ("phases", "rubric", "reviewers", "conflicts", "assignments", "assignments/plan?each=1")


def panel(house: House) -> list[str]:
    """Return the pages of a call that is prepared, and the same pages of a call where nothing is yet."""
    with house.app.app_context(), house.db() as db:
        call, empty = factories.call(db), factories.call(db)
        phases.make_ready(db, call, by="staff:1", now=house.clock.now)
        rubrics.make_ready(db, call, READY, by="staff:1", now=house.clock.now)
        ama, ben = (
            reviewer(db, call, factories.staff(db, Role.REVIEWER, name=name), languages=["fr"], subjects=["climate"])
            for name in ("Ama Mensah", "Ben Osei")
        )
        first, second, third = (factories.submitted(db, call) for _ in range(3))
        db.add(ReviewerTie(reviewer_id=ama.id, institution_id=first.institution_id, tie=Tie.MENTORED))
        assignment(db, second, ama)
        assignment(db, third, ben, state=AssignmentState.RECUSED, reason="My sister works there.")
        conflict(db, ama.staff, first, source=ConflictSource.MENTORING, state=ConflictState.SUGGESTED, settled_at=None)
        conflict(db, ben.staff, first, reason="Cousins.")
        phase, criterion = phases.phases_of(db, call)[1].id, rubrics.criteria_of(db, call)[0].id
        db.commit()
        here, nothing = (f"/console/calls/{each.slug}" for each in (call, empty))
        lists = (f"applications/{second.reference}", f"reviewers/{ama.id}")
        edit = ("phases/new", f"phases/{phase}", "rubric/new", f"rubric/{criterion}", f"reviewers/{ama.id}")
    more = ("assignments/plan?each=3", *(f"assignments/{each}" for each in lists), *edit)
    return [*(f"{here}/{each}" for each in (*PAGES, *more)), *(f"{nothing}/{each}" for each in PAGES)]
