"""Who reviews a call: phases, rubric, reviewers with their ties, conflicts, assignments, reviews and their scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import Base
from registrar.people.models import Institution
from registrar.reviews.rules import (
    AssignmentState,
    Capabilities,
    ReviewState,
    Sees,
    Tie,
)

_ACTIVE = text("active_since IS NOT NULL")


class ReviewPhase(Base):
    """A phase of a call's review: a set of capabilities; one is active, or none."""

    __tablename__ = "review_phase"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        Index("uq_review_phase_active", "call_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    name_en: Mapped[str]
    name_fr: Mapped[str]
    sees_names: Mapped[bool]
    scores: Mapped[bool]
    sees_others: Mapped[Sees]
    discusses: Mapped[bool]
    decides: Mapped[bool]
    ends_at: Mapped[datetime | None]
    """Until when reviewers are asked to be done; reminders count from here."""
    active_since: Mapped[datetime | None]

    def name(self, locale: str) -> str:
        return (self.name_fr or self.name_en) if locale == "fr" else (self.name_en or self.name_fr)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(self.sees_names, self.scores, self.sees_others, self.discusses, self.decides)


class Criterion(Base):
    """A criterion of a call's rubric, with each of its levels described."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("call_id", "position"),
        CheckConstraint("weight > 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    help_en: Mapped[str] = mapped_column(default="")
    help_fr: Mapped[str] = mapped_column(default="")
    weight: Mapped[float]
    required: Mapped[bool] = mapped_column(default=True)
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """`[{"value": 1, "title": {"en": "Weak", "fr": "Faible"}, "text": {"en": "…", "fr": "…"}}]`, the lowest first."""
    retired_at: Mapped[datetime | None]
    """No longer asked; its scores stay readable."""

    def title(self, locale: str) -> str:
        return (self.title_fr or self.title_en) if locale == "fr" else (self.title_en or self.title_fr)


class Reviewer(Base):
    """A member of staff who reviews applications to a call."""

    __tablename__ = "reviewer"
    __table_args__ = (UniqueConstraint("call_id", "staff_id"), CheckConstraint("load >= 0", name="load"))

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    """In which they read applications; empty: any."""
    subjects: Mapped[list[str]] = mapped_column(JSON)
    """What they know most about."""
    load: Mapped[int]
    """Most reviews they take on."""
    shortcuts: Mapped[bool] = mapped_column(default=True)
    """Whether the keyboard moves and scores."""
    invited_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
    call: Mapped[Call] = relationship()
    ties: Mapped[list["ReviewerTie"]] = relationship(cascade="all, delete-orphan")


class ReviewerTie(Base):
    """What binds a reviewer to an institution, as they or an organiser said."""

    __tablename__ = "reviewer_tie"
    __table_args__ = (UniqueConstraint("reviewer_id", "institution_id", "tie"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id", ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    tie: Mapped[Tie]

    institution: Mapped[Institution] = relationship()


class Assignment(Base):
    """An application given to a reviewer; a trigger refuses one where a conflict is confirmed."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        Index(None, "application_id", "state"),
        Index(None, "reviewer_id", "state", "application_id"),
        CheckConstraint("state = 'assigned' OR state = 'conflicted' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.ASSIGNED)
    reason: Mapped[str] = mapped_column(default="")
    """Why the reviewer abstains or recuses."""
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str]
    state_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    reviewer: Mapped[Reviewer] = relationship()
    review: Mapped["Review | None"] = relationship(back_populates="assignment", uselist=False, passive_deletes=True)


class Review(Base):
    """What a reviewer says about an application: a draft saved as it is typed, then submitted."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
        Index(None, "assignment_id", "state", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), unique=True)
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each save: one that knows an older version does not overwrite."""
    comment: Mapped[str] = mapped_column(default="")
    """To the committee."""
    private_note: Mapped[str] = mapped_column(default="")
    """For the reviewer alone."""
    feedback: Mapped[str] = mapped_column(default="")
    """To the applicant, if the organisers send it on."""
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(back_populates="review")
    scores: Mapped[list["ReviewScore"]] = relationship(passive_deletes=True, cascade="all, delete-orphan")


class ReviewScore(Base):
    """The level that a review gives to a criterion; no row is blank, not zero."""

    __tablename__ = "review_score"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True, index=True)
    value: Mapped[int]
