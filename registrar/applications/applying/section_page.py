"""The page of one section: its questions with what is stored, what was typed and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from registrar.applications import answers
from registrar.applications.answers import TooLate
from registrar.applications.applying.clashes import Clash
from registrar.applications.file_models import Upload
from registrar.applications.files import uploads
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import deadline
from registrar.applications.teams import may_write
from registrar.calls.completeness import progress
from registrar.calls.conditions import asked
from registrar.calls.definition import Definition, Question, Section, to_json
from registrar.calls.rules import QuestionType
from registrar.calls.values import flaw
from registrar.calls.wording import Line, lines
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.programmes.timezones import country_codes
from registrar.web.failures import tell


@dataclass(frozen=True)
class Typed:
    """What a person sent that could not be saved, by question."""

    values: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    """The versions that the person had seen."""
    clashes: Mapping[str, Clash] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)


NOTHING = Typed()


@dataclass(frozen=True)
class Entry:
    """A question on the page."""

    question: Question
    value: Any
    version: int
    is_asked: bool
    message: str
    clash: Clash | None
    is_unsaved: bool = False
    """What stands here was typed and could not be saved."""

    @property
    def lines(self) -> list[Line]:
        """Return the answer to be read."""
        return lines(self.question, self.value)


@dataclass(frozen=True)
class SectionPage:
    """Everything that the page of a section shows."""

    member: Member
    application: Application
    definition: Definition
    section: Section
    stored: Mapping[str, Answer]
    uploads: Sequence[Upload]
    closed: str
    """Why nothing can be changed, in words; empty if the person may."""

    @property
    def number(self) -> int:
        """Return which of the sections it is, from 1."""
        return self.definition.sections.index(self.section) + 1

    @property
    def previous(self) -> Section | None:
        return self.definition.sections[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Section | None:
        return self.definition.sections[self.number] if self.number < len(self.definition.sections) else None

    @cached_property
    def values(self) -> dict[str, Any]:
        return {key: answer.value for key, answer in self.stored.items()}

    def steps(self) -> list[tuple[Section, str]]:
        """Return every section with how far it is filled in."""
        return [
            (each, progress(each, self.definition, self.values, country_codes()).value)
            for each in self.definition.sections
        ]

    def asked_here(self) -> frozenset[str]:
        """Return the keys of the questions of this section that are asked."""
        return asked(self.definition, self.values) & {each.key for each in self.section.questions}

    def entries(self, typed: Typed = NOTHING) -> list[Entry]:
        """Return the questions, with what was typed and not saved instead of what is stored."""
        shown = asked(self.definition, {**self.values, **typed.values})
        return [self._entry(each, each.key in shown, typed) for each in self.section.questions]

    def lines(self, question: Question) -> list[Line]:
        """Return what is stored of an answer, to be read."""
        return lines(question, self.values.get(question.key))

    @property
    def until(self) -> datetime:
        """Return the deadline that the team is told."""
        return deadline(self.application.call.closes_at, self.application.extended_until)

    def conditions(self) -> dict[str, Any]:
        """Return what the browser needs to tell which questions are asked: see `static/js/conditions.js`."""
        here = {each.key for each in self.section.questions if each.type is not QuestionType.FILE}
        rules = [{"key": each.key, "conditions": to_json(each.conditions)} for each in self.definition.questions()]
        named = {condition.question for each in self.definition.questions() for condition in each.conditions}
        elsewhere = {key: value for key, value in self.values.items() if key in named and key not in here}
        versions = {key: self.stored[key].version for key in elsewhere}
        return {"questions": rules, "values": elsewhere, "versions": versions}

    def _entry(self, question: Question, is_asked: bool, typed: Typed) -> Entry:
        key, answer = question.key, self.stored.get(question.key)
        value = typed.values.get(key, answer.value if answer else None)
        version = typed.versions.get(key, answer.version if answer else 0)
        message = typed.messages.get(key) or self._flaw(question, value)
        return Entry(question, value, version, is_asked, message, typed.clashes.get(key), key in typed.values)

    def _flaw(self, question: Question, value: Any) -> str:
        """Return what is wrong with what was answered; that something is still missing is told before submitting."""
        if question.key not in self.stored:
            return ""
        found = flaw(question, value, country_codes()) if value is not None else None
        return tell(Refusal(found.message, **dict(found.values))) if found else ""


def section_page(db: DbSession, member: Member, key: str, *, now: datetime) -> SectionPage | None:
    """Return the page of a section of the application's form; None if the form has no such section."""
    application = member.application
    definition = answers.form_of(application).definition
    section = definition.section(key)
    if section is None:
        return None
    found, files = answers.stored(db, application), uploads.of(db, application)
    return SectionPage(member, application, definition, section, found, files, why_closed(member, now))


def why_closed(member: Member, now: datetime) -> str:
    """Return why this person can change nothing, in words; nothing if they may."""
    try:
        answers.refuse_if_over(member.application, now)
    except TooLate as late:
        return tell(late)
    return "" if may_write(member) else _("You may read this application. Its lead can let you write.")
