"""Public pages of the archive: everything since the beginning with search and filters, and each event."""

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from registrar.archive import queries
from registrar.archive.rules import Entry, EntryKind, Filter, countries
from registrar.db import db
from registrar.programmes import structured_data
from registrar.programmes.queries import organisation
from registrar.programmes.words import fold, holds
from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import country_name, current_locale

bp = Blueprint("archive", __name__)
caching.keep(bp, caching.LONG)
LONGEST_QUERY = 100
KINDS = {
    EntryKind.DISCUSSION: _l("Discussion"),
    EntryKind.SEASON: _l("Season"),
    EntryKind.MEETUPS: _l("Online talks"),
    EntryKind.CONFERENCE: _l("Conference"),
    EntryKind.WORKSHOP: _l("Workshop"),
    EntryKind.STUDY: _l("Training course"),
}
GROUPS = (
    (_l("Discussions"), {EntryKind.DISCUSSION}),
    (_l("Seasons"), {EntryKind.SEASON}),
    (_l("Online programmes"), {EntryKind.MEETUPS}),
    (_l("Conferences, workshops and training"), {EntryKind.CONFERENCE, EntryKind.WORKSHOP, EntryKind.STUDY}),
)


@bp.get("/archive")
@public
def index() -> ResponseReturnValue:
    entries = queries.entries(db, current_locale())
    wanted = Filter(
        request.args.get("q", "").strip()[:LONGEST_QUERY], request.args.get("kind", ""), request.args.get("country", "")
    )
    found = entries if wanted.is_empty else [entry for entry in entries if fits(entry, wanted)]
    about = organisation(db)
    return render_template(
        "archive/index.html",
        since=about.since if about else None,
        wanted=wanted,
        total=len(entries),
        found=found,
        groups=[(title, group) for title, kinds in GROUPS if (group := [each for each in found if each.kind in kinds])],
        kinds=[(kind, label) for kind, label in KINDS.items() if any(entry.kind is kind for entry in entries)],
        countries=sorted(((code, country_name(code)) for code in countries(entries)), key=lambda each: fold(each[1])),
        kind_labels=KINDS,
        address=address,
    )


@bp.get("/archive/<event>")
@public
def event(event: str) -> ResponseReturnValue:
    found = queries.event(db, event) or abort(404)
    settings: Settings = current_app.extensions["registrar.settings"]
    by = structured_data.organiser(settings.organisation, absolute("programmes.home"))
    data = structured_data.past_event(found, absolute("archive.event", event=event), by)
    return render_template("archive/event.html", event=found, structured=data)


def fits(entry: Entry, wanted: Filter) -> bool:
    """Tell whether an entry is what the visitor asked for; accents and case do not matter."""
    if wanted.kind not in ("", entry.kind) or wanted.country not in ("", entry.country):
        return False
    country = country_name(entry.country) if entry.country else ""
    return holds(wanted.query, entry.title, entry.topic, entry.place, country, entry.words)


def address(entry: Entry) -> str:
    """Return the permanent address of an entry."""
    if entry.kind is EntryKind.SEASON:
        return url_for("programmes.season", season=entry.slug)
    if entry.kind is EntryKind.DISCUSSION:
        return url_for("weekly.session", programme=entry.series, session=entry.slug)
    return url_for("archive.event", event=entry.slug)
