"""The letter editor of organisers: both languages side by side, warnings, a preview as a person, every version."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.letters import checks, operations, queries, samples, wording
from registrar.letters.changes import changes
from registrar.letters.forms import LetterForm
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.queries import Shelf
from registrar.letters.rendering import words_of
from registrar.letters.rules import LANGUAGES, LetterUse, Words, placeholders
from registrar.mail.outbox_views import LETTER_POLICY, MAY_ONLY_LINK
from registrar.people.models import Person
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale
from registrar.web.notices import offer_undo

NEW_TAB = '<base target="_blank">'
"""A link in a preview must not lead away from what is being written."""
bp = Blueprint("letters", __name__, url_prefix="/console/mail/letters")


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """List the letters, the one changed last first."""
    shelf = Shelf.ARCHIVED if request.args.get("shelf") == Shelf.ARCHIVED.value else Shelf.LIVE
    lines = queries.listing(db, shelf)
    writers = _writers([each.newest for each in lines])
    return render_template("letters/index.html", lines=lines, shelf=shelf.value, writers=writers, **_frame())


@bp.get("/new/<use>")
@staff(Role.ORGANISER)
def new(use: str) -> ResponseReturnValue:
    """Show an empty letter."""
    return _editor(LetterForm(formdata=None), _use(use))


@bp.post("/new/<use>")
@staff(Role.ORGANISER)
def create(use: str) -> ResponseReturnValue:
    """Begin a letter."""
    form, kind = LetterForm(), _use(use)
    if not form.validate() or checks.errors(form.words, kind):
        return _editor(form, kind), 422
    try:
        made = operations.create(db, form.name.data or "", kind, form.words, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        form.name.errors = [*form.name.errors, tell(refusal)]
        return _editor(form, kind), 422
    db.commit()
    flash(_("The letter is saved."))
    return redirect(url_for(".edit", letter_id=made.id), 303)


@bp.get("/<int:letter_id>")
@staff(Role.ORGANISER)
def edit(letter_id: int) -> ResponseReturnValue:
    """Show a letter with its newest words."""
    letter = _found(letter_id)
    newest = queries.newest(db, letter_id)
    form = LetterForm(formdata=None, obj=newest, name=letter.name, seen=str(newest.number))
    form.name.data = letter.name
    return _editor(form, letter.use, letter)


@bp.post("/<int:letter_id>")
@staff(Role.ORGANISER)
def save(letter_id: int) -> ResponseReturnValue:
    """Save the words as a new version, unless nothing differs or somebody else was faster."""
    form, letter = LetterForm(), _found(letter_id)
    if not form.validate() or checks.errors(form.words, letter.use):
        return _editor(form, letter.use, letter), 422
    try:
        operations.rename(db, letter, form.name.data or "", by=actor(), now=now())
        made = operations.save(db, letter, form.words, seen=form.seen_number, by=actor(), now=now())
    except Conflict as conflict:
        db.rollback()
        return _conflict(form, _found(letter_id), tell(conflict)), 409
    except Refusal as refusal:
        db.rollback()
        form.name.errors = [*form.name.errors, tell(refusal)]
        return _editor(form, letter.use, _found(letter_id)), 422
    db.commit()
    flash(_("Version %(number)s is saved.", number=made.number) if made else _("Saved; the words are as they were."))
    return redirect(url_for(".edit", letter_id=letter_id), 303)


def _conflict(form: LetterForm, letter: LetterTemplate, problem: str) -> str:
    """Show what the other wrote beside what was typed; saving again then counts as having seen it."""
    newest = queries.newest(db, letter.id)
    form.seen.data = str(newest.number)
    return _editor(form, letter.use, letter, problem=problem, theirs=changes(words_of(newest), form.words))


@bp.post("/check/<use>")
@staff(Role.ORGANISER)
def check(use: str) -> ResponseReturnValue:
    """Answer with what is to be mended in the words as typed, and store nothing."""
    form = LetterForm()
    return render_template("letters/findings.html", findings=_findings(form.words, _use(use)), wording=wording)


@bp.post("/preview/<use>")
@staff(Role.ORGANISER)
def preview(use: str) -> ResponseReturnValue:
    """Answer with the mail as typed, for the frame beside the editor, and store nothing."""
    return _as_mail(LetterForm().words, _use(use))


@bp.get("/<int:letter_id>/versions/<int:number>/mail")
@staff(Role.ORGANISER)
def mail(letter_id: int, number: int) -> ResponseReturnValue:
    """Answer with the mail of a stored version, for a frame."""
    version = _version(letter_id, number)
    return _as_mail(words_of(version), version.template.use)


@bp.get("/<int:letter_id>/versions/<int:number>")
@staff(Role.ORGANISER)
def version(letter_id: int, number: int) -> ResponseReturnValue:
    """Show one version and what it changed."""
    found = _version(letter_id, number)
    before = queries.version(db, letter_id, number - 1)
    return render_template(
        "letters/version.html",
        letter=found.template,
        version=found,
        newest=queries.newest(db, letter_id).number,
        changes=changes(words_of(before) if before else Words(), words_of(found)),
        writers=_writers([found]),
        language=current_locale(),
        **_frame(),
    )


@bp.post("/<int:letter_id>/versions/<int:number>/again")
@staff(Role.ORGANISER)
def use_again(letter_id: int, number: int) -> ResponseReturnValue:
    """Make the words of an earlier version the newest."""
    letter, words = _found(letter_id), words_of(_version(letter_id, number))
    seen = queries.newest(db, letter_id).number
    return _change(
        letter_id,
        lambda: operations.save(db, letter, words, seen=seen, by=actor(), now=now()),
        _("The words of version %(number)s are in use again.", number=number),
    )


@bp.post("/<int:letter_id>/duplicate")
@staff(Role.ORGANISER)
def duplicate(letter_id: int) -> ResponseReturnValue:
    """Begin a letter with the words of this one."""
    letter = _found(letter_id)
    name = operations.free_name(db, letter.name)
    made = operations.duplicate(db, letter, name, by=actor(), now=now())
    db.commit()
    flash(_("This is a copy. Give it a name."))
    return redirect(url_for(".edit", letter_id=made.id), 303)


@bp.post("/<int:letter_id>/archive")
@staff(Role.ORGANISER)
def archive(letter_id: int) -> ResponseReturnValue:
    """Offer a letter no more."""
    letter = _found(letter_id)
    operations.archive(db, letter, by=actor(), now=now())
    db.commit()
    way_back = url_for(".restore", letter_id=letter_id)
    offer_undo(_("“%(name)s” is archived.", name=letter.name), way_back)
    return redirect(url_for(".index"), 303)


@bp.post("/<int:letter_id>/restore")
@staff(Role.ORGANISER)
def restore(letter_id: int) -> ResponseReturnValue:
    """Offer an archived letter again."""
    letter = _found(letter_id)
    return _change(
        letter_id,
        lambda: operations.restore(db, letter, by=actor(), now=now()),
        _("“%(name)s” can be chosen again.", name=letter.name),
    )


def _change(letter_id: int, act: Callable[[], object], told: str) -> ResponseReturnValue:
    act()
    db.commit()
    flash(told)
    return redirect(url_for(".edit", letter_id=letter_id), 303)


def _editor(form: LetterForm, use: LetterUse, letter: LetterTemplate | None = None, **more: Any) -> str:
    """Render the editor with what is typed, what is to be mended and the letter's history."""
    history = queries.history(db, letter.id) if letter else []
    return render_template(
        "letters/editor.html",
        form=form,
        use=use,
        letter=letter,
        findings=_findings(form.words, use) if letter or form.is_submitted() else [],
        placeholders=placeholders(use).values(),
        history=history,
        writers=_writers(history),
        language=current_locale(),
        **_frame(),
        **more,
    )


def _frame() -> dict[str, Any]:
    return {"wording": wording, "zone": signed_in_staff().timezone, "sandbox": MAY_ONLY_LINK}


def _findings(words: Words, use: LetterUse) -> list[checks.Finding]:
    return checks.check(words, use, samples.octets(words, use, now()))


def _as_mail(words: Words, use: LetterUse) -> Response:
    """Answer with a letter as the chosen reader would get it; it may do nothing but be read."""
    wanted = request.values.get("language", "")
    language = wanted if wanted in LANGUAGES else current_locale()
    draft = samples.sample(words, use, language, _reader(), now())
    subject, text, html = samples.read(draft)
    if request.values.get("as") == "text":
        head = f"{_('To')}: {draft.to_name} <{draft.to_address}>\n{_('Subject')}: {subject}\n\n"
        response = Response(head + text, mimetype="text/plain")
    else:
        response = Response(html.replace("<head>", "<head>" + NEW_TAB, 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _reader() -> Person | None:
    """Return the person who is meant by what was typed: the newest whose name or address holds it."""
    text = request.values.get("reader", "").strip()
    return next(iter(queries.readers(db, text)), None) if text else None


def _writers(versions: Any) -> dict[str, str]:
    """Return the names behind `staff:5`."""
    actors = {each.created_by for each in versions if each.created_by.startswith("staff:")}
    found = {actor: db.get(Staff, int(actor.partition(":")[2])) for actor in actors}
    return {actor: person.name for actor, person in found.items() if person}


def _use(text: str) -> LetterUse:
    return LetterUse(text) if text in list(LetterUse) else abort(404)


def _found(letter_id: int) -> LetterTemplate:
    return db.get(LetterTemplate, letter_id) or abort(404)


def _version(letter_id: int, number: int) -> LetterVersion:
    return queries.version(db, letter_id, number) or abort(404)
