"""One session: what it says before it takes place, and what remains of it afterwards."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.programmes.choices import country_choices
from registrar.programmes.models import Session, Speaker
from registrar.programmes.rules import phase
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale
from registrar.weekly.planner import aftermath, editing
from registrar.weekly.planner import queries as planner_queries
from registrar.weekly.planner.queries import session_numbered
from registrar.weekly.planner.session_forms import (
    AftermathForm,
    RowsForm,
    SessionForm,
    aftermath_values,
    session_values,
)
from registrar.weekly.planner.views import bp

ADD, ADD_KNOWN, REMOVE = "add-row", "add-known", "remove-"


@bp.route("/<int:session_id>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def edit(session_id: int) -> ResponseReturnValue:
    """Edit the words of a session; buttons that change its rows or show a preview store nothing."""
    session = session_numbered(db, session_id) or abort(404)
    known = planner_queries.known_speakers(db)
    form = SessionForm(data=None if request.method == "POST" else session_values(session))
    _offer(form, known)
    if request.method == "GET":
        return _edit_page(session, form)
    if _do() != "save":
        changed = form.with_rows(_rows(form, known))
        _offer(changed, known)
        return _edit_page(session, changed, is_preview=_do() == "preview")
    if not form.validate():
        return _edit_page(session, form, 422)
    try:
        editing.edit(db, session, form.details, seen_at=_seen_at(form), by=actor(), now=now())
    except Conflict as conflict:
        return _edit_conflict(session_id, form, conflict)
    except Refusal as refusal:
        db.rollback()
        form.capacity.errors = [tell(refusal)]
        return _edit_page(session, form, 422)
    db.commit()
    flash(_("Saved."), "done")
    return redirect(url_for("planner.edit", session_id=session_id), 303)


@bp.route("/<int:session_id>/afterwards", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def afterwards(session_id: int) -> ResponseReturnValue:
    """Write summary, recording and resources; publishing is a button of its own."""
    session = session_numbered(db, session_id) or abort(404)
    form = AftermathForm(data=None if request.method == "POST" else aftermath_values(session))
    if request.method == "GET":
        return _afterwards_page(session, form)
    if _do() != "save":
        return _afterwards_page(session, form.with_rows(_rows(form, [])), is_preview=_do() == "preview")
    if not form.validate():
        return _afterwards_page(session, form, 422)
    try:
        aftermath.write(db, session, form.aftermath, seen_at=_seen_at(form), by=actor(), now=now())
    except Conflict as conflict:
        return _afterwards_conflict(session_id, form, conflict)
    db.commit()
    flash(_("Saved."), "done")
    return redirect(url_for("planner.afterwards", session_id=session_id), 303)


@bp.post("/<int:session_id>/publish")
@staff(Role.ORGANISER)
def publish(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    try:
        aftermath.publish(db, session, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(session, refusal)
    db.commit()
    flash(_("Published. Those who missed it get a mail."), "done")
    return redirect(url_for("planner.afterwards", session_id=session_id), 303)


@bp.post("/<int:session_id>/unpublish")
@staff(Role.ORGANISER)
def unpublish(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    try:
        aftermath.unpublish(db, session, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(session, refusal)
    db.commit()
    flash(_("Taken back. Nobody had been written to."), "done")
    return redirect(url_for("planner.afterwards", session_id=session_id), 303)


def _do() -> str:
    """Return which button was pressed; Enter in a field saves."""
    return request.form.get("do", "save")


def _seen_at(form: RowsForm) -> datetime:
    """Return when the session was last changed, as the page showed it; what is no moment fits none."""
    try:
        return datetime.fromisoformat(form.seen_at.data or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _rows(form: RowsForm, known: list[Speaker]) -> list[dict[str, Any]]:
    """Return the rows as the pressed button leaves them."""
    rows: list[dict[str, Any]] = list(form.rows.data)
    do = _do()
    if do == ADD:
        return [*rows, {}]
    if do == ADD_KNOWN:
        chosen = [each for each in known if str(each.id) == request.form.get("known_speaker")]
        return [row for row in rows if row.get("name")] + [_row(speaker) for speaker in chosen]
    return [row for number, row in enumerate(rows) if do != f"{REMOVE}{number}"]


def _row(speaker: Speaker) -> dict[str, Any]:
    return {name: getattr(speaker, name) for name in ("name", "role", "affiliation", "country")}


def _offer(form: SessionForm, known: list[Speaker]) -> None:
    people = [(str(each.id), ", ".join(filter(None, (each.name, each.affiliation)))) for each in known]
    form.offer(country_choices(current_locale()), people)


def _edit_page(session: Session, form: SessionForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    programme = session.programme
    missing = planner_queries.missing(session, programme, planner_queries.reminder_leads(db, programme))
    where = phase(session.starts_at, session.ends_at, session.cancelled_at, now())
    context = {"session": session, "programme": programme, "form": form, "missing": missing, "phase": where, **more}
    return render_template("planner/edit.html", **context), status


def _edit_conflict(session_id: int, form: SessionForm, conflict: Conflict) -> ResponseReturnValue:
    """Show both versions; what was typed stays in the form, and saving again replaces the other."""
    db.rollback()
    session = session_numbered(db, session_id) or abort(404)
    theirs, ours = editing.details_of(session), form.details
    names = [name for name in vars(theirs) if getattr(theirs, name) != getattr(ours, name)]
    form.seen_at.data = session.updated_at.isoformat()
    return _edit_page(session, form, 409, conflict=tell(conflict), theirs=theirs, differing=names)


def _afterwards_page(session: Session, form: AftermathForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    context = {"session": session, "programme": session.programme, "form": form, **more}
    context |= {"lacking": aftermath.lacking(session), "is_over": now() >= session.ends_at}
    return render_template("planner/afterwards.html", **context), status


def _afterwards_conflict(session_id: int, form: AftermathForm, conflict: Conflict) -> ResponseReturnValue:
    db.rollback()
    session = session_numbered(db, session_id) or abort(404)
    theirs, ours = aftermath.aftermath_of(session), form.aftermath
    names = [name for name in vars(theirs) if getattr(theirs, name) != getattr(ours, name)]
    form.seen_at.data = session.updated_at.isoformat()
    return _afterwards_page(session, form, 409, conflict=tell(conflict), theirs=theirs, differing=names)


def _refused(session: Session, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    session_id = session.id
    fresh = session_numbered(db, session_id) or abort(404)
    return _afterwards_page(fresh, AftermathForm(data=aftermath_values(fresh)), 422, problem=tell(refusal))
