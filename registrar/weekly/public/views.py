"""Public pages of a series: all its weeks, and one session before, while and after it happens."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person
from registrar.programmes import calendars, queries, structured_data
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import Access, Phase, SeasonStatus, clocks_differ
from registrar.programmes.weeks import Week, WeekState, current, related
from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import current_locale, local_time
from registrar.weekly.availability import Availability, availability
from registrar.weekly.calendar_entries import calendar_session
from registrar.weekly.personal_links import join_link
from registrar.weekly.public import queries as public_queries
from registrar.weekly.public.queries import Voice
from registrar.weekly.rules import SeatState

bp = Blueprint("weekly", __name__)
caching.keep(bp, caching.SHORT)


@bp.get("/weekly/")
@public
def index() -> ResponseReturnValue:
    series = queries.open_series(db)
    if series is None:
        return render_template("weekly/none.html")
    return redirect(url_for("weekly.series", programme=series.slug), 303)


@bp.get("/weekly/<programme>")
@public
def series(programme: str) -> ResponseReturnValue:
    found = queries.series(db, programme) or abort(404)
    weeks = queries.weeks(db, found.id, now())
    coming = [week.meeting for week in weeks if week.state not in {WeekState.DONE, WeekState.CANCELLED}]
    person = current_person()
    url = absolute("weekly.series", programme=programme)
    return render_template(
        "weekly/series.html",
        programme=found,
        weeks=weeks,
        coming=current(weeks),
        timeline_items=timeline_items(found, weeks),
        speakers=queries.speaker_names(db, found.id) if weeks else {},
        places=availability(db, coming),
        registration=public_queries.own_registration(db, found.id, person) if person else None,
        is_open=is_open(found),
        structured=structured_data.series(found, weeks, url, _organiser()),
    )


@bp.get("/weekly/<programme>/<session>")
@public
def session(programme: str, session: str) -> ResponseReturnValue:
    found = public_queries.session(db, programme, session) or abort(404)
    weeks = queries.weeks(db, found.programme_id, now())
    week = next(each for each in weeks if each.meeting.id == found.id)
    phase = week.meeting.phase(now())
    voices = public_queries.voices(db, found.programme_id)
    person = current_person()
    return render_template(
        "weekly/session.html",
        programme=found.programme,
        session=found,
        week=week,
        weeks=weeks,
        coming=current(weeks),
        phase=phase,
        voices=[voice for voice in voices if voice.session_id == found.id],
        timeline_items=timeline_items(found.programme, weeks),
        related=related(found.id, [each.meeting for each in weeks], [(v.session_id, v.speaker.id) for v in voices]),
        clocks_differ=clocks_differ(found.starts_at),
        is_open=is_open(found.programme),
        **_present(found, week, phase),
        **(_own(found, phase, person) if person else {}),
        **_for_machines(found, voices),
    )


@bp.get("/weekly/<programme>/<session>/calendar.ics")
@public
def session_calendar(programme: str, session: str) -> ResponseReturnValue:
    """Answer with the session as a file for any calendar; without a way in, which is personal."""
    found = public_queries.session(db, programme, session) or abort(404)
    content = calendars.publish(calendar_session(found, None, current_locale()))
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    return response


def is_open(programme: Programme) -> bool:
    """Tell whether anyone may sign up for the series."""
    return programme.access is Access.OPEN and programme.season.status is not SeasonStatus.ARCHIVED


def timeline_items(programme: Programme, weeks: Iterable[Week]) -> list[dict[str, Any]]:
    """Return what the macro `timeline` shows of each week."""
    return [
        {
            "number": week.number,
            "state": week.state,
            "title": week.meeting.title(current_locale()),
            "url": url_for("weekly.session", programme=programme.slug, session=week.meeting.slug),
            "when": local_time(week.meeting.starts_at, week.meeting.timezone),
        }
        for week in weeks
    ]


def _present(session: Session, week: Week, phase: Phase) -> dict[str, Any]:
    """Return what the page needs at this time of the session's life: free places before, what remains after."""
    if session.published_at and not session.cancelled_at:
        return {"is_published": True, "resources": public_queries.resources(db, session.id), "places": None}
    places: Availability | None = None
    if phase in {Phase.PLANNED, Phase.SOON, Phase.LIVE}:
        places = availability(db, [week.meeting]).get(session.id)
    return {"is_published": False, "resources": [], "places": places}


def _own(session: Session, phase: Phase, person: Person) -> dict[str, Any]:
    """Return the known visitor's own seat, and their way in while it is open."""
    seat = public_queries.own_seat(db, session.id, person)
    may_join = seat and seat.state is SeatState.CONFIRMED and phase in {Phase.SOON, Phase.LIVE}
    return {"seat": seat, "join_url": join_link(seat.registration_id, session.id) if seat and may_join else None}


def _for_machines(session: Session, voices: list[Voice]) -> dict[str, Any]:
    """Return the structured data, and the addresses that open a calendar with the session filled in."""
    programme = session.programme
    url = absolute("weekly.session", programme=programme.slug, session=session.slug)
    series_url = absolute("weekly.series", programme=programme.slug)
    speakers = [voice.speaker for voice in voices if voice.session_id == session.id]
    entry = calendar_session(session, None, current_locale())
    return {
        "structured": structured_data.session(
            session, programme, speakers, current_locale(), (url, series_url), _organiser()
        ),
        "google": calendars.google_link(entry),
        "outlook": calendars.outlook_link(entry),
    }


def _organiser() -> structured_data.Data:
    settings: Settings = current_app.extensions["registrar.settings"]
    return structured_data.organiser(settings.organisation, absolute("programmes.home"))
