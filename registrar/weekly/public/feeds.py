"""Calendars to subscribe to: one private feed per registration, one public calendar per series."""

from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registrar.db import db
from registrar.programmes import calendars
from registrar.programmes.calendars import CalendarSession
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import ProgrammeKind
from registrar.tokens import Purpose, Tokens
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import current_locale
from registrar.weekly.calendar_entries import calendar_session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import SeatState

bp = Blueprint("feeds", __name__)
REFRESH = timedelta(hours=4)
"""How often a calendar program is asked to read the feed again."""


@bp.get("/feed/<token>.ics")
@public
def personal(token: str) -> ResponseReturnValue:
    """Answer with the sessions that this person has a seat in, each with their own way in."""
    registration = _registration(token)
    if registration is None:
        abort(404)
    seats, locale = _seats(registration), registration.person.locale
    entries = [calendar_session(seat.session, seat, locale) for seat in seats if seat.state is SeatState.CONFIRMED]
    response = _calendar(registration.programme.title, entries, absolute("feeds.personal", token=token))
    response.last_modified = _last_change(seats)
    response.headers["Cache-Control"] = "private, no-cache"  # kept by the reader, but asked for each time
    response.headers["Referrer-Policy"] = "no-referrer"
    return response.make_conditional(request)


@public
def series_calendar(programme: str) -> ResponseReturnValue:
    """Answer with every session of a series, without anyone's way in."""
    series = _series(programme)
    if series is None:
        abort(404)
    entries = [calendar_session(session, None, current_locale()) for session in series.sessions]
    response = _calendar(series.title, entries, absolute("weekly.calendar", programme=series.slug))
    response.last_modified = max((entry.modified_at for entry in entries), default=None)
    return response.make_conditional(request)


def install(app: Flask) -> None:
    """Attach the public calendar beside the other pages of the series, kept as long as they are."""
    app.add_url_rule("/weekly/<programme>/calendar.ics", "weekly.calendar", series_calendar)


def _calendar(name: str, entries: list[CalendarSession], source: str) -> Response:
    content = calendars.feed(name, entries, source=source, refresh=REFRESH)
    response = Response(content, mimetype="text/calendar")
    response.add_etag()
    return response


def _last_change(seats: list[Seat]) -> datetime | None:
    """Return when the feed last changed; a seat given up has left it and changed it all the same."""
    return max((max(seat.state_at, seat.session.updated_at) for seat in seats), default=None)


def _registration(token: str) -> Registration | None:
    """Return the registration of a feed that has not been renewed since."""
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    claim = tokens.read(Purpose.FEED, token)
    if claim is None:
        return None
    options = (joinedload(Registration.person), joinedload(Registration.programme))
    registration = db.get(Registration, claim.ids[0], options=options)
    return registration if registration and registration.person.link_number == claim.counter else None


def _seats(registration: Registration) -> list[Seat]:
    """Return every seat, in order of the sessions; one of a cancelled session stays held, so that a feed can say so."""
    statement = (
        select(Seat)
        .join(Seat.session)
        .options(contains_eager(Seat.session).joinedload(Session.programme))
        .where(Seat.registration_id == registration.id)
        .order_by(Session.starts_at)
    )
    return list(db.scalars(statement))


def _series(slug: str) -> Programme | None:
    statement = select(Programme).where(Programme.slug == slug, Programme.kind == ProgrammeKind.SERIES)
    return db.scalar(statement.options(selectinload(Programme.sessions)))
