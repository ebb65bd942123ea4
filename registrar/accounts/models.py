"""Staff and their signed-in sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.accounts.rules import Role
from registrar.db import Base


class Staff(Base):
    """A person who works with the console; signs in by a single-use link."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    locale: Mapped[str]
    timezone: Mapped[str]
    invited_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    link_number: Mapped[int] = mapped_column(default=0)
    """Raised when a sign-in link is used, so that it and every other one end."""


class StaffSession(Base):
    """One browser signed in; the cookie holds a random token, this row its hash."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
