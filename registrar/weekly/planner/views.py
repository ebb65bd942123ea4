"""The season planner: all sessions of a series, and the form that generates them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.programmes.models import Programme
from registrar.web.access import staff
from registrar.web.locale import current_locale
from registrar.weekly.planner import planning
from registrar.weekly.planner import queries as planner_queries
from registrar.weekly.planner.forms import SeasonForm, StepForm, first_suggestion

bp = Blueprint("planner", __name__, url_prefix="/console/sessions")

NOT_CARRIED = frozenset({"csrf_token", "step", "seen"})


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    every = planner_queries.all_series(db)
    programme = chosen_series(every)
    return render_template(
        "planner/index.html",
        every=every,
        programme=programme,
        rows=planner_queries.table(db, programme, now()) if programme else [],
    )


@bp.route("/generate", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def generate() -> ResponseReturnValue:
    """Show the form, then all sessions that would be made, then make them."""
    programme = chosen_series(planner_queries.all_series(db)) or abort(404)
    form = SeasonForm(data=None if request.method == "POST" else first_suggestion(programme, now()))
    form.offer_zones(current_locale(), programme.timezone)
    if is_writing(form):
        return _season_page(programme, form)
    if not form.validate():
        return _season_page(programme, form, 422)
    try:
        return _generated(programme, form)
    except Refusal as refusal:
        db.rollback()
        form.refuse(refusal)
        return _season_page(programme, form, 422)


def chosen_series(every: list[Programme]) -> Programme | None:
    """Return the series that the address names, else the newest."""
    slug = request.values.get("series")
    if slug is None:
        return every[0] if every else None
    return next((each for each in every if each.slug == slug), None) or abort(404)


def is_writing(form: StepForm) -> bool:
    """Tell whether the form is to be shown for writing: at first, and when somebody comes back from the preview."""
    return request.method == "GET" or form.step.data == "write"


def carried() -> list[tuple[str, str]]:
    """Return what was typed, for the hidden fields of a preview."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]


def _season_page(programme: Programme, form: SeasonForm, status: int = 200) -> ResponseReturnValue:
    context = {"programme": programme, "form": form, "has_sessions": planning.has_sessions(db, programme)}
    return render_template("planner/generate.html", **context), status


def _generated(programme: Programme, form: SeasonForm) -> ResponseReturnValue:
    season = form.season
    planning.refuse_if_planned(db, programme)
    if form.step.data != "confirm":
        slots = [(slot, planner_queries.unusual_zone(slot.starts_at, season.timezone)) for slot in season.slots]
        page = "planner/generate_preview.html"
        return render_template(page, programme=programme, season=season, slots=slots, carried=carried(), now=now())
    sessions = planning.generate(db, programme, season, by=actor(), now=now())
    db.commit()
    number = len(sessions)
    flash(ngettext("%(num)s session is planned.", "%(num)s sessions are planned.", number), "done")
    return redirect(url_for("planner.index", series=programme.slug), 303)
