"""Find the organisation, its seasons and programmes, and the weeks of a series, in few statements."""

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from registrar.db import DbSession
from registrar.programmes.events import Event
from registrar.programmes.models import (
    Organisation,
    Partnership,
    Programme,
    Season,
    Selection,
    Session,
    SessionSpeaker,
    Speaker,
)
from registrar.programmes.rules import Access, ProgrammeKind, SeasonStatus
from registrar.programmes.weeks import Meeting, Week, weeks_of

_MEETING = (
    Session.id,
    Session.slug,
    Session.starts_at,
    Session.ends_at,
    Session.timezone,
    Session.title_en,
    Session.title_fr,
    Session.capacity,
    Session.cancelled_at,
    Session.published_at,
)


def organisation(db: DbSession) -> Organisation | None:
    return db.scalar(select(Organisation).limit(1))


def current_season(db: DbSession) -> Season | None:
    """Return the season that runs, with its programmes."""
    statement = select(Season).where(Season.status == SeasonStatus.ONGOING).order_by(Season.position).limit(1)
    return db.scalar(statement.options(selectinload(Season.programmes)))


def season(db: DbSession, slug: str) -> Season | None:
    """Return a season with everything its page shows."""
    return db.scalar(
        select(Season)
        .where(Season.slug == slug)
        .options(
            selectinload(Season.programmes),
            selectinload(Season.partnerships).joinedload(Partnership.partner, innerjoin=True),
            selectinload(Season.selections).joinedload(Selection.institution, innerjoin=True),
        )
    )


def programme(db: DbSession, season_slug: str, slug: str) -> Programme | None:
    return db.scalar(_with_season().where(Season.slug == season_slug, Programme.slug == slug))


def series(db: DbSession, slug: str) -> Programme | None:
    """Return a weekly series with its season."""
    return db.scalar(_with_season().where(Programme.slug == slug, Programme.kind == ProgrammeKind.SERIES))


def open_series(db: DbSession) -> Programme | None:
    """Return the series of the running season that anyone may sign up for."""
    return db.scalar(
        _with_season()
        .where(
            Season.status == SeasonStatus.ONGOING,
            Programme.kind == ProgrammeKind.SERIES,
            Programme.access == Access.OPEN,
        )
        .order_by(Season.position, Programme.position)
        .limit(1)
    )


def neighbours(db: DbSession, programme: Programme) -> list[Programme]:
    """Return the programme that must be completed before this one, and those that may follow it."""
    either = or_(Programme.eligible_after == programme.slug, Programme.slug == (programme.eligible_after or ""))
    return list(db.scalars(select(Programme).where(either)))


def all_series(db: DbSession) -> list[Programme]:
    return list(db.scalars(select(Programme).where(Programme.kind == ProgrammeKind.SERIES)))


def weeks(db: DbSession, programme_id: int, now: datetime) -> list[Week]:
    """Return the sessions of a series in the order of time."""
    rows = db.execute(select(*_MEETING).where(Session.programme_id == programme_id))
    return weeks_of((Meeting(**row._mapping) for row in rows), now)


def speaker_names(db: DbSession, programme_id: int) -> dict[int, list[str]]:
    """Return who speaks, by the id of the session: the name with the affiliation."""
    names: dict[int, list[str]] = {}
    for session_id, name, affiliation in db.execute(
        select(SessionSpeaker.session_id, Speaker.name, Speaker.affiliation)
        .join(SessionSpeaker.speaker)
        .join(Session, Session.id == SessionSpeaker.session_id)
        .where(Session.programme_id == programme_id)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position)
    ):
        names.setdefault(session_id, []).append(f"{name}, {affiliation}" if affiliation else name)
    return names


def archive_size(db: DbSession) -> tuple[int, int]:
    """Return how many past events there are, and in how many countries they took place."""
    events, countries = db.execute(select(func.count(Event.id), func.count(Event.country.distinct()))).one()
    return events, countries


def _with_season() -> Select[Programme]:
    return select(Programme).join(Programme.season).options(contains_eager(Programme.season))
