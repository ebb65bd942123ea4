"""Seasons, programmes, weekly sessions and past events, with their speakers and partners."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.people.models import Institution
from registrar.programmes.rules import Access, ProgrammeKind, SeasonStatus, SpeakerPart


class Organisation(Base):
    """The organisation whose catalogue this is: a single row."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    since: Mapped[int | None]
    purpose: Mapped[str | None]
    founder: Mapped[str | None]
    website: Mapped[str | None]
    default_timezone: Mapped[str]
    locales: Mapped[list[str]]


class Partner(Base):
    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Season(Base):
    """A season of programmes, running or archived; what is not known is None or empty."""

    __tablename__ = "season"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    """Order in the catalogue, the newest first."""
    title: Mapped[str]
    status: Mapped[SeasonStatus]
    started: Mapped[str | None]
    """As precise as it is known: `2021`, `2021-12` or `2021-12-01`."""
    open_call_on: Mapped[date | None]
    demo_day_on: Mapped[date | None]
    programme_lines: Mapped[list[str]]
    figures: Mapped[dict[str, Any]]
    resources: Mapped[list[str]]

    programmes: Mapped[list["Programme"]] = relationship(back_populates="season", order_by="Programme.position")
    partnerships: Mapped[list["Partnership"]] = relationship(
        order_by="Partnership.position", cascade="all, delete-orphan"
    )
    selections: Mapped[list["Selection"]] = relationship(order_by="Selection.position", cascade="all, delete-orphan")


class Programme(Base):
    """One programme of a season: a weekly series, a cohort or an accelerator."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    line: Mapped[str] = mapped_column(index=True)
    """The same programme across seasons: `wac-museums`; the slug of its first edition."""
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[ProgrammeKind]
    access: Mapped[Access]
    weeks: Mapped[int | None]
    places: Mapped[int | None]
    applicant: Mapped[str | None]
    topic: Mapped[str | None]
    methods: Mapped[list[str]]
    mentors: Mapped[int | None]
    eligible_after: Mapped[str | None]
    """Slug of the programme that must have been completed before."""
    matched_with: Mapped[str | None]
    ends_with: Mapped[str | None]
    expected_registrations: Mapped[int | None]
    after_each_session: Mapped[list[str]]
    weekday: Mapped[int | None]
    """0 is Monday."""
    starts: Mapped[time | None]
    """Wall-clock time in `timezone`."""
    timezone: Mapped[str]
    duration: Mapped[timedelta | None]
    online: Mapped[bool]
    capacity: Mapped[int | None]
    """Seats per session for sessions generated from now on; None is unlimited."""
    join_url: Mapped[str | None]
    """Meeting address of sessions that have none of their own."""

    season: Mapped[Season] = relationship(back_populates="programmes")
    sessions: Mapped[list["Session"]] = relationship(back_populates="programme", order_by="Session.starts_at")


class Session(Base):
    """One meeting of a series, with its place in the calendar for life (`uid`)."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("programme_id", "slug"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    slug: Mapped[str]
    """Permanent address within the series: `week-9`."""
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar SEQUENCE: raised when time or status changes, not for a typo (RFC 5545)."""
    revision: Mapped[int] = mapped_column(default=0)
    """Raised when time or status changes; reminders planned for an earlier revision are void."""
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    title_en: Mapped[str]
    title_fr: Mapped[str]
    description_en: Mapped[str] = mapped_column(default="")
    """Markdown."""
    description_fr: Mapped[str] = mapped_column(default="")
    join_url: Mapped[str | None]
    capacity: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    added_at: Mapped[datetime | None]
    """When it was added to a series that people had already signed up for."""
    cancelled_at: Mapped[datetime | None]
    cancel_reason_en: Mapped[str] = mapped_column(default="")
    cancel_reason_fr: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    """Markdown."""
    summary_fr: Mapped[str] = mapped_column(default="")
    recording_url: Mapped[str | None]
    published_at: Mapped[datetime | None]
    """When the page turned from "join" to "watch": summary, recording and resources are public."""
    is_demo: Mapped[bool] = mapped_column(default=False)

    programme: Mapped[Programme] = relationship(back_populates="sessions")
    speakers: Mapped[list["SessionSpeaker"]] = relationship(
        order_by="SessionSpeaker.position", cascade="all, delete-orphan"
    )
    resources: Mapped[list["Resource"]] = relationship(order_by="Resource.position", cascade="all, delete-orphan")

    def title(self, locale: str) -> str:
        """Return the title in this language, else in the other; while it has none yet, that of its series."""
        first, second = self.title_en, self.title_fr
        return ((second or first) if locale == "fr" else (first or second)) or self.programme.title

    def description(self, locale: str) -> str:
        first, second = self.description_en, self.description_fr
        return (second or first) if locale == "fr" else (first or second)

    def summary(self, locale: str) -> str:
        first, second = self.summary_en, self.summary_fr
        return (second or first) if locale == "fr" else (first or second)

    def cancel_reason(self, locale: str) -> str:
        first, second = self.cancel_reason_en, self.cancel_reason_fr
        return (second or first) if locale == "fr" else (first or second)


class Speaker(Base):
    """Someone who speaks or moderates."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("name", "affiliation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str | None]
    affiliation: Mapped[str | None]
    country: Mapped[str | None]


class SessionSpeaker(Base):
    """A speaker's part in a weekly session."""

    __tablename__ = "session_speaker"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), primary_key=True, index=True)
    part: Mapped[SpeakerPart]
    position: Mapped[int]

    speaker: Mapped[Speaker] = relationship()


class Resource(Base):
    """A link that a session leaves behind: slides, an article, a tool."""

    __tablename__ = "resource"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label: Mapped[str]
    url: Mapped[str]


class Partnership(Base):
    """A partner of a season or of an event."""

    __tablename__ = "partnership"
    __table_args__ = (
        CheckConstraint("(season_id IS NULL) <> (event_id IS NULL)", name="of_one"),
        UniqueConstraint("season_id", "partner_id"),
        UniqueConstraint("event_id", "partner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    position: Mapped[int]

    partner: Mapped[Partner] = relationship()


class Selection(Base):
    """An institution that was selected in an earlier season."""

    __tablename__ = "selection"

    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True, index=True)
    position: Mapped[int]

    institution: Mapped[Institution] = relationship()


class Completion(Base):
    """An institution completed a programme line: evidence for the calls that ask for it."""

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("institution_id", "line", "season_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    line: Mapped[str]
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    note: Mapped[str]
    """How the organisers know."""
    stated_at: Mapped[datetime]
    stated_by: Mapped[str]
    """As in the audit trail: `staff:3`."""

    institution: Mapped[Institution] = relationship()
    season: Mapped[Season] = relationship()
