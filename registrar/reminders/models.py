"""Reminder rules of a programme and the plans that spread them over its sessions."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.programmes.models import Session
from registrar.reminders.rules import Anchor, Audience, PlanState

_OPEN = text("state = 'planned'")


class ReminderRule(Base):
    """When which mail goes to whom, for every session of a programme."""

    __tablename__ = "reminder_rule"
    __table_args__ = (UniqueConstraint("programme_id", "anchor", "lead"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    anchor: Mapped[Anchor]
    lead: Mapped[timedelta]
    """Elapsed time before the start, or after the publication."""
    audience: Mapped[Audience]
    disabled_at: Mapped[datetime | None]


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
    finished_at: Mapped[datetime | None]

    session: Mapped[Session] = relationship()
    rule: Mapped[ReminderRule] = relationship()
