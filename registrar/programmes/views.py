"""Public pages: home, season, programme."""

from typing import Any

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.programmes import queries, structured_data
from registrar.programmes.models import Programme, Season
from registrar.programmes.rules import ProgrammeKind
from registrar.programmes.weeks import Week, current
from registrar.programmes.words import fold
from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import country_name

bp = Blueprint("programmes", __name__)
caching.keep(bp, caching.SHORT)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    organisation = queries.organisation(db)
    season = queries.current_season(db)
    data = structured_data.organisation(organisation, absolute("programmes.home")) if organisation else None
    return render_template(
        "programmes/home.html",
        about=organisation,
        season=season,
        archive_size=queries.archive_size(db),
        structured=data,
        **_next_meeting(season),
    )


@bp.get("/seasons/<season>")
@public
def season(season: str) -> ResponseReturnValue:
    found = queries.season(db, season) or abort(404)
    return render_template("programmes/season.html", season=found, selected=_by_country(found))


@bp.get("/seasons/<season>/<programme>")
@public
def programme(season: str, programme: str) -> ResponseReturnValue:
    found = queries.programme(db, season, programme) or abort(404)
    neighbours = queries.neighbours(db, found)
    url = absolute("programmes.programme", season=season, programme=programme)
    return render_template(
        "programmes/programme.html",
        programme=found,
        season=found.season,
        first_step=next((each for each in neighbours if each.slug == found.eligible_after), None),
        next_step=next((each for each in neighbours if each.eligible_after == found.slug), None),
        structured=_described(found, url),
    )


def _next_meeting(season: Season | None) -> dict[str, Any]:
    """Return the open series of the season, its weeks and the one that is live or next."""
    series = next((each for each in season.programmes if each.kind is ProgrammeKind.SERIES), None) if season else None
    weeks: list[Week] = queries.weeks(db, series.id, now()) if series else []
    return {"series": series, "weeks": weeks, "coming": current(weeks)}


def _by_country(season: Season) -> list[tuple[str, list[str]]]:
    """Group the selected institutions by the name of their country."""
    groups: dict[str, list[str]] = {}
    for selection in season.selections:
        groups.setdefault(country_name(selection.institution.country), []).append(selection.institution.name)
    return sorted(groups.items(), key=lambda group: fold(group[0]))


def _described(programme: Programme, url: str) -> structured_data.Data:
    settings: Settings = current_app.extensions["registrar.settings"]
    by = structured_data.organiser(settings.organisation, absolute("programmes.home"))
    if programme.kind is ProgrammeKind.SERIES:
        return structured_data.series(programme, [], url, by)
    return structured_data.course(programme, url, by)
