"""The list of a call's applications, and tags put on many of them at once."""

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.desk import list_queries as queries
from registrar.applications.desk import saved_views, tags, words
from registrar.applications.desk.blueprint import bp, found_call
from registrar.applications.desk.forms import ApplicationFilterForm
from registrar.applications.desk.rules import PER_PAGE, ApplicationFilter
from registrar.applications.documents.contents import Reader
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import row_number
from registrar.web.notices import offer_undo
from registrar.web.paging import page, page_number

Counts = dict[tuple[Lifecycle, str], int]
ON, OFF = "on", "off"
CHANGES = {ON: tags.put_on, OFF: tags.take_off}


@bp.get("/calls/<slug>/applications")
@staff(Role.ORGANISER)
def index(slug: str) -> ResponseReturnValue:
    """List a call's applications, a page at a time; without a question asked, as its reader keeps it."""
    call = found_call(slug)
    kept = saved_views.kept(db, call, signed_in_staff())
    if not request.query_string and kept.first:
        return redirect(f"{url_for('.index', slug=slug)}?view={kept.first.id}&{kept.first.query}", 303)
    return list_page(call, kept)


@bp.post("/calls/<slug>/applications/tag")
@staff(Role.ORGANISER)
def tag_many(slug: str) -> ResponseReturnValue:
    """Put a tag on the applications that are ticked, or take it off."""
    call = found_call(slug)
    ids = _ticked(call)
    if not ids:
        return list_page(call, None, _("Tick the applications first.")), 422
    act = OFF if request.form.get("act") == OFF else ON
    try:
        changed = CHANGES[act](db, ids, request.form.get("tag", ""), by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return list_page(found_call(slug), None, tell(refusal)), 422
    db.commit()
    _tell(call, changed, ON if act == OFF else OFF)
    return redirect(url_for(".index", slug=slug) + _query(), 303)


def list_page(call: Call, kept: saved_views.Kept | None, problem: str = "") -> str:
    """Render the list that the address asks for."""
    kept = kept or saved_views.kept(db, call, signed_in_staff())
    counts = queries.counts(db, call, signed_in_staff())
    form, wanted = filters(call, counts)
    number = page_number()
    rows, more = queries.rows(db, call, signed_in_staff(), wanted, number)
    return render_template(
        "desk/index.html", call=call, filters_form=form, wanted=wanted, rows=rows, kept=kept, problem=problem,
        page=page(number, PER_PAGE, len(rows), total=_total(counts, wanted), more=more), words=words,
        states=by_state(counts), needed=len(queries.needed(call)), query=saved_views.without_place(_query()[1:]),
        view_id=row_number(request.args.get("view")), zone=signed_in_staff().timezone, typed=request.form,
        readers=Reader, staff_id=signed_in_staff().id,
    )  # fmt: skip


def filters(call: Call, counts: Counts) -> tuple[ApplicationFilterForm, ApplicationFilter]:
    """Return the filters of the address, as a form and as values."""
    form = ApplicationFilterForm()
    definition = call.form_version.definition if call.form_version else None
    form.offer(by_country(counts), queries.tags_used(db, call, signed_in_staff()), definition)
    return form, form.details


def by_state(counts: Counts) -> dict[Lifecycle, int]:
    """Add up how many applications are in each state, in the order in which pages name the states."""
    found: Counter[Lifecycle] = Counter()
    for (state, _country), count in counts.items():
        found[state] += count
    return {state: found[state] for state in words.STATES}


def by_country(counts: Counts) -> dict[str, int]:
    """Add up how many applications that were not withdrawn come from each country, the most first."""
    found: Counter[str] = Counter()
    for (state, country), count in counts.items():
        found[country] += count if state is not Lifecycle.WITHDRAWN else 0
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _total(counts: Counts, wanted: ApplicationFilter) -> int | None:
    """Return how many there are, where the counts by state tell it."""
    if not wanted.is_state_alone:
        return None
    states = by_state(counts)
    return states[wanted.state] if wanted.state else sum(states.values())


def _ticked(call: Call) -> list[int]:
    """Return the applications of this call that are ticked, or all that the page showed."""
    name = "shown" if "all" in request.form else "chosen"
    numbers = [found for each in request.form.getlist(name)[:PER_PAGE] if (found := row_number(each))]
    return queries.of_call(db, call, signed_in_staff(), numbers)


def _tell(call: Call, changed: list[int], way_back: str) -> None:
    """Say how many changed, with the way back."""
    if not changed:
        return flash(_("Nothing changed."))
    text = ngettext("Tag put on %(num)s application.", "Tag put on %(num)s applications.", len(changed))
    if way_back == ON:
        text = ngettext("Tag taken off %(num)s application.", "Tag taken off %(num)s applications.", len(changed))
    fields = {"tag": request.form.get("tag", ""), "ids": "-".join(map(str, changed)), "act": way_back}
    url = url_for(".undo_tag", slug=call.slug) + _query()
    return offer_undo(text, url, **fields)


@bp.post("/calls/<slug>/applications/tag/undo")
@staff(Role.ORGANISER)
def undo_tag(slug: str) -> ResponseReturnValue:
    """Take back what was just done to tags."""
    call = found_call(slug)
    numbers = [found for each in request.form.get("ids", "").split("-")[:PER_PAGE] if (found := row_number(each))]
    ids = queries.of_call(db, call, signed_in_staff(), numbers)
    act = OFF if request.form.get("act") == OFF else ON
    CHANGES[act](db, ids, request.form.get("tag", ""), by=actor(), now=now())
    db.commit()
    flash(_("As it was before."))
    return redirect(url_for(".index", slug=slug) + _query(), 303)


def _query() -> str:
    """Return the query of this address, to be put behind another."""
    query = request.query_string.decode("ascii", "ignore")
    return f"?{query}" if query else ""
