"""Writing a review: saved as it is typed, submitted when complete, or handed back with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.reviews.access import Seat
from registrar.reviews.models import Assignment, Criterion, Review, ReviewScore
from registrar.reviews.rules import AssignmentState, ReviewState, Weighed, is_complete, move

LONGEST = 20_000


@dataclass(frozen=True)
class Typed:
    """What a reviewer has typed so far; None for a score is blank."""

    scores: Mapping[int, int | None]
    """By criterion."""
    comment: str = ""
    private_note: str = ""
    feedback: str = ""


class StaleReview(Conflict):
    """The review was saved elsewhere since it was read; `current` is what is stored."""

    def __init__(self, current: Review) -> None:
        super().__init__(N_("This review was changed in another window in the meantime."))
        self.current = current


def criteria(db: DbSession, call_id: int) -> list[Criterion]:
    """Return what a call is scored by, in order."""
    statement = select(Criterion).where(Criterion.call_id == call_id, Criterion.retired_at.is_(None))
    return list(db.scalars(statement.order_by(Criterion.position)))


def save(db: DbSession, seat: Seat, typed: Typed, *, seen: int, now: datetime) -> Review:
    """Save a review as it is typed, complete or not; a submitted one stays submitted only while complete.

    Raise `StaleReview` if it was saved since version `seen` (0: there is none yet), `Refusal` outside a scoring phase.
    """
    review = _locked(db, seat, seen)
    _refuse_wrong_levels(db, seat, typed)
    review.comment, review.private_note, review.feedback = typed.comment, typed.private_note, typed.feedback
    _put_scores(db, review, typed.scores)
    if review.state is ReviewState.SUBMITTED and not is_complete(weighed(criteria_of(db, seat), review)):
        raise Refusal(N_("A submitted review needs a score for every required criterion."))
    review.version, review.saved_at = review.version + 1, now
    db.flush()
    return review


def submit(db: DbSession, seat: Seat, *, seen: int, actor: str, now: datetime) -> Review:
    """Submit a complete review; it may be changed as long as the phase lets reviewers score."""
    review = _locked(db, seat, seen)
    if not is_complete(weighed(criteria_of(db, seat), review)):
        raise Refusal(N_("Give every required criterion a score, or abstain."))
    review.state, review.submitted_at = ReviewState.SUBMITTED, review.submitted_at or now
    review.version += 1
    scores = {str(each.criterion_id): each.value for each in review.scores}
    audit.record(db, actor, "review.submit", seat.assignment, now=now, scores=scores)
    db.flush()
    return review


def hand_back(
    db: DbSession, assignment: Assignment, to: AssignmentState, reason: str, *, actor: str, now: datetime
) -> None:
    """Abstain from an application or recuse oneself; says why. What was written stays with the assignment."""
    if not reason.strip():
        raise Refusal(N_("Say why, so that the organisers can find somebody else."))
    _become(db, assignment, to, reason.strip(), actor, now)


def take_again(db: DbSession, assignment: Assignment, *, actor: str, now: datetime) -> None:
    """Go on after all."""
    _become(db, assignment, AssignmentState.ASSIGNED, "", actor, now)


def weighed(found: list[Criterion], review: Review | None) -> list[Weighed]:
    """Return the scores of a review by criterion, blank ones too."""
    values = {each.criterion_id: float(each.value) for each in review.scores} if review else {}
    return [Weighed(each.weight, each.required, values.get(each.id)) for each in found]


def criteria_of(db: DbSession, seat: Seat) -> list[Criterion]:
    return criteria(db, seat.assignment.application.call_id)


def _become(db: DbSession, assignment: Assignment, to: AssignmentState, reason: str, actor: str, now: datetime) -> None:
    assignment.state, assignment.reason, assignment.state_at = move(assignment.state, to), reason, now
    audit.record(db, actor, f"assignment.{to}", assignment, now=now)
    db.flush()


def _locked(db: DbSession, seat: Seat, seen: int) -> Review:
    """Return the review with its assignment locked, or a new one; refuse what was seen older."""
    if not seat.capabilities.scores:
        raise Refusal(N_("Scores are not open at the moment."))
    refuse_if_frozen(seat.assignment.application.call)
    lock = select(Assignment.id).where(Assignment.id == seat.assignment.id).with_for_update()
    db.execute(lock)
    statement = select(Review).where(Review.assignment_id == seat.assignment.id)
    review = db.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if review is None:
        review = Review(assignment_id=seat.assignment.id, version=0, state=ReviewState.DRAFT)
        review.comment = review.private_note = review.feedback = ""
        review.saved_at = seat.assignment.assigned_at
        db.add(review)
    if review.version != seen:
        raise StaleReview(review)
    return review


def _refuse_wrong_levels(db: DbSession, seat: Seat, typed: Typed) -> None:
    levels = {each.id: {level["value"] for level in each.levels} for each in criteria_of(db, seat)}
    for criterion, value in typed.scores.items():
        if criterion not in levels or (value is not None and value not in levels[criterion]):
            raise Refusal(N_("Choose one of the levels of the criterion."))
    if max(map(len, (typed.comment, typed.private_note, typed.feedback))) > LONGEST:
        raise Refusal(N_("Use at most %(max)d characters."), max=LONGEST)


def _put_scores(db: DbSession, review: Review, scores: Mapping[int, int | None]) -> None:
    kept = {each.criterion_id: each for each in review.scores}
    for criterion, value in scores.items():
        if value is None:
            if criterion in kept:
                review.scores.remove(kept[criterion])
        elif criterion in kept:
            kept[criterion].value = value
        else:
            review.scores.append(ReviewScore(criterion_id=criterion, value=value))
    db.flush()
