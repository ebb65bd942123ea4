"""Calls for applications, and the forms they ask to be filled in."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.calls.definition import Definition, Question, from_json, question_in, remembered
from registrar.calls.rules import CallState
from registrar.db import Base
from registrar.programmes.models import Programme


class ApplicationForm(Base):
    """A form that organisers build; its draft changes, its versions never do."""

    __tablename__ = "application_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """For organisers only."""
    draft: Mapped[dict[str, Any]]
    """A `Definition` as JSON."""
    draft_number: Mapped[int] = mapped_column(default=1)
    """Raised by each change of the draft, so that two organisers do not overwrite each other."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    """As in the audit trail: `staff:3`."""

    versions: Mapped[list["FormVersion"]] = relationship(back_populates="form", order_by="FormVersion.number")

    @property
    def draft_definition(self) -> Definition:
        return from_json(self.draft)


class FormVersion(Base):
    """A published form: what teams answer. A trigger keeps it as it is."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("application_form.id"))
    number: Mapped[int]
    """From 1."""
    content: Mapped[dict[str, Any]]
    """A `Definition` as JSON."""
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    form: Mapped[ApplicationForm] = relationship(back_populates="versions")

    @cached_property
    def definition(self) -> Definition:
        return remembered(self.content)

    def question(self, key: str) -> Question | None:
        return question_in(self.content, key)

    @property
    def section_keys(self) -> frozenset[str]:
        return frozenset(section["key"] for section in self.content.get("sections", ()))

    def section_key(self, question: str) -> str | None:
        """Return the section that asks this question."""
        sections = self.content.get("sections", ())
        found = (each for each in sections if any(one["key"] == question for one in each.get("questions", ())))
        return next((each["key"] for each in found), None)


class Call(Base):
    """A call of a programme: who may apply, from when until when, with which form."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="order"),
        CheckConstraint("places IS NULL OR places > 0", name="places"),
        CheckConstraint("offer_days > 0", name="offer_days"),
        CheckConstraint("state = 'draft' OR form_version_id IS NOT NULL", name="has_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    """Permanent address: `/calls/<slug>`."""
    state: Mapped[CallState] = mapped_column(default=CallState.DRAFT)
    title_en: Mapped[str]
    title_fr: Mapped[str]
    about_en: Mapped[str] = mapped_column(default="")
    """Markdown: what it is, and for whom."""
    about_fr: Mapped[str] = mapped_column(default="")
    criteria_en: Mapped[str] = mapped_column(default="")
    """Markdown: what applications are chosen by."""
    criteria_fr: Mapped[str] = mapped_column(default="")
    after_en: Mapped[str] = mapped_column(default="")
    """Markdown: what happens after an application was submitted."""
    after_fr: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The deadline; an application arrives before it."""
    timezone: Mapped[str]
    """In which the organisers say the deadline."""
    grace: Mapped[timedelta]
    """How long after the deadline what is on its way still arrives."""
    decides_on: Mapped[date | None]
    """The day until which teams are told."""
    places: Mapped[int | None]
    offer_days: Mapped[int] = mapped_column(default=7)
    """How many days a team has to accept an offered place; the last one ends at midnight in the call's zone."""
    minutes: Mapped[int | None]
    """How long it takes to fill in the form."""
    eligibility: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Rules, all of which must hold: `{"rule": "completed", "line": "wac-museums"}`; see `eligibility.py`."""
    form_id: Mapped[int] = mapped_column(ForeignKey("application_form.id"), index=True)
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"), index=True)
    """What is answered; drafts follow it, a submitted application stays with the version it was submitted with."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each change, so that two organisers do not overwrite each other."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    """When the season was over: from then on nothing of the call changes."""
    is_demo: Mapped[bool] = mapped_column(default=False)

    programme: Mapped[Programme] = relationship()
    form: Mapped[ApplicationForm] = relationship()
    form_version: Mapped[FormVersion | None] = relationship()

    @property
    def saves_until(self) -> datetime:
        """Until when answers arrive: the deadline with its grace, or the moment at which organisers closed the call."""
        end = self.closes_at + self.grace
        return min(end, self.closed_at) if self.state is CallState.CLOSED and self.closed_at else end

    def title(self, locale: str) -> str:
        return _in(locale, self.title_en, self.title_fr)

    def about(self, locale: str) -> str:
        return _in(locale, self.about_en, self.about_fr)

    def criteria(self, locale: str) -> str:
        return _in(locale, self.criteria_en, self.criteria_fr)

    def after(self, locale: str) -> str:
        return _in(locale, self.after_en, self.after_fr)


def _in(locale: str, english: str, french: str) -> str:
    """Return the text in this language, else in the other."""
    return (french or english) if locale == "fr" else (english or french)
