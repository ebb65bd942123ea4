"""Calls for organisers: the list, a new one, one with what it lacks, and its page as visitors will see it."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.calls import checks, eligibility_words, operations, public_page, queries, versions
from registrar.calls.definition import Definition
from registrar.calls.eligibility import rules_of
from registrar.calls.forms import FormChoice, complain
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.operations import SlugTaken, Start
from registrar.calls.proposals import Unit, free_slug, moment, monday
from registrar.calls.rules import CallState, Stage, stage
from registrar.calls.start_forms import AgainForm, StartForm
from registrar.clock import now
from registrar.db import db
from registrar.programmes.models import Programme
from registrar.web.access import staff
from registrar.web.failures import tell

bp = Blueprint("calls_manage", __name__, url_prefix="/console/calls")
OPENS, CLOSES = time(10), time(18)
WEEKS_OPEN = timedelta(weeks=6)
GRACE = timedelta(minutes=15)


def found(slug: str) -> Call:
    """Return the call of the address, also a draft."""
    return queries.call(db, slug) or abort(404)


def its_page(call: Call) -> ResponseReturnValue:
    """Lead to the page of a call."""
    return redirect(url_for("calls_manage.call", slug=call.slug), 303)


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """List the calls by state, with how many have applied."""
    moment_now = now()
    calls = queries.all_calls(db)
    groups: dict[str, list[Call]] = {}
    for each in queries.most_relevant_first(calls, moment_now):
        is_over = queries.stage_of(each, moment_now) is Stage.OVER
        group = "draft" if each.state is CallState.DRAFT else "over" if is_over else "live"
        groups.setdefault(group, []).append(each)
    return render_template(
        "calls_manage/index.html",
        groups=groups,
        stages={each.id: queries.stage_of(each, moment_now) for each in calls},
        counts=queries.counts(db, calls, signed_in_staff()),
    )


@bp.route("/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Begin a call."""
    form = StartForm()
    if not _offered(form):
        return render_template("calls_manage/nothing.html")
    if request.method == "GET" or not form.validate():
        return render_template("calls_manage/start.html", form=form), 422 if form.errors else 200
    programme = db.get_one(Programme, form.programme.data)
    return _begin(form, lambda start: operations.create(db, start, _dates(programme), by=actor(), now=now()))


@bp.route("/<slug>/again", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def again(slug: str) -> ResponseReturnValue:
    """Begin the call of another season with everything that this one says."""
    source = found(slug)
    stored: dict[str, Any] = {"programme": source.programme_id, "form": source.form_id, "amount": 52}
    stored |= {"title_en": source.title_en, "title_fr": source.title_fr}
    form = AgainForm(data=None if request.method == "POST" else stored)
    _offered(form)
    if request.method == "GET" or not form.validate():
        return render_template("calls_manage/start.html", form=form, source=source), 422 if form.errors else 200
    moved = form.amount.data or 0, Unit(form.unit.data)
    return _begin(form, lambda start: operations.duplicate(db, source, start, moved, by=actor(), now=now()), source)


@bp.get("/<slug>")
@staff(Role.ORGANISER)
def call(slug: str) -> ResponseReturnValue:
    """Show a call: what it says, what is missing, who has applied, and what can be done with it."""
    return page_of(found(slug))


def page_of(call: Call, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Show a call, with what went wrong if something did."""
    titles = queries.line_titles(db)
    choice = FormChoice(formdata=None, seen=str(call.version), form=call.form_id)
    choice.seen.data = str(call.version)
    choice.offer(queries.forms(db))
    context = {
        "call": call,
        "stage": queries.stage_of(call, now()),
        "problem": problem,
        "missing": checks.missing(call, titles, now()) if call.state is CallState.DRAFT else [],
        "advice": checks.advice(call),
        "rules": eligibility_words.asked(rules_of(call.eligibility), titles),
        "counts": queries.count_of(db, call, signed_in_staff()),
        "newest": versions.newest(call.form),
        "choice": choice,
        "tell": told,
    }
    return render_template("calls_manage/call.html", **context), status


def told(finding: checks.Finding) -> str:
    """Say what is to be mended."""
    return str(_(finding.message, **dict(finding.values)))


@bp.get("/<slug>/preview")
@staff(Role.ORGANISER)
def preview(slug: str) -> ResponseReturnValue:
    """Show the page of a call as visitors see it, or will see it once it is published."""
    call = found(slug)
    state = CallState.PUBLISHED if call.state is CallState.DRAFT else call.state
    at = stage(state, call.opens_at, call.closes_at, call.grace, now())
    context = {**public_page.context(call, at, now()), "definition": _asked(call)}
    return render_template("calls/call.html", **context, is_preview=True)


@bp.get("/<slug>/preview/questions")
@staff(Role.ORGANISER)
def preview_questions(slug: str) -> ResponseReturnValue:
    """Show the questions of a call as visitors see them, or will see them once it is published."""
    call = found(slug)
    return render_template("calls/questions.html", call=call, definition=_asked(call), is_preview=True)


def _asked(call: Call) -> Definition:
    return call.form_version.definition if call.form_version else call.form.draft_definition


def _offered(form: StartForm) -> bool:
    """Fill the selects; tell whether there is anything to choose."""
    programmes, forms = queries.programmes_by_application(db), queries.forms(db)
    form.offer(programmes, forms)
    return bool(programmes and forms)


def _begin(form: StartForm, make: Any, source: Call | None = None) -> ResponseReturnValue:
    """Make the call that was asked for, or say what is wrong with its address."""
    try:
        made: Call = make(_start(form))
    except SlugTaken as taken:
        db.rollback()
        complain(form.slug, tell(taken))
        return render_template("calls_manage/start.html", form=form, source=source), 422
    db.commit()
    flash(_("This is a draft. Nobody sees it until you publish it."), "done")
    return its_page(made)


def _start(form: StartForm) -> Start:
    programme = db.get_one(Programme, form.programme.data)
    slug = form.slug.data or free_slug(db, programme.line, now().date())
    return Start(
        programme, db.get_one(ApplicationForm, form.form.data), slug, form.title_en.data or "", form.title_fr.data or ""
    )


def _dates(programme: Programme) -> dict[str, Any]:
    """Propose the dates of a new call, in the zone of its programme."""
    zone = programme.timezone
    opens_on = monday(now(), zone)
    closes_at: datetime = moment(opens_on + WEEKS_OPEN, CLOSES, zone)
    return {
        "opens_at": moment(opens_on, OPENS, zone),
        "closes_at": closes_at,
        "timezone": zone,
        "grace": GRACE,
        "places": programme.places,
        "eligibility": [],
    }
