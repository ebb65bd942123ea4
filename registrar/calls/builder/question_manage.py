"""One question in the builder: its words in both languages, options, limits, conditions; moving and removing it."""

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls import form_operations
from registrar.calls.builder import rows, words
from registrar.calls.builder.blueprint import back, bp, conflict, found, frame, seen_number
from registrar.calls.builder.fields import QuestionForm, shown
from registrar.calls.builder.preview import rendered_question
from registrar.calls.conditions import OPERATORS, dependents, earlier
from registrar.calls.definition import MalformedDefinitionError, Question, Section, Words, from_json, to_json
from registrar.calls.editing import Gone, Place, Step, duplicate_question, move_question, place_question
from registrar.calls.form_operations import Edit, StaleQuestion
from registrar.calls.models import ApplicationForm
from registrar.calls.rules import QuestionType
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.programmes.choices import country_choices
from registrar.web import notices
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale


@dataclass
class Sheet:
    """The page of a question: what is stored and what is typed."""

    row: ApplicationForm
    form: QuestionForm
    question: Question
    section: Section
    problem: str = ""
    theirs: Question | None = None

    @property
    def before(self) -> list[Question]:
        """The questions that conditions may be about."""
        definition = self.row.draft_definition
        if self.question.key:
            return earlier(definition, self.question.key)
        number = definition.sections.index(self.section)
        return [each for section in definition.sections[: number + 1] for each in section.questions]


@bp.route("/<int:form_id>/add/question", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new_question(form_id: int) -> ResponseReturnValue:
    """Write a question; it is stored when it is saved."""
    row, kind = found(form_id), request.args.get("type", "")
    section = row.draft_definition.section(request.args.get("section", "")) or abort(404)
    if kind not in list(QuestionType):
        abort(404)
    sheet = Sheet(row, QuestionForm(QuestionType(kind)), Question("", QuestionType(kind), Words()), section)
    if request.method == "GET":
        return _page(sheet)
    return _answer(sheet, None)


@bp.route("/<int:form_id>/questions/<key>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def question(form_id: int, key: str) -> ResponseReturnValue:
    """Show one question, or store it as it was changed."""
    row = found(form_id)
    stored = row.draft_definition.question(key)
    if request.method == "GET":
        return _show(row, stored or abort(404))
    seen = _seen() or stored or abort(404)
    section = row.draft_definition.section_of(key) or Section("", Words())
    return _answer(Sheet(row, QuestionForm(seen.type), replace(seen, key=key), section), replace(seen, key=key))


@bp.post("/<int:form_id>/questions/<key>/arrange")
@staff(Role.ORGANISER)
def arrange_question(form_id: int, key: str) -> ResponseReturnValue:
    """Move a question, duplicate it or take it out, as the button says."""
    row, seen, what = found(form_id), seen_number(), request.form.get("do", "")
    try:
        if what == "out":
            return _take_out(row, key, seen)
        edit = _edit(row, key, what)
        form_operations.change(db, form_id, edit, seen=seen, by=actor(), now=now())
    except Conflict as problem:
        return conflict(form_id, problem, seen)
    db.commit()
    return back(row, f"{what}-{edit.facts['question']}")


def _edit(row: ApplicationForm, key: str, what: str) -> Edit:
    facts = {"question": key}
    if what in list(Step):
        return Edit("form.move_question", partial(move_question, key=key, step=Step(what)), facts)
    if what == "copy":
        fresh = form_operations.new_key(row, "q")
        return Edit("form.duplicate_question", partial(duplicate_question, key=key, fresh=fresh), {"question": fresh})
    at = request.form.get("at", "")
    if what != "to" or not (at == "" or (at.isdecimal() and len(at) < 5)):
        abort(400)
    place = Place(request.form.get("section", ""), int(at or 9_999))
    return Edit("form.move_question", partial(place_question, key=key, place=place), facts)


def _take_out(row: ApplicationForm, key: str, seen: int) -> ResponseReturnValue:
    """Remove a question, say which others asked about it, and offer to bring it back."""
    definition = row.draft_definition
    gone, waiting = definition.question(key), dependents(definition, key)
    entry = form_operations.take_out_question(db, row.id, key, seen=seen, by=actor(), now=now())
    db.commit()
    text = _("“%(question)s” is removed.", question=words.said(gone.label) if gone else key)
    if waiting:
        names = ", ".join(f"“{words.said(each.label)}”" for each in waiting)
        text += " " + _("Only asked because of it: %(questions)s. Change their conditions.", questions=names)
    offer_undo(row, text, entry.id)
    return back(row)


def offer_undo(row: ApplicationForm, text: str, entry_id: int) -> None:
    """Tell what was removed, with a button that brings it back."""
    notices.offer_undo(text, url_for("forms.undo", form_id=row.id), entry=entry_id)


def _show(row: ApplicationForm, stored: Question) -> ResponseReturnValue:
    section = row.draft_definition.section_of(stored.key) or abort(404)
    form = QuestionForm(stored.type, formdata=None, data=shown(stored))
    return _page(Sheet(row, form, stored, section))


def _answer(sheet: Sheet, seen: Question | None) -> ResponseReturnValue:
    """Do what the button asks for: change rows, show the preview, or store what is typed."""
    typed = _typed(sheet)
    act = rows.Act.of(request.form.get("do", "save"))
    sheet.question = rows.after(typed, act)
    if act or request.form.get("do", "save") == "look":
        return _page(sheet, focus=rows.focus(act), wants_rows=bool(act and act.what == "add"))
    if not sheet.form.validate() or not rows.is_clean(typed) or rows.unfinished(typed, sheet.row.draft_definition):
        return _page(sheet, 422)
    try:
        saved = _save(sheet, typed, seen)
    except StaleQuestion as stale:
        db.rollback()
        sheet.problem, sheet.theirs = tell(stale), stale.current
        return _page(sheet, 409)
    except Refusal as refusal:
        db.rollback()
        sheet.problem = tell(refusal)
        return _page(sheet, 409 if isinstance(refusal, Conflict) else 422, gone=isinstance(refusal, Gone))
    db.commit()
    return back(sheet.row, f"edit-{saved.key}")


def _save(sheet: Sheet, typed: Question, seen: Question | None) -> Question:
    row = form_operations.locked(db, sheet.row.id)
    wanted = rows.keyed(typed, seen, lambda taken: form_operations.new_key(row, "c", taken))
    if seen is None or request.form.get("do") == "again":
        section = sheet.section.key or row.draft_definition.sections[-1].key
        return form_operations.add_new_question(db, row.id, wanted, section, by=actor(), now=now())
    form_operations.save_question(db, row.id, wanted, seen=seen, by=actor(), now=now())
    return wanted


def _typed(sheet: Sheet) -> Question:
    return replace(
        sheet.form.question,
        key=sheet.question.key,
        choices=rows.choices(request.form) if sheet.form.has_choices else (),
        conditions=rows.conditions(request.form, sheet.before),
    )


def _seen() -> Question | None:
    """Return the question as the page showed it."""
    try:
        part = json.loads(request.form.get("seen", ""))
        return from_json({"sections": [{"key": "s", "title": {}, "questions": [part]}]}).sections[0].questions[0]
    except (MalformedDefinitionError, ValueError, RecursionError):
        return None


def _page(sheet: Sheet, status: int = 200, **more: Any) -> ResponseReturnValue:
    definition = sheet.row.draft_definition
    sheet.form.seen.data = _known(sheet)
    return (
        render_template(
            "forms/question.html",
            form=sheet.form,
            sheet=sheet,
            question=sheet.question,
            before=sheet.before,
            definition=definition,
            operators=OPERATORS,
            countries=country_choices(current_locale()),
            unfinished=rows.unfinished(sheet.question, definition) if status == 422 else [],
            look=rendered_question(sheet.question),
            differences=_differences(sheet),
            is_clean=rows.is_clean(sheet.question),
            **{"focus": "", "wants_rows": False, **frame(sheet.row), **more},
        ),
        status,
    )


def _known(sheet: Sheet) -> str:
    """Return the question that a next save begins with: theirs after a conflict, else the one that was shown."""
    if sheet.theirs:
        return json.dumps(to_json(sheet.theirs))
    if request.method == "POST":
        return request.form.get("seen", "")
    return json.dumps(to_json(sheet.question)) if sheet.question.key else ""


def _differences(sheet: Sheet) -> list[tuple[str, str, str]]:
    """Return what the other has stored beside what was typed, where they differ."""
    if sheet.theirs is None:
        return []
    definition = sheet.row.draft_definition
    pairs = zip(words.facts(sheet.theirs, definition), words.facts(sheet.question, definition), strict=True)
    return [(name, theirs, mine) for (name, theirs), (_name, mine) in pairs if theirs != mine]
