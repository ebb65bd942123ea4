"""Past events of the archive, with their talks and speakers."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.programmes.models import Partnership, Speaker
from registrar.programmes.rules import EventKind, SpeakerPart


class Event(Base):
    """A past event of the archive; what is not known is None or empty."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    title: Mapped[str | None]
    kind: Mapped[EventKind]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    year: Mapped[int | None]
    day: Mapped[str | None]
    """A day whose year is not known: `June 28`."""
    place: Mapped[str | None]
    country: Mapped[str | None]
    online: Mapped[bool]
    topic: Mapped[str | None]
    figures: Mapped[dict[str, Any]]
    resources: Mapped[list[str]]

    partnerships: Mapped[list["Partnership"]] = relationship(
        order_by="Partnership.position", cascade="all, delete-orphan"
    )
    sessions: Mapped[list["EventSession"]] = relationship(
        order_by="EventSession.position", cascade="all, delete-orphan"
    )

    @property
    def heading(self) -> str:
        """The title, or the words of the slug where no title is known."""
        return self.title or self.slug.replace("-", " ").capitalize()


class EventSession(Base):
    """One talk or meeting of a past event."""

    __tablename__ = "event_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    on: Mapped[date | None]
    title: Mapped[str]

    speakers: Mapped[list["EventSpeaker"]] = relationship(
        order_by="EventSpeaker.position", cascade="all, delete-orphan"
    )


class EventSpeaker(Base):
    """A speaker's part in a session of a past event."""

    __tablename__ = "event_speaker"

    event_session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), primary_key=True, index=True)
    part: Mapped[SpeakerPart]
    position: Mapped[int]

    speaker: Mapped[Speaker] = relationship()
