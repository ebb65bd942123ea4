"""The discussion of an application among those who choose."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.reviews.decision_models import Contribution
from registrar.reviews.rules import Hearing

LONGEST = 10_000


def contributions(
    db: DbSession, application: Application, hearing: Collection[Hearing] = frozenset(Hearing)
) -> list[Contribution]:
    """Return what is said to some, the oldest first; organisers read all of it."""
    statement = select(Contribution).where(
        Contribution.application_id == application.id,
        Contribution.hearing.in_(hearing),
        Contribution.removed_at.is_(None),
    )
    return list(db.scalars(statement.options(joinedload(Contribution.staff)).order_by(Contribution.id)))


def contribute(
    db: DbSession, application: Application, text: str, hearing: Hearing, *, staff: Staff, now: datetime
) -> Contribution:
    """Add to the discussion."""
    if not text.strip():
        raise Refusal(N_("Write something first."))
    if len(text) > LONGEST:
        raise Refusal(N_("Use at most %(max)d characters."), max=LONGEST)
    contribution = Contribution(application_id=application.id, staff_id=staff.id, hearing=hearing, text=text.strip())
    contribution.created_at = now
    db.add(contribution)
    db.flush()
    audit.record(db, f"staff:{staff.id}", "contribution.add", application, now=now, contribution=contribution.id)
    return contribution


def remove(db: DbSession, contribution: Contribution, *, by: str, now: datetime) -> None:
    """Take a contribution out of the discussion."""
    contribution.removed_at = contribution.removed_at or now
    audit.record(db, by, "contribution.remove", contribution, now=now)


def restore(db: DbSession, contribution: Contribution, *, by: str, now: datetime) -> None:
    """Put a contribution back."""
    contribution.removed_at = None
    audit.record(db, by, "contribution.restore", contribution, now=now)
