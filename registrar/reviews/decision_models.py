"""What organisers decide in private: verdicts with their reasons, discussion, scenarios, and the release of a call."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.db import Base
from registrar.letters.models import LetterTemplate
from registrar.reviews.rules import Hearing, ReleaseState

_ASKED = text("state = 'asked'")


class Decision(Base):
    """The organisers' verdict on an application; nobody of its team learns anything of it before its release."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("call_id", "waitlist_position"),
        CheckConstraint("waitlist_position IS NULL OR verdict = 'waitlist'", name="waitlist"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    verdict: Mapped[Verdict | None]
    waitlist_position: Mapped[int | None]
    """From 1, the next to be offered a place."""
    reason: Mapped[str] = mapped_column(default="")
    """For the organisers."""
    version: Mapped[int] = mapped_column(default=1)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]

    application: Mapped[Application] = relationship()


class Contribution(Base):
    """A contribution to the discussion of an application."""

    __tablename__ = "contribution"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    hearing: Mapped[Hearing]
    text: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    staff: Mapped[Staff | None] = relationship()


class Scenario(Base):
    """A choice under rules that organisers weighed; the chosen one says why."""

    __tablename__ = "scenario"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    name: Mapped[str]
    places: Mapped[int]
    limits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Rules as JSON; see `scenarios.Limit`."""
    result: Mapped[dict[str, Any]]
    """Who would be chosen, the totals and the prices, as they were computed."""
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    chosen_at: Mapped[datetime | None]


class CallLetter(Base):
    """The letter that tells a verdict of a call."""

    __tablename__ = "call_letter"
    __table_args__ = (UniqueConstraint("call_id", "verdict"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    verdict: Mapped[Verdict]
    template_id: Mapped[int] = mapped_column(ForeignKey("letter_template.id"), index=True)

    template: Mapped[LetterTemplate] = relationship()


class Release(Base):
    """A release of decisions: all of them in one transaction, by one person or two."""

    __tablename__ = "release"
    __table_args__ = (
        Index("uq_release_asked", "call_id", unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED),
        CheckConstraint("(state = 'done') = (released_at IS NOT NULL)", name="released"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    state: Mapped[ReleaseState]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    offers_until: Mapped[datetime]
    """Until when offered places may be accepted."""
    confirmed_by: Mapped[str] = mapped_column(default="")
    """The second person, where two are needed."""
    released_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]]
    """Counts by verdict, letters, places, and a fingerprint of the decisions that were looked at."""

    call: Mapped[Call] = relationship()
