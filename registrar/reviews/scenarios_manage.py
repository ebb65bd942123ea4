"""Scenarios: who would be chosen under limits, what each limit costs, kept with their reason, compared, and applied."""

from collections import Counter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import bulk, weighing
from registrar.reviews import scenario_forms as forms
from registrar.reviews import scenario_traits as traits
from registrar.reviews import scenario_words as words
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.board_manage import tell_decided
from registrar.reviews.decision_models import Scenario
from registrar.reviews.results import Panel, results
from registrar.reviews.scenario_forms import Draft
from registrar.reviews.scenarios import NoSuchChoice, choose
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo


@bp.get("/scenarios")
@staff(Role.ORGANISER)
def scenarios(slug: str) -> ResponseReturnValue:
    """Show the editor with what the limits of the address would give, and the scenarios that are kept."""
    return editor_page(found_call(slug), request.args)


@bp.post("/scenarios")
@staff(Role.ORGANISER)
def save_scenario(slug: str) -> ResponseReturnValue:
    """Keep a scenario under a name."""
    call, form = found_call(slug), request.form
    found, panel = traits.field(db, call, signed_in_staff()), results(db, call, signed_in_staff()).panel
    draft = forms.draft(form, _places(call, panel), found.values())
    weighed = _weighed(call, draft, found, panel)
    if "result" not in weighed:
        return editor_page(call, form), 422
    limits = [forms.to_json(each) for each in draft.limits]
    try:
        made = weighing.save(
            db, call, form.get("name", ""), form.get("reason", ""), draft.count, limits, weighed["result"],
            by=actor(), now=now(),
        )  # fmt: skip
    except Refusal as refusal:
        db.rollback()
        return editor_page(found_call(slug), form, tell(refusal)), 422
    db.commit()
    flash(_("The scenario is kept."))
    return redirect(url_for(".scenario", slug=slug, number=made.id), 303)


@bp.get("/scenarios/<int:number>")
@staff(Role.ORGANISER)
def scenario(slug: str, number: int) -> ResponseReturnValue:
    """Show a scenario as it was computed, beside another one if asked."""
    call = found_call(slug)
    return scenario_page(call, found_scenario(call, number))


@bp.post("/scenarios/<int:number>/choose")
@staff(Role.ORGANISER)
def choose_scenario(slug: str, number: int) -> ResponseReturnValue:
    """Mark the scenario that was chosen, with the reason."""
    call = found_call(slug)
    found = found_scenario(call, number)
    try:
        weighing.choose(db, found, request.form.get("reason", ""), by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        call = found_call(slug)
        return scenario_page(call, found_scenario(call, number), tell(refusal)), 422
    db.commit()
    url = url_for(".put_scenario_back", slug=slug, number=number)
    offer_undo(_("This scenario is the chosen one."), url)
    return redirect(url_for(".scenario", slug=slug, number=number), 303)


@bp.post("/scenarios/<int:number>/put-back")
@staff(Role.ORGANISER)
def put_scenario_back(slug: str, number: int) -> ResponseReturnValue:
    """Let this scenario be one among the others again."""
    weighing.put_back(db, found_scenario(found_call(slug), number), by=actor(), now=now())
    db.commit()
    flash(_("As it was before."))
    return redirect(url_for(".scenario", slug=slug, number=number), 303)


@bp.post("/scenarios/<int:number>/apply")
@staff(Role.ORGANISER)
def apply_scenario(slug: str, number: int) -> ResponseReturnValue:
    """Accept on the board whom the scenario chooses; others keep their verdicts, and it can be undone there."""
    call = found_call(slug)
    found = found_scenario(call, number)
    try:
        count, entry = bulk.decide(
            db, call.id, found.result["chosen"], Verdict.ACCEPT, found.reason, staff=signed_in_staff(), now=now()
        )  # fmt: skip
    except Refusal as refusal:
        db.rollback()
        call = found_call(slug)
        return scenario_page(call, found_scenario(call, number), tell(refusal)), 422
    db.commit()
    tell_decided(slug, count, entry)
    return redirect(url_for(".board", slug=slug, pile="accept"), 303)


def found_scenario(call: Call, number: int) -> Scenario:
    """Return a scenario of this call that exists for who is signed in."""
    known = {each.id: each for each in traits.seen(db, call, signed_in_staff())}
    return known.get(number) or abort(404)


def editor_page(call: Call, typed: MultiDict[str, str], problem: str = "") -> str:
    """Render the editor; with limits or `try` in the address also what they would give."""
    reader = signed_in_staff()
    found, panel = traits.field(db, call, reader), results(db, call, reader).panel
    draft = forms.draft(typed, _places(call, panel), found.values())
    weighed = _weighed(call, draft, found, panel) if typed else {}
    return render_template(
        "reviews/scenarios.html", call=call, draft=draft, groups=words.groups(call, found.values()), typed=typed,
        kept=traits.seen(db, call, reader), problem=problem, words=words, zone=reader.timezone, panel=panel,
        entries={each.number: each for each in found.entries}, **weighed,
    )  # fmt: skip


def scenario_page(call: Call, found: Scenario, problem: str = "") -> str:
    """Render one scenario that is kept."""
    reader = signed_in_staff()
    limits = [forms.from_json(each) for each in found.limits]
    field = traits.field(db, call, reader)
    kept = traits.seen(db, call, reader)
    other = next((each for each in kept if str(each.id) == request.args.get("with")), None)
    return render_template(
        "reviews/scenario.html", call=call, scenario=found, limits=limits, words=words, problem=problem, other=other,
        entries={each.number: each for each in field.entries}, kept=kept, zone=reader.timezone, typed=request.form,
        result=found.result, again=[forms.typed_line(each) for each in limits],
        spread=_spread(call, field, found.result["chosen"]),
        only_here=_without(found, other), only_there=_without(other, found),
    )  # fmt: skip


def _weighed(call: Call, draft: Draft, found: traits.Field, panel: Panel) -> dict[str, Any]:
    """Return what the limits give for the page, or why there is no choice."""
    candidates = traits.candidates(found, panel, keeping=draft.keeping)
    if draft.problems or not candidates:
        return {}
    try:
        outcome = choose(candidates, draft.count, draft.limits)
    except NoSuchChoice as none:
        return {"alone": [words.sentence(call, each) for each in none.alone], "impossible": True}
    result = weighing.computed(candidates, outcome)
    return {"result": result, "spread": _spread(call, found, result["chosen"])}


def _places(call: Call, panel: Panel) -> int:
    return call.places or max(len(panel.estimates), 1)


def _spread(call: Call, found: traits.Field, chosen: list[int]) -> dict[str, list[tuple[str, int, str]]]:
    """Count the chosen by country, region and kind, the most first; as rows of charts."""
    counts = {}
    for trait in (traits.COUNTRY, traits.REGION, traits.KIND):
        values = Counter(found.traits[each][trait] for each in chosen if trait in found.traits.get(each, {}))
        rows = [(words.value_name(call, trait, value), count, "") for value, count in values.items()]
        counts[trait] = sorted(rows, key=lambda row: (-row[1], row[0]))
    return counts


def _without(one: Scenario | None, other: Scenario | None) -> list[int]:
    """Return whom the one chooses and the other does not."""
    chosen = set(other.result["chosen"]) if other else set()
    return [number for number in one.result["chosen"] if number not in chosen] if one else []
