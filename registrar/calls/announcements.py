"""What the pages of programmes say of calls: a programme knows nothing of them, its templates ask here."""

from dataclasses import dataclass

from flask import Flask, g

from registrar.calls import queries
from registrar.calls.models import Call
from registrar.calls.rules import Stage
from registrar.clock import now
from registrar.db import db
from registrar.programmes.models import Programme


@dataclass(frozen=True)
class Announced:
    """The call that matters to a visitor of a programme, and where it stands."""

    call: Call
    stage: Stage


def call_of(programme: Programme) -> Announced | None:
    """Return the open call of a programme, else the coming one, else the last; asks the database once in a request."""
    if "announced_calls" not in g:
        g.announced_calls = _announced()
    found: dict[int, Announced] = g.announced_calls
    return found.get(programme.id)


def _announced() -> dict[int, Announced]:
    moment = now()
    found: dict[int, Announced] = {}
    for call in queries.most_relevant_first(queries.public_calls(db), moment):
        found.setdefault(call.programme_id, Announced(call, queries.stage_of(call, moment)))
    return found


def install(app: Flask) -> None:
    """Let every template ask for the call of a programme."""
    app.jinja_env.globals["call_of"] = call_of
