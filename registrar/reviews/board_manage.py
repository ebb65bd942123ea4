"""The decision board: verdicts one by one or many at once, and the waiting list in its order."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import board_queries as queries
from registrar.reviews import board_words as words
from registrar.reviews import bulk
from registrar.reviews.access import active_phase
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.board_forms import BoardFilterForm
from registrar.reviews.results import results
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import row_number
from registrar.web.notices import offer_undo
from registrar.web.paging import page, page_number

VERDICTS = {each.value: each for each in Verdict} | {"none": None}
LONGEST_REASON = 2_000


@bp.get("/board")
@staff(Role.ORGANISER)
def board(slug: str) -> ResponseReturnValue:
    """Show the applications with their scores and verdicts, a page at a time."""
    return board_page(found_call(slug))


@bp.post("/board")
@staff(Role.ORGANISER)
def decide(slug: str) -> ResponseReturnValue:
    """Set the verdict of the applications that are ticked."""
    call, verdict = found_call(slug), request.form.get("verdict", "")
    if verdict not in VERDICTS:
        return board_page(call, _("Choose a verdict.")), 422
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    try:
        count, number = bulk.decide(
            db, call.id, ticked(), VERDICTS[verdict], reason, staff=signed_in_staff(), now=now()
        )  # fmt: skip
    except Refusal as refusal:
        db.rollback()
        return board_page(found_call(slug), tell(refusal)), 422
    db.commit()
    tell_decided(slug, count, number)
    return redirect(_back(slug), 303)


@bp.post("/board/undo")
@staff(Role.ORGANISER)
def undo_decision(slug: str) -> ResponseReturnValue:
    """Put the verdicts back that were just set."""
    call = found_call(slug)
    try:
        bulk.undo(db, call.id, row_number(request.form.get("entry")) or 0, staff=signed_in_staff(), now=now())
    except Refusal as refusal:
        db.rollback()
        return board_page(found_call(slug), tell(refusal)), 409
    db.commit()
    flash(_("As it was before."))
    return redirect(_back(slug), 303)


@bp.post("/board/order")
@staff(Role.ORGANISER)
def order(slug: str) -> ResponseReturnValue:
    """Move an application in the waiting list, in front of another or to the end."""
    call, form = found_call(slug), request.form
    number, other = row_number(form.get("application")) or 0, row_number(form.get("before"))
    try:
        bulk.place_before(db, call.id, number, other, staff=signed_in_staff(), now=now())
    except Refusal as refusal:
        db.rollback()
        return board_page(found_call(slug), tell(refusal)), 409
    db.commit()
    return redirect(url_for(".board", slug=slug, pile=queries.Pile.WAITLIST) + f"#line-{number}", 303)


def ticked() -> list[int]:
    """Return the applications that are ticked, or all that the page showed."""
    name = "shown" if "all" in request.form else "chosen"
    return [found for each in request.form.getlist(name)[: queries.PER_PAGE] if (found := row_number(each))]


def tell_decided(slug: str, count: int, number: int) -> None:
    """Say how many were decided, with the way back."""
    text = ngettext("%(num)s application was decided.", "%(num)s applications were decided.", count)
    offer_undo(text, url_for(".undo_decision", slug=slug), entry=number)


def board_page(call: Call, problem: str = "") -> str:
    """Render the board that the address asks for."""
    reader = signed_in_staff()
    found_results, entries = results(db, call, reader), queries.entries(db, call, reader)
    panel = found_results.panel
    form = BoardFilterForm()
    form.offer(entries)
    wanted, number = form.details, page_number()
    found = queries.narrowed(entries, panel, wanted)
    shown = queries.on_pile(found, wanted.pile)
    in_line = wanted.pile is queries.Pile.WAITLIST
    shown = queries.in_line(shown) if in_line else queries.ordered(shown, panel, wanted.sort)
    begin = (number - 1) * queries.PER_PAGE
    lines = queries.lines(db, shown[begin : begin + queries.PER_PAGE], panel)
    following = shown[begin + queries.PER_PAGE :][:1]
    return render_template(
        "reviews/board.html", call=call, filters_form=form, wanted=wanted, lines=lines, panel=panel, words=words,
        piles=queries.piles(entries), found=queries.piles(found), total=len(entries), problem=problem, begin=begin,
        changed=sum(each.is_changed for each in entries), released=sum(each.released is not None for each in entries),
        page=page(number, queries.PER_PAGE, len(lines), total=len(shown), more=len(following)), typed=request.form,
        scale=found_results.scale, cut=panel.cut,
        in_line=in_line, following=following[0].number if following else None, phase=active_phase(db, call.id),
    )  # fmt: skip


def _back(slug: str) -> str:
    query = request.query_string.decode("ascii", "ignore")
    return url_for(".board", slug=slug) + (f"?{query}" if query else "")
