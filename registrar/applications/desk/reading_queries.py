"""One application as organisers read it: its answers with who gave them, its team, and everything beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications import answers, teams
from registrar.applications.conflicts import reachable
from registrar.applications.desk_models import Note
from registrar.applications.file_models import Upload
from registrar.applications.files import uploads
from registrar.applications.models import Answer, Application, GraceLink, Invitation, JoinRequest
from registrar.applications.visibility import Source
from registrar.audit.models import AuditEntry
from registrar.calls.conditions import asked
from registrar.calls.definition import Definition, Question
from registrar.calls.models import FormVersion
from registrar.calls.values import is_blank
from registrar.calls.wording import Line, lines
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Programme

MAILS, ENTRIES = 100, 100


@dataclass(frozen=True)
class Meta:
    """How an answer came about, and what does not count of it."""

    answer: Answer
    form_number: int
    """Number of the version of the form that it answered."""
    newer: tuple[Line, ...] | None
    """What was saved since, if it does not count yet."""


@dataclass(frozen=True)
class Unasked:
    """An answer that counts for nothing: its question is hidden, or the form no longer has it."""

    question: Question
    lines: tuple[Line, ...]
    form_number: int
    is_in_form: bool


@dataclass(frozen=True)
class Reading:
    """Everything that was answered."""

    source: Source
    form: FormVersion
    meta: Mapping[str, Meta]
    unasked: list[Unasked]
    uploads: Sequence[Upload]


def reading(db: DbSession, application: Application) -> Reading:
    """Return the answers of an application, those that count and those that do not."""
    form, stored = answers.form_of(application), answers.stored(db, application)
    shown = application.counted if application.counted is not None else {k: a.value for k, a in stored.items()}
    found = uploads.of(db, application)
    names = uploads.names(found)
    versions = _versions(db, stored.values())
    keys = asked(form.definition, shown)
    meta = {
        key: Meta(answer, versions[answer.form_version_id].number, _newer(form.definition, answer, shown, names))
        for key, answer in stored.items()
        if key in keys
    }
    unasked = [
        _unasked(form.definition, answer, versions[answer.form_version_id], names)
        for key, answer in stored.items()
        if key not in keys and not is_blank(answer.value)
    ]
    return Reading(_source(db, application, form, shown, names), form, meta, unasked, found)


def source(db: DbSession, application: Application) -> Source:
    """Return what others may look at: the answers that count once it was submitted, else those so far."""
    form, names = answers.form_of(application), uploads.names(uploads.of(db, application))
    return _source(db, application, form, answers.shown_of(db, application), names)


def _source(
    db: DbSession, application: Application, form: FormVersion, shown: Mapping[str, Any], names: Mapping[int, str]
) -> Source:
    institution = application.institution
    people = tuple(member.person.name for member in teams.members(db, application))
    return Source(
        application.reference, institution.name, institution.country, institution.kind, people, form.definition,
        shown, names, tuple(each.name for each in institution.aliases),
    )  # fmt: skip


def _versions(db: DbSession, stored: Any) -> dict[int, FormVersion]:
    numbers = {answer.form_version_id for answer in stored}
    return {each.id: each for each in db.scalars(select(FormVersion).where(FormVersion.id.in_(numbers)))}


def _newer(
    definition: Definition, answer: Answer, shown: Mapping[str, Any], names: Mapping[int, str]
) -> tuple[Line, ...] | None:
    """Return what was saved after the answers were counted, if it says something else."""
    question = definition.question(answer.question)
    counted = shown.get(answer.question)
    if question is None or answer.value == counted or (is_blank(answer.value) and is_blank(counted)):
        return None
    return tuple(lines(question, answer.value, names))


def _unasked(definition: Definition, answer: Answer, version: FormVersion, names: Mapping[int, str]) -> Unasked:
    question = definition.question(answer.question)
    known = question or version.definition.question(answer.question)
    if known is None:
        raise RuntimeError(f"Version {version.id} of a form was answered and has no question {answer.question}.")
    return Unasked(known, tuple(lines(known, answer.value, names)), version.number, question is not None)


def notes(db: DbSession, application: Application) -> list[Note]:
    """Return the notes on an application, the newest first."""
    statement = select(Note).where(Note.application_id == application.id, Note.removed_at.is_(None))
    return list(db.scalars(statement.options(joinedload(Note.staff)).order_by(Note.id.desc())))


def invitations(db: DbSession, application: Application) -> list[Invitation]:
    """Return the invitations to the team that nobody has used."""
    waiting = (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    statement = select(Invitation).where(Invitation.application_id == application.id, *waiting)
    return list(db.scalars(statement.order_by(Invitation.id)))


def join_requests(db: DbSession, application: Application) -> list[JoinRequest]:
    """Return who waits to be let into the team."""
    statement = select(JoinRequest).where(JoinRequest.application_id == application.id)
    waiting = statement.where(JoinRequest.settled_at.is_(None)).options(joinedload(JoinRequest.person))
    return list(db.scalars(waiting.order_by(JoinRequest.id)))


def mails(db: DbSession, application: Application) -> list[OutboxMail]:
    """Return the newest mails about an application, the newest first."""
    statement = select(OutboxMail).where(OutboxMail.application_id == application.id)
    return list(db.scalars(statement.order_by(OutboxMail.id.desc()).limit(MAILS)))


def others(db: DbSession, application: Application, staff: Staff) -> list[Application]:
    """Return the institution's other applications, the newest first."""
    same = Application.institution_id == application.institution_id
    statement = select(Application).where(same, Application.id != application.id, reachable(staff))
    return list(db.scalars(statement.options(joinedload(Application.call)).order_by(Application.id.desc())))


def history(db: DbSession, application: Application, links: Sequence[GraceLink]) -> list[AuditEntry]:
    """Return what the audit trail says about an application, the newest first."""
    about = (AuditEntry.subject == Application.__tablename__) & (AuditEntry.subject_id == application.id)
    given = (AuditEntry.subject == GraceLink.__tablename__) & AuditEntry.subject_id.in_([each.id for each in links])
    statement = select(AuditEntry).where(or_(about, given) if links else about)
    return list(db.scalars(statement.order_by(AuditEntry.id.desc()).limit(ENTRIES)))


def actors(db: DbSession, names: Sequence[str]) -> dict[str, str]:
    """Name those whom the audit trail calls `staff:3` or `person:12`, as long as they are known."""
    found: dict[str, str] = {}
    for prefix, model in (("staff", Staff), ("person", Person)):
        numbers = {int(rest) for kind, _, rest in (name.partition(":") for name in names) if kind == prefix and rest}
        statement = select(model.id, model.name).where(model.id.in_(numbers))
        found |= {f"{prefix}:{number}": name for number, name in db.execute(statement)} if numbers else {}
    return found


def line_titles(db: DbSession) -> dict[str, str]:
    """Name the programme lines by the newest programme of each."""
    return dict(db.execute(select(Programme.line, Programme.title).order_by(Programme.id)).all())
