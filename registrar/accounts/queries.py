"""Find members of staff, and how often one has asked for a link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.mail.models import OutboxMail


@dataclass(frozen=True)
class Member:
    """A member of staff as the team page shows them."""

    staff: Staff
    last_sign_in_at: datetime | None
    open_sessions: int


def by_key(db: DbSession, email_key: str) -> Staff | None:
    """Return the member of staff with this address."""
    return db.scalar(select(Staff).where(Staff.email_key == email_key))


def team(db: DbSession, now: datetime) -> list[Member]:
    """Return everyone of the staff: the active first, by name."""
    is_open = StaffSession.ended_at.is_(None) & (StaffSession.expires_at > now)
    statement = (
        select(Staff, func.max(StaffSession.created_at), func.count(StaffSession.id).filter(is_open))
        .outerjoin(StaffSession, StaffSession.staff_id == Staff.id)
        .group_by(Staff.id)
        .order_by(Staff.deactivated_at.is_not(None), Staff.name, Staff.id)
    )
    return [Member(staff, last, opened) for staff, last, opened in db.execute(statement)]


def other_admins(db: DbSession, staff: Staff) -> int:
    """Count the active administrators besides this one, and lock them until the transaction ends."""
    statement = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.deactivated_at.is_(None))
    locked = db.scalars(statement.order_by(Staff.id).with_for_update()).all()
    return len([each for each in locked if each != staff.id])


def links_asked(db: DbSession, staff: Staff, within: timedelta, now: datetime) -> int:
    """Count the sign-in links that were mailed to this account in the time before now."""
    statement = select(func.count()).where(
        OutboxMail.staff_id == staff.id, OutboxMail.kind == "accounts.sign_in", OutboxMail.created_at > now - within
    )
    return db.scalar(statement) or 0
