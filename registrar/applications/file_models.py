"""What teams upload: a file is stored once by its content, an upload is its place in an application."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.applications.models import Application
from registrar.db import Base
from registrar.people.models import Person


class StoredFile(Base):
    """Content on disk, below the data folder and outside the web root, named by its hash."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    """In bytes."""
    media_type: Mapped[str]
    """As recognised from the content."""
    created_at: Mapped[datetime]


class Upload(Base):
    """A file that answers a question; the answer holds the numbers of its uploads."""

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_application_id_question", "application_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    question: Mapped[str]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str]
    """As the person's computer called it, made harmless."""
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship()
    application: Mapped[Application] = relationship()
    uploaded_by: Mapped[Person | None] = relationship()
