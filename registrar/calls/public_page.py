"""What the page of a call shows, to visitors and to the organisers who look at it before it is published."""

from datetime import datetime
from typing import Any

from flask import current_app

from registrar.calls import eligibility_words, queries, structured_data
from registrar.calls.eligibility import rules_of
from registrar.calls.models import Call
from registrar.calls.rules import Stage
from registrar.db import db
from registrar.programmes.structured_data import organiser
from registrar.settings import Settings
from registrar.web.links import absolute
from registrar.web.locale import current_locale


def context(call: Call, stage: Stage, now: datetime) -> dict[str, Any]:
    """Return what the page of a call shows at this stage."""
    settings: Settings = current_app.extensions["registrar.settings"]
    by = organiser(settings.organisation, absolute("programmes.home"))
    url = absolute("calls.call", slug=call.slug)
    return {
        "call": call,
        "stage": stage,
        "rules": eligibility_words.asked(rules_of(call.eligibility), queries.line_titles(db)),
        "definition": call.form_version.definition if call.form_version else None,
        "next_call": queries.call_of_line(db, call.programme.line, now) if stage is Stage.OVER else None,
        "structured": structured_data.call(call, current_locale(), url, by),
    }
