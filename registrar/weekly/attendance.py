"""Record who came, provisionally, from the use of the join link."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.weekly.models import Attendance, Seat
from registrar.weekly.rules import AttendanceSource


def record_joining(db: DbSession, seat: Seat, *, now: datetime) -> bool:
    """Record that the holder of this seat went into the meeting, once; return whether it is new."""
    person_id = seat.registration.person_id
    row = {"session_id": seat.session_id, "person_id": person_id, "joined_at": now}
    if not insert_missing(db, Attendance, [row | {"source": AttendanceSource.JOIN_LINK}]):
        return False
    audit.record(db, f"person:{person_id}", "weekly.join", seat, now=now)
    return True


def attended(db: DbSession, person_id: int, session_ids: list[int]) -> set[int]:
    """Return in which of these sessions the person was."""
    statement = select(Attendance.session_id).where(
        Attendance.person_id == person_id, Attendance.session_id.in_(session_ids)
    )
    return set(db.scalars(statement))


def weeks_joined(db: DbSession, person_ids: Sequence[int]) -> int:
    """Count the sessions in which at least one of these people was."""
    statement = select(func.count(Attendance.session_id.distinct())).where(Attendance.person_id.in_(person_ids))
    return db.scalar(statement) or 0
