"""Write the audit trail."""

from datetime import datetime
from typing import Any

from registrar.audit.models import AuditEntry
from registrar.db import Base, DbSession


def record(db: DbSession, actor: str, action: str, subject: Base, *, now: datetime, **details: Any) -> None:
    """Add one entry about a stored subject to the current transaction; details hold facts, never names or addresses."""
    subject_id: int = subject.id  # type: ignore[attr-defined]  # every subject has an id
    entry = AuditEntry(at=now, actor=actor, action=action, details=details)
    entry.subject, entry.subject_id = subject.__tablename__, subject_id
    db.add(entry)
