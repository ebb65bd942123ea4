"""Letter templates and their versions, which never change."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.letters.rules import LetterUse


class LetterTemplate(Base):
    """A letter that organisers write and use again."""

    __tablename__ = "letter_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    use: Mapped[LetterUse]
    """What it is for, which decides about its placeholders."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    versions: Mapped[list["LetterVersion"]] = relationship(order_by="LetterVersion.number", back_populates="template")


class LetterVersion(Base):
    """The words of a letter as they were at one time; a change makes a new version."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("letter_template.id"))
    number: Mapped[int]
    """From 1."""
    subject_en: Mapped[str]
    subject_fr: Mapped[str]
    body_en: Mapped[str]
    """Markdown with `{{ placeholders }}`."""
    body_fr: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    """As in the audit trail."""

    template: Mapped[LetterTemplate] = relationship(back_populates="versions")
