"""What organisers put beside applications: notes, tags, and the views of their list that they keep."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.accounts.models import Staff
from registrar.db import Base


class Note(Base):
    """An organiser's note; no team and no reviewer sees it."""

    __tablename__ = "application_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    staff: Mapped[Staff | None] = relationship()


class ApplicationTag(Base):
    """A word that organisers put on an application."""

    __tablename__ = "application_tag"
    __table_args__ = (UniqueConstraint("application_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    tag: Mapped[str] = mapped_column(index=True)


class SavedView(Base):
    """Filters and order of a list that an organiser keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "list", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    list: Mapped[str]
    """Which list: `applications:<call>`."""
    name: Mapped[str]
    query: Mapped[str]
    """Query string of the address."""
    shared_at: Mapped[datetime | None]
    """Since when the other organisers see it."""
