"""Applications as the rows of a table, for whom it is exported: fixed columns, then one for each question."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import gettext as _

from registrar.applications.desk import words
from registrar.applications.desk.export_queries import Exported
from registrar.applications.documents.contents import Entry, Reader, may_read
from registrar.applications.visibility import View, view
from registrar.calls.definition import Definition, Question
from registrar.calls.rules import QuestionType
from registrar.calls.values import number_of
from registrar.web.locale import country_name, current_locale

Cell = str | int | float | date | datetime | None
"""Moments are naive and in UTC: spreadsheets know no zones."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what stands in it for an application."""

    heading: str
    cell: Callable[[Exported, View], Cell]


@dataclass(frozen=True)
class Sheet:
    """The columns of a table for one reader, questions last."""

    reader: Reader
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]

    @property
    def headings(self) -> list[str]:
        locale = current_locale()
        return [each.heading for each in self.columns] + [each.label.in_(locale) for each in self.questions]

    def row(self, exported: Exported) -> list[Cell]:
        """Return the cells of one application."""
        seen = view(exported.source, self.reader)
        entries = {entry.question.key: entry for part in seen.parts for entry in part.entries}
        return [
            *(column.cell(exported, seen) for column in self.columns),
            *(_answer(entries.get(question.key)) for question in self.questions),
        ]


def sheet(versions: Iterable[Definition], reader: Reader) -> Sheet:
    """Return the table for a reader; a question that only an older version asked stands behind the others."""
    questions: dict[str, Question] = {}
    for definition in versions:
        for question in definition.questions():
            if may_read(question, reader):
                questions.setdefault(question.key, question)
    return Sheet(reader, _columns(reader), tuple(questions.values()))


def people_headings() -> list[str]:
    return [_("Reference"), _("Institution"), _("Name"), _("Part"), _("E-mail address"), _("Since (UTC)")]


def people(exported: Exported) -> Iterator[list[Cell]]:
    """Yield a row for each member of a team."""
    for member in exported.beside.members:
        known: list[Cell] = [exported.source.reference, exported.source.institution, member.person.name]
        yield [*known, str(words.ROLES[member.role]), member.person.email, _utc(member.joined_at)]


def _columns(reader: Reader) -> tuple[Column, ...]:
    reference = Column(_("Reference"), lambda _each, seen: seen.reference)
    if reader is Reader.BLIND_REVIEWERS:
        return (reference,)
    who = (
        Column(_("Institution"), lambda _each, seen: seen.institution),
        Column(_("Country"), lambda _each, seen: country_name(seen.country) if seen.country else None),
        Column(_("Kind of institution"), lambda _each, seen: str(words.KINDS[seen.kind]) if seen.kind else None),
    )
    return (reference, *who, *(_organisers_columns() if reader is Reader.TEAM else ()))


def _organisers_columns() -> tuple[Column, ...]:
    return (
        Column(_("State"), lambda each, _seen: str(words.STATES[each.application.state])),
        Column(_("Begun (UTC)"), lambda each, _seen: _utc(each.application.created_at)),
        Column(_("First submitted (UTC)"), lambda each, _seen: _utc(each.application.submitted_at)),
        Column(_("What counts is from (UTC)"), lambda each, _seen: _utc(each.application.counted_at)),
        Column(_("Eligibility by the rules"), lambda each, _seen: str(words.FINDINGS[each.beside.finding])),
        Column(_("Decision about eligibility"), lambda each, _seen: _decision(each)),
        Column(_("Reason of the decision"), lambda each, _seen: each.application.eligibility_reason or None),
        Column(_("Tags"), lambda each, _seen: ", ".join(each.beside.tags) or None),
        Column(_("People in the team"), lambda each, _seen: len(each.beside.members)),
    )


def _decision(each: Exported) -> str | None:
    decision = each.application.eligibility
    return str(words.OVERRIDES[decision]) if decision else None


def _answer(entry: Entry | None) -> Cell:
    """Return an answer as a number or a date where it is one, else as text."""
    if entry is None or not entry.lines:
        return None
    if entry.question.type is QuestionType.NUMBER and (number := number_of(entry.value)) is not None:
        return int(number) if number == number.to_integral_value() and abs(number) < 10**15 else float(number)
    if entry.question.type is QuestionType.DATE and (day := _day(entry.value)) is not None:
        return day
    return "\n".join(line.text for line in entry.lines)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC).replace(tzinfo=None) if at else None


def as_text(cell: Cell) -> str:
    """Write a cell for a file of text."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else str(cell)
