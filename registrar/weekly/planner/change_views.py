"""Changes of the season in three steps: written, previewed with everybody who would be told, carried out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.programmes.models import Programme, Session
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo
from registrar.weekly.planner import planning
from registrar.weekly.planner import queries as planner_queries
from registrar.weekly.planner.changes import Cancel, Change, Move, Reinstate, Shift, Slot, Step
from registrar.weekly.planner.forms import (
    AddForm,
    CancelForm,
    MoveForm,
    ReinstateForm,
    ShiftForm,
    StepForm,
    fields_of,
    first_suggestion,
    given,
    slot_values,
)
from registrar.weekly.planner.queries import session_numbered
from registrar.weekly.planner.samples import samples
from registrar.weekly.planner.views import bp, carried, chosen_series, is_writing

Undo = tuple[str, dict[str, Any]]
"""The endpoint of the opposite change, and what its form holds."""


@bp.route("/<int:session_id>/move", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def move(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    form = MoveForm(data=None if request.method == "POST" else slot_values(session))
    page = Page(session.programme, form, "planner/move.html", session)
    return page.answer(lambda: form.change(session))


@bp.route("/<int:session_id>/shift", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def shift(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    form = ShiftForm(data=None if request.method == "POST" else {"weeks": 1})
    page = Page(session.programme, form, "planner/shift.html", session)
    return page.answer(lambda: Shift(session.id, given(form.weeks.data), form.fold.data))


@bp.route("/<int:session_id>/cancel", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def cancel(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    form = CancelForm()
    page = Page(session.programme, form, "planner/cancel.html", session)
    return page.answer(lambda: Cancel(session.id, form.reason_en.data or "", form.reason_fr.data or ""))


@bp.route("/<int:session_id>/reinstate", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def reinstate(session_id: int) -> ResponseReturnValue:
    session = session_numbered(db, session_id) or abort(404)
    page = Page(session.programme, ReinstateForm(), "planner/reinstate.html", session)
    return page.answer(lambda: Reinstate(session.id))


@bp.route("/add", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def add() -> ResponseReturnValue:
    programme = chosen_series(planner_queries.all_series(db)) or abort(404)
    form = AddForm(data=None if request.method == "POST" else first_suggestion(programme, now()))
    return Page(programme, form, "planner/add.html").answer(lambda: form.change(programme))


class Page:
    """One change on its way through its three steps."""

    def __init__(self, programme: Programme, form: StepForm, template: str, session: Session | None = None) -> None:
        self.programme, self.form, self.template, self.session = programme, form, template, session

    def answer(self, change: Callable[[], Change]) -> ResponseReturnValue:
        """Show the form, or what the change would do, or do it."""
        if is_writing(self.form):
            return self._written()
        if not self.form.validate():
            return self._written(422)
        try:
            return self._done(change()) if self.form.step.data == "confirm" else self._previewed(change())
        except Conflict as conflict:
            db.rollback()
            return self._previewed(change(), tell(conflict), 409)
        except Refusal as refusal:
            db.rollback()
            self.form.refuse(refusal)
            return self._written(422)

    def _written(self, status: int = 200) -> ResponseReturnValue:
        context = {"programme": self.programme, "session": self.session, "form": self.form}
        return render_template(self.template, **context), status

    def _previewed(self, change: Change, warning: str = "", status: int = 200) -> ResponseReturnValue:
        shown = planning.preview(db, self.programme, change, now=now())
        context = {
            "programme": self.programme,
            "session": self.session,
            "preview": shown,
            "kind": type(change).__name__.lower(),
            "other_zone": planner_queries.opposite(self.programme.timezone),
            "unusual": planner_queries.unusual_zone,
            "letters": samples(db, self.programme, change, shown),
            "reminders_of": self._reminders_of(now()),
            "warning": warning,
            "carried": carried(),
            "this_page": request.path,
        }
        return render_template("planner/preview.html", **context), status

    def _reminders_of(self, at: datetime) -> Callable[[Step], list[datetime]]:
        """Return when the reminders of a session would go out, those still ahead."""
        leads = planner_queries.reminder_leads(db, self.programme)

        def found(step: Step) -> list[datetime]:
            if step.after is None:
                return []
            zone = step.session.timezone if step.session else self.programme.timezone
            moments = [leaves_at(step.after.starts_at, zone) for leaves_at in leads]
            return sorted(moment for moment in moments if at < moment < step.after.starts_at)

        return found

    def _done(self, change: Change) -> ResponseReturnValue:
        before = Slot(self.session.starts_at, self.session.ends_at) if self.session else None
        reasons = (self.session.cancel_reason_en, self.session.cancel_reason_fr) if self.session else ("", "")
        seen = self.form.seen.data or ""
        done = planning.carry_out(db, self.programme, change, seen=seen, by=actor(), now=now())
        db.commit()
        self._report(done.told, self._undo(change, before, reasons))
        return redirect(url_for("planner.index", series=self.programme.slug), 303)

    def _undo(self, change: Change, before: Slot | None, reasons: tuple[str, str]) -> Undo | None:
        match change:
            case Move() if before and self.session:
                return "planner.move", fields_of(before, self.session.timezone)
            case Shift():
                return "planner.shift", {"weeks": -change.weeks}
            case Cancel():
                return "planner.reinstate", {}
            case Reinstate():
                return "planner.cancel", {"reason_en": reasons[0], "reason_fr": reasons[1]}
            case _:
                return None

    def _report(self, told: int, undo: Undo | None) -> None:
        """Say what was done; going back is previewed like every change, for people may have been told."""
        people = ngettext("%(num)s person is told by mail.", "%(num)s people are told by mail.", told)
        text = _("Done. %(people)s", people=people if told else _("There was nobody to tell."))
        if undo is None or self.session is None:
            return flash(text, "done")
        endpoint, fields = undo
        typed = {name: value.strftime("%H:%M") if name == "at" else str(value) for name, value in fields.items()}
        url = url_for(endpoint, session_id=self.session.id)
        return offer_undo(text, url, step="preview", **typed)
