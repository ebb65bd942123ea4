"""Start from the answers of an earlier season: what fits the form of today is copied where nothing was answered yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from registrar.applications import answers
from registrar.applications.answers import Save
from registrar.applications.file_models import Upload
from registrar.applications.models import Answer, Application, Member
from registrar.audit import operations as audit
from registrar.calls.definition import Definition, Question
from registrar.calls.models import Call, FormVersion
from registrar.calls.rules import QuestionType
from registrar.calls.values import has_shape, is_blank
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.people.models import Person
from registrar.programmes.models import Programme

CHOICES = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE})


class Fate(StrEnum):
    """What becomes of an earlier answer."""

    TAKEN = "taken"
    ANSWERED = "answered"
    """The question has an answer already, which stays."""
    CHANGED = "changed"
    """The question is of another kind today, or its options or files are gone."""


@dataclass(frozen=True)
class Earlier:
    """An earlier answer to a question of today, and what becomes of it."""

    question: Question
    value: Any
    fate: Fate


def earlier_applications(db: DbSession, application: Application, person: Person) -> Sequence[Application]:
    """Return earlier applications of the institution, in whose teams the person was, to this line or with this form."""
    call = application.call
    similar = or_(Programme.line == call.programme.line, Call.form_id == call.form_id)
    statement = (
        select(Application)
        .join(Application.call)
        .join(Call.programme)
        .join(Member, Member.application_id == Application.id)
        .where(
            Member.person_id == person.id,
            Application.institution_id == application.institution_id,
            Application.id != application.id,
            similar,
        )
        .options(contains_eager(Application.call).contains_eager(Call.programme))
        .order_by(Application.created_at.desc(), Application.id.desc())
    )
    return db.scalars(statement).all()


def comparison(db: DbSession, application: Application, earlier: Application) -> list[Earlier]:
    """Return every earlier answer to a question of today's form, in its order, with what would become of it."""
    theirs, mine = answers.stored(db, earlier), answers.values(db, application)
    was = _questions_answered(db, theirs)
    files = _files(db, earlier)
    definition: Definition = answers.form_of(application).definition
    found = []
    for question in definition.questions():
        if question.key in theirs and not is_blank(theirs[question.key].value):
            value = _fitting(question, was.get(question.key), theirs[question.key].value, files)
            found.append(Earlier(question, value, _fate(value, mine.get(question.key))))
    return found


def take_over(
    db: DbSession, application: Application, earlier: Application, *, by: Person, now: datetime
) -> list[Earlier]:
    """Copy the earlier answers that fit into what is blank; return what became of each. Raise `TooLate` if over."""
    found = answers.locked(db, application.id)
    answers.refuse_if_over(found, now)
    compared = comparison(db, found, earlier)
    taken = [each for each in compared if each.fate is Fate.TAKEN]
    if not taken:
        raise Refusal(N_("Nothing of it fits: all is answered already, or the questions have changed."))
    stored = answers.stored(db, found)
    for each in taken:
        value = _copied(db, found, each, by, now) if each.question.type is QuestionType.FILE else each.value
        seen = stored[each.question.key].version if each.question.key in stored else 0
        answers.save(db, found, Save(each.question, value, seen), by=by, now=now)
    found.previous_id = earlier.id
    actor = f"person:{by.id}"
    audit.record(db, actor, "application.take_over", found, now=now, earlier=earlier.id, answers=len(taken))
    return compared


def _questions_answered(db: DbSession, stored: Mapping[str, Answer]) -> dict[str, Question | None]:
    """Return each question as it was when it was answered."""
    ids = {answer.form_version_id for answer in stored.values()}
    versions = {each.id: each.definition for each in db.scalars(select(FormVersion).where(FormVersion.id.in_(ids)))}
    return {key: versions[answer.form_version_id].question(key) for key, answer in stored.items()}


def _fitting(question: Question, was: Question | None, value: Any, files: Mapping[int, Upload]) -> Any:
    """Return what of an earlier answer is an answer today; None if nothing is."""
    if was is None or was.type is not question.type or not has_shape(question, value):
        return None
    if question.type is QuestionType.FILE:
        return [number for number in value if number in files] or None
    if question.type not in CHOICES:
        return value
    known = {choice.key for choice in question.choices}
    if question.type is QuestionType.SINGLE_CHOICE:
        return value if value in known else None
    return [each for each in value if each in known] or None


def _fate(value: Any, mine: Any) -> Fate:
    if value is None:
        return Fate.CHANGED
    return Fate.TAKEN if is_blank(mine) else Fate.ANSWERED


def _files(db: DbSession, application: Application) -> dict[int, Upload]:
    """Return the uploads that are still there, by number."""
    there = (Upload.application_id == application.id, Upload.removed_at.is_(None))
    return {upload.id: upload for upload in db.scalars(select(Upload).where(*there))}


def _copied(db: DbSession, application: Application, each: Earlier, by: Person, now: datetime) -> list[int]:
    """Give this application uploads of its own of the same content; return their numbers."""
    uploads = db.scalars(select(Upload).where(Upload.id.in_(each.value)).order_by(Upload.id)).all()
    copies = [
        Upload(
            application_id=application.id, question=each.question.key, file_id=upload.file_id, name=upload.name,
            uploaded_at=now, uploaded_by_id=by.id,
        )
        for upload in uploads
    ]  # fmt: skip
    db.add_all(copies)
    db.flush()
    return [copy.id for copy in copies]
