"""What a team learns beyond its verdict, if the organisers wish: feedback in the rubric's words, its place in line."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.applications.status import AfterRelease
from registrar.applications.status import Criterion as Told
from registrar.db import DbSession
from registrar.reviews.decision_models import Release
from registrar.reviews.models import Assignment, Criterion, Review, ReviewScore
from registrar.reviews.rules import AssignmentState, ReleaseState, ReviewState

FEEDBACK, PLACE_IN_LINE = "feedback", "place_in_line"
"""Names of the switches in the figures of a release."""


def after_release(db: DbSession, application: Application) -> AfterRelease:
    """Return what the organisers share with a team, as they chose at the newest release of its call."""
    shared = choices(db, application.call_id)
    place = place_in_line(db, application) if shared.get(PLACE_IN_LINE) else None
    if application.released_verdict is not Verdict.DECLINE or not shared.get(FEEDBACK):
        return AfterRelease(place)
    reviews = _reviews(db, application)
    texts = sorted(each.feedback.strip() for each in reviews if each.feedback.strip())
    return AfterRelease(place, _levels(db, application, reviews), texts)


def choices(db: DbSession, call_id: int) -> dict[str, Any]:
    """Return the figures of the newest release of a call, and with them its switches; empty before the first."""
    statement = select(Release.figures).where(Release.call_id == call_id, Release.state == ReleaseState.DONE)
    return db.scalar(statement.order_by(Release.released_at.desc(), Release.id.desc()).limit(1)) or {}


def place_in_line(db: DbSession, application: Application) -> int | None:
    """Return how manieth an application is on the waiting list now."""
    if application.waitlist_position is None:
        return None
    statement = select(func.count()).select_from(Application)
    before = (
        Application.call_id == application.call_id,
        Application.waitlist_position <= application.waitlist_position,
    )
    return db.scalar(statement.where(*before))


def _reviews(db: DbSession, application: Application) -> list[Review]:
    statement = (
        select(Review)
        .join(Review.assignment)
        .where(
            Assignment.application_id == application.id,
            Assignment.state == AssignmentState.ASSIGNED,
            Review.state == ReviewState.SUBMITTED,
        )
        .options(selectinload(Review.scores))
    )
    return list(db.scalars(statement))


def _levels(db: DbSession, application: Application, reviews: list[Review]) -> list[Told]:
    """Return the words of the levels that were given, the most frequent first, so that no order tells who gave it."""
    statement = select(Criterion).where(Criterion.call_id == application.call_id).order_by(Criterion.position)
    scores = [score for review in reviews for score in review.scores]
    return [told for each in db.scalars(statement) if (told := _told(each, scores)).levels]


def _told(criterion: Criterion, scores: list[ReviewScore]) -> Told:
    given = Counter(score.value for score in scores if score.criterion_id == criterion.id)
    words = {level["value"]: level.get("text") or level["title"] for level in criterion.levels}
    ordered = sorted(given, key=lambda value: (-given[value], value))
    titles = {language: text for language in ("en", "fr") if (text := criterion.title(language))}
    return Told(titles, [_filled(words[value]) for value in ordered if value in words])


def _filled(words: dict[str, str]) -> dict[str, str]:
    return {language: text for language, text in words.items() if text}
