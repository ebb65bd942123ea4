"""A panel for tests: reviewers of a call, what they are given, and what they have said."""

from typing import Any

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.models import Assignment, Review, Reviewer
from registrar.reviews.rules import ReviewState
from tests import factories
from tests.conftest import START


def reviewer(db: DbSession, call: Call, staff: Staff | None = None, **given: Any) -> Reviewer:
    """A reviewer of a call who reads every language and takes ten reviews."""
    staff = staff or factories.staff(db, Role.REVIEWER)
    values: dict[str, Any] = {"call_id": call.id, "staff_id": staff.id, "languages": [], "subjects": [], "load": 10}
    return factories.stored(db, Reviewer(**{**values, "invited_at": START, **given}))


def assignment(db: DbSession, application: Application, reviewer: Reviewer, **given: Any) -> Assignment:
    values = {"application_id": application.id, "reviewer_id": reviewer.id, "assigned_at": START, "state_at": START}
    return factories.stored(db, Assignment(**{**values, "assigned_by": "staff:1", **given}))


def review(db: DbSession, application: Application, staff: Staff, **given: Any) -> Review:
    """A submitted review by a member of staff, who becomes a reviewer for it."""
    done = assignment(db, application, reviewer(db, application.call, staff))
    values = {"assignment_id": done.id, "state": ReviewState.SUBMITTED, "saved_at": START, "submitted_at": START}
    return factories.stored(db, Review(**{**values, **given}))


def conflict(db: DbSession, staff: Staff, application: Application, **given: Any) -> Conflict:
    """A confirmed conflict of interest."""
    values: dict[str, Any] = {"staff_id": staff.id, "application_id": application.id, "state": ConflictState.CONFIRMED}
    values |= {"source": ConflictSource.ORGANISER, "said_at": START, "said_by": "staff:1", "settled_at": START}
    return factories.stored(db, Conflict(**{**values, **given}))
