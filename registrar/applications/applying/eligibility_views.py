"""Whether an institution can apply to a call, for everybody who asks: rule by rule, and nothing that is private.

Only what is public counts here, selections and recorded completions of confirmed institutions; whether an institution
has an application is not told, nor whether somebody has typed its name before.
"""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.applications.evidence import known
from registrar.calls import eligibility_words, queries
from registrar.calls.eligibility import Finding, Known, explain, outcome, rules_of
from registrar.calls.eligibility_words import Sentence
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.people import institutions
from registrar.people.models import Institution
from registrar.programmes.choices import country_options
from registrar.programmes.timezones import country_codes
from registrar.web import caching
from registrar.web.access import public
from registrar.web.forms import LINE_LENGTH, invisible, tidy
from registrar.web.limits import limiter
from registrar.web.locale import current_locale

bp = Blueprint("eligibility", __name__)
caching.keep(bp, caching.SHORT)
LIMIT = "60 per minute"


@bp.get("/calls/<slug>/eligibility")
@limiter.limit(LIMIT)
@public
def check(slug: str) -> ResponseReturnValue:
    """Ask for an institution, and explain each rule of the call for it."""
    call = queries.public_call(db, slug) or abort(404)
    typed = tidy(request.args.get("institution", ""))[:LINE_LENGTH]
    name = "" if invisible(typed) else " ".join(typed.split())
    country = request.args.get("country", "")
    country = country if country in country_codes() else ""
    answer = _answer(call, name, country) if name and country else {}
    return render_template(
        "eligibility/check.html",
        call=call,
        stage=queries.stage_of(call, now()),
        rules=eligibility_words.asked(rules_of(call.eligibility), queries.line_titles(db)),
        institution=name,
        country=country,
        countries=country_options(),
        is_asked="institution" in request.args,
        **answer,
    )


def _answer(call: Call, name: str, country: str) -> dict[str, Any]:
    """Return what each rule says, and where to go instead."""
    found = _confirmed(name, country)
    about = known(db, call, found) if found else Known(name, None, confirmed=False)
    explanations = explain(rules_of(call.eligibility), about)
    sentences = eligibility_words.for_everybody(explanations, about.name, queries.line_titles(db))
    return {
        "known": found,
        "sentences": sentences,
        "outcome": outcome([each for each in explanations if not each.this_season]),
        "ways": _ways(sentences),
        "Finding": Finding,
    }


def _confirmed(name: str, country: str) -> Institution | None:
    """Return the institution that is meant; one that nobody has confirmed is as good as unknown here."""
    found = institutions.known(db, name, country)
    return found if found and found.confirmed_at else None


def _ways(sentences: list[Sentence]) -> dict[str, tuple[str, str]]:
    """Return where the programmes are that must be completed first: their call, or else their page."""
    return {each.line: way for each in sentences if each.line and (way := _way(each.line))}


def _way(line: str) -> tuple[str, str] | None:
    call = queries.call_of_line(db, line, now())
    if call:
        return url_for("calls.call", slug=call.slug), call.title(current_locale())
    programme = queries.edition(db, line)
    if programme is None:
        return None
    url = url_for("programmes.programme", season=programme.season.slug, programme=programme.slug)
    return url, str(_("About %(programme)s", programme=programme.title))
