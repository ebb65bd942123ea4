"""Reminders to reviewers with outstanding work, before and after a phase ends: one digest over all their calls."""

from datetime import datetime, timedelta

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane
from registrar.reviews import outstanding
from registrar.reviews.models import Reviewer, ReviewPhase
from registrar.reviews.rules import REVIEW_REMINDERS, reminder_due

KIND = "reviews.reminder"
USEFUL = timedelta(days=1)
"""How long a digest is worth sending."""


def remind(db: DbSession, now: datetime) -> int:
    """Queue the digests that are due; a job of the worker. Return how many are new.

    A member of staff whose calls end on the same day gets one: its key is the day and the person.
    """
    return sum(_remind(db, phase, lead, now) for phase, lead in _due(db, now))


JOBS = (remind,)


def _due(db: DbSession, now: datetime) -> list[tuple[ReviewPhase, timedelta]]:
    first, last = min(REVIEW_REMINDERS), max(REVIEW_REMINDERS) + USEFUL
    statement = (
        select(ReviewPhase)
        .join(Call, Call.id == ReviewPhase.call_id)
        .where(
            ReviewPhase.active_since.is_not(None),
            ReviewPhase.scores,
            ReviewPhase.ends_at > now - last,
            ReviewPhase.ends_at <= now - first,
            Call.frozen_at.is_(None),
        )
        .order_by(ReviewPhase.ends_at, ReviewPhase.id)
    )
    found = ((phase, reminder_due(phase.ends_at, now)) for phase in db.scalars(statement) if phase.ends_at)
    return [(phase, lead) for phase, lead in found if lead is not None]


def _remind(db: DbSession, phase: ReviewPhase, lead: timedelta, now: datetime) -> int:
    reviewers = select(Staff).join(Reviewer, Reviewer.staff_id == Staff.id)
    reviewers = reviewers.where(Reviewer.call_id == phase.call_id, Reviewer.left_at.is_(None))
    people = db.scalars(reviewers.where(Staff.deactivated_at.is_(None)).order_by(Staff.id)).all()
    ends_at = phase.ends_at or now
    mails = [_mail(each, ends_at + lead) for each in people if outstanding.of_staff(db, each)]
    return enqueue(db, *mails, now=now)


def _mail(staff: Staff, due_at: datetime) -> NewMail:
    return NewMail(
        key=f"review-reminder:{due_at:%Y-%m-%d}:{staff.id}",
        kind=KIND,
        lane=Lane.REMINDER,
        staff_id=staff.id,
        due_at=due_at,
        expires_at=due_at + USEFUL,
    )
