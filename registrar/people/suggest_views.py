"""Institutions as pages suggest them while somebody types: public facts of confirmed ones, nothing else."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from registrar.db import db
from registrar.people.institutions import Suggestion, suggestions
from registrar.web import caching
from registrar.web.access import public
from registrar.web.limits import limiter
from registrar.web.locale import country_name

bp = Blueprint("institutions", __name__, url_prefix="/institutions")
caching.keep(bp, caching.SHORT)
LIMIT = "300 per minute"
"""One person types a few letters a second; a whole office may share an address."""


@bp.get("/suggest")
@public
@limiter.limit(LIMIT)
def suggest() -> ResponseReturnValue:
    """Return at most eight institutions that what is typed may mean, the best first."""
    return jsonify([_public(each) for each in suggestions(db, request.args.get("q", ""))])


def _public(found: Suggestion) -> dict[str, str | None]:
    country = country_name(found.country) if found.country else ""
    return {"name": found.name, "alias": found.alias, "country": found.country, "country_name": country}
