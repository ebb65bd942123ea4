"""Reminder rules of a programme and the plans that spread them over its sessions."""

from datetime import datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.programmes.models import Session
from registrar.reminders.rules import Anchor, Audience, PlanState

_OPEN = text("state = 'planned'")


class ReminderRule(Base):
    """When which mail goes to whom, for every session of a programme."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        Index(
            "uq_reminder_rule_elapsed",
            "programme_id",
            "anchor",
            "lead",
            "audience",
            unique=True,
            postgresql_where=text("at_local IS NULL"),
            sqlite_where=text("at_local IS NULL"),
        ),
        Index(
            "uq_reminder_rule_wall_clock",
            "programme_id",
            "anchor",
            "lead",
            "audience",
            "at_local",
            unique=True,
            postgresql_where=text("at_local IS NOT NULL"),
            sqlite_where=text("at_local IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    anchor: Mapped[Anchor]
    lead: Mapped[timedelta]
    """Time before the start, or after the end or the publication: elapsed, or whole days where `at_local` is set."""
    at_local: Mapped[time | None]
    """Wall-clock time in the session's zone, on the day that `lead` names; None: elapsed time."""
    audience: Mapped[Audience]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("letter_template.id"))
    """The organiser's own words; None: the words of the house."""
    disabled_at: Mapped[datetime | None]


class ReminderExemption(Base):
    """A rule that is switched off for one session."""

    __tablename__ = "reminder_exemption"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("reminder_rule.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]


class ReminderPlan(Base):
    """One rule applied to one revision of one session, and how far its fan-out has come."""

    __tablename__ = "reminder_plan"
    __table_args__ = (
        UniqueConstraint("session_id", "rule_id", "revision"),
        Index("ix_reminder_plan_due", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("reminder_rule.id"), index=True)
    revision: Mapped[int]
    state: Mapped[PlanState]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cursor: Mapped[int] = mapped_column(default=0)
    """The last registration that the fan-out has dealt with."""
    queued: Mapped[int] = mapped_column(default=0)
    """How many mails the fan-out has written so far."""
    finished_at: Mapped[datetime | None]

    session: Mapped[Session] = relationship()
    rule: Mapped[ReminderRule] = relationship()
