"""Signs of life of the workers."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from registrar.db import DbSession, insert_missing
from registrar.mail.models import WorkerBeat

KEPT = timedelta(days=2)
SILENT_AFTER = timedelta(minutes=3)
"""Without a sign of life for this long, no worker is running."""


def beat(db: DbSession, name: str, *, now: datetime) -> None:
    """Note that this worker is alive."""
    known = db.execute(update(WorkerBeat).where(WorkerBeat.name == name).values(beat_at=now).returning(WorkerBeat.name))
    if known.scalar() is None:
        insert_missing(db, WorkerBeat, [{"name": name, "started_at": now, "beat_at": now}])
        db.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - KEPT))


def stop(db: DbSession, name: str, *, now: datetime) -> None:
    """Note that this worker has ended as it should."""
    db.execute(update(WorkerBeat).where(WorkerBeat.name == name).values(beat_at=now, stopped_at=now))


def last_seen_at(db: DbSession) -> datetime | None:
    """Return when a worker that was not stopped last gave a sign of life."""
    return db.scalar(select(func.max(WorkerBeat.beat_at)).where(WorkerBeat.stopped_at.is_(None)))
