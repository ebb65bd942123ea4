"""The audit trail: one entry per change, written in its transaction, never altered (triggers hold that)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registrar.db import Base


class AuditEntry(Base):
    """Who did what to what, and when; holds ids and facts, never names or addresses."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    """`staff:3`, `person:12`, `anyone`, `worker` or `command`."""
    action: Mapped[str]
    """A verb of the product: `weekly.confirm`, `session.move`."""
    subject: Mapped[str]
    subject_id: Mapped[int]
    details: Mapped[dict[str, Any]]
