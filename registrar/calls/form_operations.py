"""Change the drafts of forms: one change, one step of the draft's number, one line in the audit trail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.audit.models import AuditEntry
from registrar.calls.definition import Definition, Question, Section, from_json, to_json
from registrar.calls.editing import (
    Place,
    add_question,
    add_section,
    first_number,
    fresh_key,
    keys,
    place_of,
    remove_question,
    remove_section,
    section_number,
    update_question,
    update_section,
)
from registrar.calls.models import ApplicationForm
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal

NAME_TAKEN = N_("There is a form of this name already. Choose another name.")


class StaleForm(Conflict):
    """Somebody else has changed the form since it was read."""

    def __init__(self) -> None:
        super().__init__(N_("Somebody else has changed this form in the meantime."))


class StaleQuestion(Conflict):
    """Somebody else has changed the question since it was read; `current` is how it stands."""

    def __init__(self, current: Question) -> None:
        super().__init__(N_("Somebody else has changed this question in the meantime."))
        self.current = current


class StaleSection(Conflict):
    """Somebody else has changed the words of the section since they were read; `current` is how it stands."""

    def __init__(self, current: Section) -> None:
        super().__init__(N_("Somebody else has changed this section in the meantime."))
        self.current = current


@dataclass(frozen=True)
class Edit:
    """A change of a draft: what it is called in the audit trail, what it does, and facts to keep with it."""

    action: str
    apply: Callable[[Definition], Definition]
    facts: dict[str, Any] = field(default_factory=dict)


def create(db: DbSession, name: str, definition: Definition, *, by: str, now: datetime) -> ApplicationForm:
    """Begin a form, empty or with the questions of another; a name that is taken is refused."""
    row = {"name": name, "draft": to_json(definition), "draft_number": first_number(definition)}
    row |= {"created_at": now, "updated_at": now, "updated_by": by}
    if not insert_missing(db, ApplicationForm, [row]):  # also when two press at the same moment
        raise Refusal(NAME_TAKEN)
    made = db.scalars(select(ApplicationForm).where(ApplicationForm.name == name)).one()
    audit.record(db, by, "form.create", made, now=now)
    return made


def rename(db: DbSession, form: ApplicationForm, name: str, *, by: str, now: datetime) -> None:
    """Give a form another name; applicants never see it."""
    if name == form.name:
        return
    if db.scalar(select(ApplicationForm.id).where(ApplicationForm.name == name)) is not None:
        raise Refusal(NAME_TAKEN)
    audit.record(db, by, "form.rename", form, now=now, before=form.name, after=name)
    form.name = name


def locked(db: DbSession, form_id: int) -> ApplicationForm:
    """Return a form with its row locked until the end of the transaction, as it is stored now."""
    statement = select(ApplicationForm).where(ApplicationForm.id == form_id).with_for_update(of=ApplicationForm)
    return db.scalars(statement, execution_options={"populate_existing": True}).one()


def change(db: DbSession, form_id: int, edit: Edit, *, seen: int | None, by: str, now: datetime) -> ApplicationForm:
    """Change a draft; raise `StaleForm` if it has moved on since `seen`, its number (None: whatever it is)."""
    form = locked(db, form_id)
    if seen is not None and form.draft_number != seen:
        raise StaleForm
    return _store(db, form, edit, by=by, now=now)


def add_new_question(
    db: DbSession, form_id: int, question: Question, section: str, *, by: str, now: datetime
) -> Question:
    """Add a question at the end of a section under a key of its own, whatever others have changed; return it."""
    form = locked(db, form_id)
    made = Question(**{**vars(question), "key": new_key(form, "q")})
    edit = Edit("form.add_question", lambda each: add_question(each, made, section), {"question": made.key})
    _store(db, form, edit, by=by, now=now)
    return made


def add_new_section(db: DbSession, form_id: int, section: Section, *, by: str, now: datetime) -> Section:
    """Add a section at the end under a key of its own, whatever others have changed; return it."""
    form = locked(db, form_id)
    made = Section(**{**vars(section), "key": new_key(form, "s")})
    _store(db, form, Edit("form.add_section", lambda each: add_section(each, made)), by=by, now=now)
    return made


def save_question(
    db: DbSession, form_id: int, question: Question, *, seen: Question, by: str, now: datetime
) -> ApplicationForm:
    """Put a question in place of the one that its author saw; changes of other questions do not matter.

    Raise `StaleQuestion` if somebody else has changed this one.
    """
    form = locked(db, form_id)
    current = form.draft_definition.question(question.key)
    if current is not None and current not in (seen, question):
        raise StaleQuestion(current)
    edit = Edit("form.change_question", lambda each: update_question(each, question), {"question": question.key})
    return _store(db, form, edit, by=by, now=now)


def save_section(
    db: DbSession, form_id: int, section: Section, *, seen: Section, by: str, now: datetime
) -> ApplicationForm:
    """Word a section anew; raise `StaleSection` if somebody else has done so since its author saw it."""
    form = locked(db, form_id)
    current = form.draft_definition.section(section.key)
    wordings = [(each.title, each.help) for each in (seen, section)]
    if current is not None and (current.title, current.help) not in wordings:
        raise StaleSection(current)
    words = section.title, section.help
    edit = Edit("form.change_section", lambda each: update_section(each, section.key, *words), {"section": section.key})
    return _store(db, form, edit, by=by, now=now)


def take_out_question(db: DbSession, form_id: int, key: str, *, seen: int | None, by: str, now: datetime) -> AuditEntry:
    """Remove a question; the entry of the audit trail that is returned can be undone."""
    definition = locked(db, form_id).draft_definition
    place, question = place_of(definition, key), definition.question(key)
    facts = {"section": place.section, "at": place.at, "content": to_json(question), "question": key}
    edit = Edit("form.remove_question", lambda each: remove_question(each, key), facts)
    return _entry(db, change(db, form_id, edit, seen=seen, by=by, now=now))


def take_out_section(db: DbSession, form_id: int, key: str, *, seen: int | None, by: str, now: datetime) -> AuditEntry:
    """Remove a section with its questions; the entry of the audit trail that is returned can be undone."""
    definition = locked(db, form_id).draft_definition
    facts = {"at": section_number(definition, key), "content": to_json(definition.section(key)), "section": key}
    edit = Edit("form.remove_section", lambda each: remove_section(each, key), facts)
    return _entry(db, change(db, form_id, edit, seen=seen, by=by, now=now))


def bring_back(db: DbSession, form_id: int, entry: AuditEntry, *, by: str, now: datetime) -> ApplicationForm:
    """Undo a removal: the question or section stands where it stood, with its key and its answers."""
    kept = from_json({"sections": [_as_section(entry)]}).sections[0]
    at = int(entry.details["at"])
    if entry.action == "form.remove_section":
        edit = Edit("form.restore_section", lambda each: add_section(each, kept, at), {"section": kept.key})
    else:
        question, place = kept.questions[0], Place(str(entry.details["section"]), at)
        edit = Edit(
            "form.restore_question",
            lambda each: add_question(each, question, _home(each, place.section), place.at),
            {"question": question.key},
        )
    return change(db, form_id, edit, seen=None, by=by, now=now)


def new_key(form: ApplicationForm, letter: str, also: frozenset[str] = frozenset()) -> str:
    """Return a key that this form has never had, in its draft or in any version."""
    taken = {each for version in form.versions for each in keys(version.definition)}
    return fresh_key(letter, form.draft_number, taken | set(keys(form.draft_definition)) | also)


def _store(db: DbSession, form: ApplicationForm, edit: Edit, *, by: str, now: datetime) -> ApplicationForm:
    before = form.draft_definition
    after = edit.apply(before)
    if after == before:
        return form
    form.draft, form.draft_number = to_json(after), form.draft_number + 1
    form.updated_at, form.updated_by = now, by
    audit.record(db, by, edit.action, form, now=now, number=form.draft_number, **edit.facts)
    db.flush()
    return form


def _entry(db: DbSession, form: ApplicationForm) -> AuditEntry:
    """Return the last entry about a form."""
    about = select(AuditEntry).where(AuditEntry.subject == form.__tablename__, AuditEntry.subject_id == form.id)
    return db.scalars(about.order_by(AuditEntry.id.desc()).limit(1)).one()


def _as_section(entry: AuditEntry) -> dict[str, Any]:
    content: dict[str, Any] = entry.details["content"]
    if entry.action == "form.remove_section":
        return content
    return {"key": "kept", "title": {}, "questions": [content]}


def _home(definition: Definition, section: str) -> str:
    """Return the section that a question comes back to: its own, else the last one."""
    if definition.section(section) or not definition.sections:
        return section
    return definition.sections[-1].key
