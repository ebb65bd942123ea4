"""Applications as organisers list them: filtered, sorted, a page at a time, never with their answers.

What a reader has a conflict with is not there for them: neither as a row nor in a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, cast, func, literal, or_, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.desk.rules import PER_PAGE, ApplicationFilter, Entitled, Mark, Sort
from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.findings import finding
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import Lifecycle, Override
from registrar.calls.eligibility import Finding
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.folding import contains, folded
from registrar.people.models import Institution, InstitutionAlias, Person
from registrar.people.rules import InstitutionKind
from registrar.programmes.models import Programme

BLANK = ("null", '""', "[]")
"""What stored JSON says where nothing was answered."""


@dataclass(frozen=True)
class Row:
    """One application of the list."""

    id: int
    reference: str
    institution: str
    country: str
    kind: InstitutionKind | None
    state: Lifecycle
    created_at: datetime
    submitted_at: datetime | None
    grace_asked_at: datetime | None
    override: Override | None
    finding: Finding
    answered: int
    """How many of the answers that everybody has to give are there."""
    tags: tuple[str, ...]
    notes: int


def call_with_form(db: DbSession, slug: str) -> Call | None:
    """Return a call with its programme and the form that is answered."""
    wanted = (joinedload(Call.programme).joinedload(Programme.season), joinedload(Call.form_version))
    return db.scalar(select(Call).where(Call.slug == slug).options(*wanted))


def needed(call: Call) -> list[str]:
    """Return the keys of the questions that everybody has to answer."""
    if call.form_version is None:
        return []
    return [each.key for each in call.form_version.definition.questions() if each.required and not each.conditions]


def rows(db: DbSession, call: Call, staff: Staff, wanted: ApplicationFilter, number: int) -> tuple[list[Row], int]:
    """Return a page of applications, and how many are known to follow it (0 or 1)."""
    statement = _ordered(call, staff, wanted).offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)
    found = db.scalars(statement).all()
    by_id = {
        each.id: _row(each) for each in db.execute(_facts(call, staff).where(Application.id.in_(found[:PER_PAGE])))
    }
    return [by_id[each] for each in found[:PER_PAGE]], len(found[PER_PAGE:])


def ids(db: DbSession, call: Call, staff: Staff, wanted: ApplicationFilter) -> Sequence[int]:
    """Return every application that is asked for, in its order."""
    return db.scalars(_ordered(call, staff, wanted)).all()


def of_call(db: DbSession, call: Call, staff: Staff, numbers: Sequence[int]) -> list[int]:
    """Return those of these applications that belong to a call."""
    statement = select(Application.id).where(*_within(call, staff), Application.id.in_(numbers))
    return list(db.scalars(statement.order_by(Application.id)))


def counts(db: DbSession, call: Call, staff: Staff) -> dict[tuple[Lifecycle, str], int]:
    """Count the applications of a call by state and country of the institution."""
    statement = (
        select(Application.state, Institution.country, func.count())
        .join(Application.institution)
        .where(*_within(call, staff))
        .group_by(Application.state, Institution.country)
    )
    return {(state, country): count for state, country, count in db.execute(statement)}


def tags_used(db: DbSession, call: Call, staff: Staff) -> list[str]:
    """Return the tags on applications of a call in the order of the alphabet."""
    of_call = select(Application.id).where(*_within(call, staff))
    statement = select(ApplicationTag.tag).where(ApplicationTag.application_id.in_(of_call)).distinct()
    return list(db.scalars(statement.order_by(ApplicationTag.tag)))


def _within(call: Call, staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of every list: of this call, and within its reader's reach."""
    return Application.call_id == call.id, reachable(staff)


def _ordered(call: Call, staff: Staff, wanted: ApplicationFilter) -> Select[int]:
    statement = select(Application.id).join(Application.institution).where(*_within(call, staff))
    return statement.where(*_conditions(call, staff, wanted)).order_by(*_order(call, wanted.sort))


def _order(call: Call, sort: Sort) -> tuple[Any, ...]:
    name = (folded(Institution.name), Application.id)
    match sort:
        case Sort.SUBMITTED:
            return Application.submitted_at.is_(None), Application.submitted_at.desc(), Application.id.desc()
        case Sort.INSTITUTION:
            return name
        case Sort.COUNTRY:
            return Institution.country, *name
        case Sort.STATE:
            return Application.state, *name
        case Sort.PROGRESS:
            return _answered(call).desc(), *name


def _facts(call: Call, staff: Staff) -> Select[*tuple[Any, ...]]:
    """Select what stands in a row, and nothing that grows with what was written."""
    application = (Application.id, Application.reference, Application.state, Application.created_at)
    moments = (Application.submitted_at, Application.grace_asked_at, Application.eligibility.label("override"))
    institution = (Institution.name.label("institution"), Institution.country, Institution.kind)
    here = ApplicationTag.application_id == Application.id
    tags = select(func.aggregate_strings(ApplicationTag.tag, ",")).where(here).scalar_subquery()
    notes = select(func.count()).where(*_notes_here()).scalar_subquery()
    beside = (finding(call, staff).label("finding"), _answered(call).label("answered"), tags.label("tags"))
    facts = select(*application, *moments, *institution, *beside, notes.label("notes"))
    return facts.select_from(Application).join(Application.institution)


def _row(found: Any) -> Row:
    tags = tuple(sorted(found.tags.split(","))) if found.tags else ()  # a tag holds no comma
    values = {**found._mapping, "tags": tags, "finding": Finding(found.finding)}
    return Row(**values)


def _answered(call: Call) -> ScalarSelect[int]:
    """Count the answers that everybody has to give and that are there."""
    here = (Answer.application_id == Application.id, Answer.question.in_(needed(call)))
    there = cast(Answer.value, Text).not_in(BLANK)
    return select(func.count()).select_from(Answer).where(*here, there).scalar_subquery()


def _notes_here() -> tuple[ColumnElement[bool], ...]:
    return Note.application_id == Application.id, Note.removed_at.is_(None)


def _conditions(call: Call, staff: Staff, wanted: ApplicationFilter) -> list[ColumnElement[bool]]:
    """Return what the filter asks for; the statement already joins the institution."""
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        found.append(_mentions(wanted.text))
    if wanted.state:
        found.append(Application.state == wanted.state)
    if wanted.country:
        found.append(Institution.country == wanted.country)
    if wanted.kind:
        found.append(Institution.kind == wanted.kind)
    if wanted.tag:
        tagged = ApplicationTag.application_id == Application.id
        found.append(select(ApplicationTag.id).where(tagged, ApplicationTag.tag == wanted.tag).exists())
    if wanted.entitled:
        found.append(_entitled(call, staff, wanted.entitled))
    if wanted.mark:
        found.append(_marked(call, wanted.mark))
    if wanted.answer:
        found.append(_answers(call, *wanted.answer))
    return found


def _mentions(text: str) -> ColumnElement[bool]:
    """Look at the reference, the institution under all its names, and the people of the team."""
    alias = select(InstitutionAlias.id).where(
        InstitutionAlias.institution_id == Institution.id, contains(InstitutionAlias.name, text)
    )
    member = (
        select(Member.person_id)
        .join(Member.person)
        .where(Member.application_id == Application.id, or_(contains(Person.name, text), contains(Person.email, text)))
    )
    reference = Application.reference.contains(text.upper(), autoescape=True)
    return or_(reference, contains(Institution.name, text), alias.exists(), member.exists())


def _entitled(call: Call, staff: Staff, entitled: Entitled) -> ColumnElement[bool]:
    if entitled in (Entitled.ADMITTED, Entitled.REFUSED):
        return Application.eligibility == Override(entitled.value)
    return and_(Application.eligibility.is_(None), finding(call, staff) == entitled.value)


def _marked(call: Call, mark: Mark) -> ColumnElement[bool]:
    match mark:
        case Mark.NOTES:
            return select(Note.id).where(*_notes_here()).exists()
        case Mark.GRACE:
            return Application.grace_asked_at.is_not(None)
        case Mark.INCOMPLETE:
            return _answered(call) < len(needed(call))


def _answers(call: Call, key: str, choice: str) -> ColumnElement[bool]:
    """Tell in SQL whether a choice was made: among the answers that count, else among those so far.

    The text of stored JSON is compared: `"choice"`, a list of such, or what each database writes for yes and no.
    """
    question = call.form_version.definition.question(key) if call.form_version else None
    counted, so_far = cast(Application.counted[key], Text), cast(Answer.value, Text)
    chosen: list[ColumnElement[bool]]
    if question is not None and question.type is QuestionType.YES_NO:
        words = {"yes": ("true", "1"), "no": ("false", "0")}[choice]
        chosen = [column.in_(words) for column in (counted, so_far)]
    else:
        chosen = [column.contains(f'"{choice}"', autoescape=True) for column in (counted, so_far)]
    draft = select(literal(1)).where(Answer.application_id == Application.id, Answer.question == key, chosen[1])
    return or_(and_(Application.counted.is_not(None), chosen[0]), and_(Application.counted.is_(None), draft.exists()))


def references(db: DbSession, numbers: Sequence[int]) -> dict[int, str]:
    """Return the references of applications by their number."""
    statement = select(Application.id, Application.reference).where(Application.id.in_(numbers))
    return dict(db.execute(statement).all()) if numbers else {}
