"""A reviewer's dashboard: their calls, how far they are, and what comes next."""

from enum import StrEnum

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.db import db
from registrar.errors import N_, Refusal
from registrar.reviews import reviewing
from registrar.reviews.reading import queue
from registrar.reviews.reading.blueprint import bp
from registrar.reviews.reading.others import Habit, habits
from registrar.reviews.reading.queue import Bench, Order, Progress
from registrar.reviews.reading.shortcuts import Shortcuts, switch
from registrar.reviews.reviewing import criteria
from registrar.reviews.rules import Sees
from registrar.web.access import staff
from registrar.web.failures import tell


class Shown(StrEnum):
    """Which part of the queue is shown."""

    ALL = "all"
    OPEN = "open"
    DONE = "done"


@bp.get("")
@staff(Role.REVIEWER)
def index() -> ResponseReturnValue:
    """Show what waits for this reviewer, by call."""
    member, at = signed_in_staff(), now()
    order = Order(wanted) if (wanted := request.args.get("sort")) in set(Order) else Order.NEXT
    part = Shown(wanted) if (wanted := request.args.get("show")) in set(Shown) else Shown.ALL
    looked_for = request.args.get("q", "").strip()
    found = queue.benches(db, member)
    lists = {bench.reviewer.id: _listed(bench, order, part, looked_for) for bench in found}
    return render_template(
        "reviews/index.html", benches=found, lists=lists, order=order, orders=Order, part=part, parts=Shown,
        looked_for=looked_for, now=at, zone=member.timezone, staff=member, comparisons=_comparisons(found),
        shortcuts=any(bench.reviewer.shortcuts for bench in found), Progress=Progress,
    )  # fmt: skip


@bp.post("/<reference>/take-again")
@staff(Role.REVIEWER)
def take_again(reference: str) -> ResponseReturnValue:
    """Go on with a review that was handed back."""
    back = {each.application.reference: each for each in queue.handed_back(db, signed_in_staff())}
    try:
        if reference not in back:
            raise Refusal(N_("There is nothing of yours to take up again."))
        reviewing.take_again(db, back[reference], actor=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
        return redirect(url_for(".index"), 303)
    db.commit()
    return redirect(url_for(".room", reference=reference), 303)


@bp.post("/shortcuts")
@staff(Role.REVIEWER)
def set_shortcuts() -> ResponseReturnValue:
    """Switch the keyboard shortcuts on or off for this reviewer, in every call."""
    wanted = Shortcuts.ON if request.form.get("shortcuts") == "on" else Shortcuts.OFF
    switch(db, signed_in_staff(), wanted)
    db.commit()
    flash(_("Keyboard shortcuts are on.") if wanted is Shortcuts.ON else _("Keyboard shortcuts are off."))
    return redirect(url_for(".index"), 303)


def _listed(bench: Bench, order: Order, part: Shown, looked_for: str) -> list[queue.Task]:
    found = queue.arranged(queue.matching(bench.tasks, looked_for), order)
    if part is Shown.ALL:
        return found
    return [task for task in found if (task.progress is Progress.SUBMITTED) is (part is Shown.DONE)]


def _comparisons(found: list[Bench]) -> dict[int, list[tuple[str, list[int], Habit]]]:
    """Return a reviewer's levels beside the others' by criterion, where the phase shows them and there are any."""
    compared = {}
    for bench in found:
        if bench.phase is None or bench.phase.sees_others is Sees.NEVER or not bench.done:
            continue
        counted = habits(db, signed_in_staff(), bench.reviewer)
        asked = criteria(db, bench.reviewer.call_id)
        rows = [(each, counted[each.id]) for each in asked if each.id in counted and counted[each.id].others]
        compared[bench.reviewer.id] = [
            (each.title(signed_in_staff().locale), [level["value"] for level in each.levels], habit)
            for each, habit in rows
        ]
    return compared
