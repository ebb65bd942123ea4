"""The letters of a call's decisions: one per verdict, ready ones to begin with, changed in the letter editor."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.applications.rules import Verdict
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate
from registrar.letters.queries import letters_for
from registrar.letters.rules import LetterUse
from registrar.reviews import ready_letters, release_words
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.done_manage import done
from registrar.reviews.rehearsing import letters_of
from registrar.reviews.release_forms import LetterChoice
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.get("/letters")
@staff(Role.ORGANISER)
def letters(slug: str) -> ResponseReturnValue:
    """Show which letter tells which verdict, in which languages."""
    return _page(slug)


@bp.post("/letters/ready")
@staff(Role.ORGANISER)
def make_letters(slug: str) -> ResponseReturnValue:
    """Write the ready letters that are missing."""
    try:
        ready_letters.make_ready(db, found_call(slug), by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(slug, tell(refusal)), 409
    return done(".letters", _("The letters are written. Read them, and make them yours."), slug=slug)


@bp.post("/letters/<verdict>")
@staff(Role.ORGANISER)
def choose_letter(slug: str, verdict: str) -> ResponseReturnValue:
    """Let another letter tell a verdict."""
    if verdict not in list(Verdict):
        abort(404)
    form = LetterChoice()
    template = db.get(LetterTemplate, form.template.data or 0) or abort(404)
    try:
        ready_letters.choose(db, found_call(slug), Verdict(verdict), template, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(slug, tell(refusal)), 422
    return done(".letters", _("Saved."), slug=slug)


def _page(slug: str, problem: str = "") -> str:
    call = found_call(slug)
    return render_template(
        "reviews_manage/letters.html",
        call=call,
        problem=problem,
        chosen=ready_letters.chosen(db, call),
        versions=letters_of(db, call),
        templates=letters_for(db, LetterUse.DECISION),
        verdicts=release_words.VERDICTS,
    )
