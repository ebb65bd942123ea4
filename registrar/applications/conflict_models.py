"""Conflicts of interest between members of staff and applications."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.db import Base


class Conflict(Base):
    """A member of staff is not impartial about an application; while confirmed it does not exist for them."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("staff_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    source: Mapped[ConflictSource]
    state: Mapped[ConflictState]
    reason: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    said_by: Mapped[str]
    """As in the audit trail."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")

    staff: Mapped[Staff] = relationship()
    application: Mapped[Application] = relationship()
