"""Organisers' pages of the reminder rules of a series: add, change, switch off and on, for all sessions or one."""

from datetime import time
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.letters.queries import letters_for
from registrar.letters.rules import LetterUse
from registrar.programmes.models import Programme, Session
from registrar.reminders import editing, overview, queries, rule_words
from registrar.reminders.forms import ChangeForm, RuleForm, values_of
from registrar.reminders.models import ReminderRule
from registrar.web.access import staff
from registrar.web.notices import offer_undo

bp = Blueprint("reminders", __name__, url_prefix="/console/mail/rules")


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """Show the rules of a series and what each does for each session to come."""
    every = queries.all_series(db)
    programme = _chosen(every)
    at = now()
    return render_template(
        "reminders/index.html",
        every=every,
        programme=programme,
        lines=overview.lines(db, programme, at) if programme else [],
        matrix=overview.matrix(db, programme, at) if programme else [],
        most=editing.MOST_RULES,
        words=rule_words,
    )


@bp.route("/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Add a rule to a series."""
    programme = _chosen(queries.all_series(db)) or abort(404)
    form = RuleForm()
    form.offer_words(letters_for(db, LetterUse.REMINDER))
    if request.method == "GET":
        return _form_page(form, programme)
    if not form.validate():
        return _form_page(form, programme), 422
    try:
        rule = editing.add(db, programme, form.new_details(), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal, programme)
    db.commit()
    flash(_("Added: %(rule)s.", rule=rule_words.rule_name(rule)))
    return _back(rule)


@bp.route("/<int:rule_id>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def change(rule_id: int) -> ResponseReturnValue:
    """Change when a rule's mails leave, or in which words."""
    rule = found_rule(rule_id)
    programme = db.get_one(Programme, rule.programme_id)
    form = ChangeForm(data=None if request.method == "POST" else values_of(rule))
    form.offer_words(letters_for(db, LetterUse.REMINDER))
    if request.method == "GET":
        return _form_page(form, programme, rule)
    if not form.validate():
        return _form_page(form, programme, rule), 422
    before = values_of(rule)
    try:
        editing.change(db, rule, form.details(rule.anchor, rule.audience), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal, programme, rule_id)
    db.commit()
    fields = {name: _typed(value) for name, value in before.items()}
    offer_undo(_("Now: %(rule)s.", rule=rule_words.rule_name(rule)), url_for(".change", rule_id=rule.id), **fields)
    return _back(rule)


@bp.post("/<int:rule_id>/off")
@staff(Role.ORGANISER)
def switch_off(rule_id: int) -> ResponseReturnValue:
    """Send nothing more of a rule."""
    rule = found_rule(rule_id)
    taken = editing.switch_off(db, rule, by=actor(), now=now())
    db.commit()
    offer_undo(_switched_off(rule, taken), url_for(".switch_on", rule_id=rule.id))
    return _back(rule)


@bp.post("/<int:rule_id>/on")
@staff(Role.ORGANISER)
def switch_on(rule_id: int) -> ResponseReturnValue:
    """Send what is still ahead of a rule."""
    rule = found_rule(rule_id)
    editing.switch_on(db, rule, by=actor(), now=now())
    db.commit()
    offer_undo(_switched_on(rule), url_for(".switch_off", rule_id=rule.id))
    return _back(rule)


@bp.get("/sessions/<int:session_id>")
@staff(Role.ORGANISER)
def session(session_id: int) -> ResponseReturnValue:
    """Show what each rule does about one session, with its switches."""
    found = db.get(Session, session_id) or abort(404)
    at = now()
    (cells,) = overview.rows(db, [found], overview.in_order(db, found.programme_id, at), at)
    counts = {cell.rule.id: overview.count(db, cell) for cell in cells}
    return render_template("reminders/session.html", session=found, cells=cells, counts=counts, words=rule_words)


@bp.post("/sessions/<int:session_id>/<int:rule_id>/off")
@staff(Role.ORGANISER)
def exempt(session_id: int, rule_id: int) -> ResponseReturnValue:
    """Send nothing of a rule about one session."""
    rule, found = _rule_and_session(rule_id, session_id)
    taken = editing.exempt(db, rule, found, by=actor(), now=now())
    db.commit()
    undo = url_for(".include", session_id=session_id, rule_id=rule_id)
    offer_undo(_switched_off(rule, taken), undo)
    return redirect(url_for(".session", session_id=session_id), 303)


@bp.post("/sessions/<int:session_id>/<int:rule_id>/on")
@staff(Role.ORGANISER)
def include(session_id: int, rule_id: int) -> ResponseReturnValue:
    """Let a rule write about a session again."""
    rule, found = _rule_and_session(rule_id, session_id)
    editing.include(db, rule, found, by=actor(), now=now())
    db.commit()
    undo = url_for(".exempt", session_id=session_id, rule_id=rule_id)
    offer_undo(_switched_on(rule), undo)
    return redirect(url_for(".session", session_id=session_id), 303)


def _chosen(every: list[Programme]) -> Programme | None:
    """Return the series that the address names, else the newest."""
    slug = request.values.get("series")
    if slug is None:
        return every[0] if every else None
    return next((each for each in every if each.slug == slug), None) or abort(404)


def found_rule(rule_id: int) -> ReminderRule:
    """Return a rule, or answer that there is none."""
    return db.get(ReminderRule, rule_id) or abort(404)


def _rule_and_session(rule_id: int, session_id: int) -> tuple[ReminderRule, Session]:
    rule, found = found_rule(rule_id), db.get(Session, session_id)
    if found is None or found.programme_id != rule.programme_id:
        abort(404)
    return rule, found


def _form_page(form: ChangeForm, programme: Programme, rule: ReminderRule | None = None) -> str:
    return render_template("reminders/form.html", form=form, programme=programme, rule=rule, words=rule_words)


def _refused(
    form: ChangeForm, refusal: Refusal, programme: Programme, rule_id: int | None = None
) -> ResponseReturnValue:
    """Show what was typed again, with the reason where it can be mended."""
    db.rollback()
    form.refuse(refusal)
    rule = found_rule(rule_id) if rule_id else None
    return _form_page(form, programme, rule), 409 if isinstance(refusal, Conflict) else 422


def _back(rule: ReminderRule) -> ResponseReturnValue:
    series = db.get_one(Programme, rule.programme_id).slug
    return redirect(url_for(".index", series=series), 303)


def _switched_off(rule: ReminderRule, taken: int) -> str:
    text = str(_("Switched off: %(rule)s.", rule=rule_words.rule_name(rule)))
    if not taken:
        return text
    back = ngettext("%(num)s mail that waited was taken back.", "%(num)s mails that waited were taken back.", taken)
    return f"{text} {back}"


def _switched_on(rule: ReminderRule) -> str:
    return str(_("Switched on: %(rule)s. What is still ahead will be sent.", rule=rule_words.rule_name(rule)))


def _typed(value: Any) -> str:
    """Write a value as a form sends it."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)
