"""What must be true of reviews, decisions and offers, whoever wrote them; the database holds most of it by itself."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text

from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictState, Lifecycle, OfferState
from registrar.calls.models import Call
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.cohorts.offers import TAKING
from registrar.db import DbSession
from registrar.reviews.decision_models import Decision, Release
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from registrar.reviews.rules import AssignmentState

TRIGGERS = (
    "assignment_without_conflict",
    "conflict_without_assignment",
    "offers_within_places",
    "places_for_offers",
    "released_is_decided",
)
"""Written with migrations 0017 and 0018; SQLite has one for each event, with its name at the end."""
STORED_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}


def doubled_phases(db: DbSession) -> int:
    """Count the calls with more than one active phase."""
    active = select(ReviewPhase.call_id).where(ReviewPhase.active_since.is_not(None))
    return _count(db, active.group_by(ReviewPhase.call_id).having(func.count() > 1))


def doubled_reviews(db: DbSession) -> int:
    """Count the assignments with more than one review."""
    return _count(db, select(Review.assignment_id).group_by(Review.assignment_id).having(func.count() > 1))


def conflicted_assignments(db: DbSession) -> int:
    """Count the assignments that go on although a conflict of interest is confirmed."""
    met = (
        select(Assignment.id)
        .join(Reviewer, Reviewer.id == Assignment.reviewer_id)
        .join(
            Conflict,
            (Conflict.staff_id == Reviewer.staff_id) & (Conflict.application_id == Assignment.application_id),
        )
        .where(Conflict.state == ConflictState.CONFIRMED, Assignment.state != AssignmentState.CONFLICTED)
    )
    return _count(db, met)


def released_undecided(db: DbSession) -> int:
    """Count the applications whose team was told a verdict that nobody has given."""
    decided = exists().where(Decision.application_id == Application.id, Decision.verdict.is_not(None))
    return _count(db, select(Application.id).where(Application.released_at.is_not(None), ~decided))


def overfull(db: DbSession) -> int:
    """Count the calls with more places offered and accepted than there are."""
    return _count(db, select(Call.id).where(Call.places < _taken()))


def unenrolled(db: DbSession) -> int:
    """Count the accepted places without an entry in the roster, and the entries without an accepted place."""
    entry = exists().where(RosterEntry.application_id == Application.id)
    accepted = func.coalesce(Application.offer, "") == OfferState.ACCEPTED
    return _count(db, select(Application.id).where(or_(accepted & ~entry, ~accepted & entry)))


def out_of_order(db: DbSession) -> int:
    """Count the promotions that passed over somebody before them on the waiting list.

    A release numbers the waiting list anew, so only promotions between the same two releases are compared.
    """
    return sum(
        position <= most or position > min(waiting.values(), default=position)
        for waiting, most, position in _promotions(db)
    )


def left_waiting(db: DbSession) -> int:
    """Count the calls in which somebody waits although a place is free."""
    waits = exists().where(
        Application.call_id == Call.id,
        Application.waitlist_position.is_not(None),
        Application.state == Lifecycle.SUBMITTED,
    )
    has_room = or_(Call.places.is_(None), Call.places > _taken())
    return _count(db, select(Call.id).where(Call.frozen_at.is_(None), has_room, waits))


def triggers_are_there(db: DbSession) -> bool:
    """Tell whether the triggers that hold conflicts, places and decisions are in place."""
    stored = set(db.scalars(text(STORED_TRIGGERS[db.get_bind().dialect.name])))
    return all(any(each.startswith(name) for each in stored) for name in TRIGGERS)


def _promotions(db: DbSession) -> Iterator[tuple[dict[int, int], int, int]]:
    """Yield for each promotion who still waits, the highest place promoted before it, and its own."""
    releases: dict[int, list[datetime]] = defaultdict(list)
    done = select(Release.call_id, Release.released_at).where(Release.released_at.is_not(None))
    for call, at in db.execute(done.order_by(Release.released_at)):
        releases[call] += [at] if at else []
    waiting = _waiting(db)
    highest: dict[tuple[int, int], int] = defaultdict(int)
    for each in db.scalars(select(Promotion).order_by(Promotion.id)):
        period = sum(at <= each.promoted_at for at in releases[each.call_id])
        is_last = period == len(releases[each.call_id])
        key = each.call_id, period
        yield (waiting[each.call_id] if is_last else {}), highest[key], each.waitlist_position
        highest[key] = max(highest[key], each.waitlist_position)


def _waiting(db: DbSession) -> dict[int, dict[int, int]]:
    """Return by call the places of those who wait, by application."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    statement = select(Application.call_id, Application.id, Application.waitlist_position).where(
        Application.waitlist_position.is_not(None), Application.state == Lifecycle.SUBMITTED
    )
    for call, application, position in db.execute(statement):
        found[call][application] = position or 0
    return found


def _taken() -> ColumnElement[int]:
    """Return how many places of a call are offered or accepted."""
    offered = select(func.count(Application.id)).where(
        Application.call_id == Call.id, Application.offer.in_(TAKING)
    )  # fmt: skip
    return offered.correlate(Call).scalar_subquery()


def _count(db: DbSession, statement: Select[int]) -> int:
    return db.scalar(select(func.count()).select_from(statement.subquery())) or 0
