"""Read the archive: everything that can be listed, one event, the discussions published last."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from registrar.archive.rules import Entry, EntryKind
from registrar.calls.queries import public_calls
from registrar.db import DbSession
from registrar.programmes.dates import event_days, long_day, partial_date
from registrar.programmes.events import Event, EventSession, EventSpeaker
from registrar.programmes.labels import translated
from registrar.programmes.models import (
    Partner,
    Partnership,
    Programme,
    Season,
    Selection,
    Session,
    SessionSpeaker,
    Speaker,
)
from registrar.programmes.rules import ProgrammeKind, SeasonStatus


def event(db: DbSession, slug: str) -> Event | None:
    """Return a past event with its sessions, speakers and partners."""
    return db.scalar(
        select(Event)
        .where(Event.slug == slug)
        .options(
            selectinload(Event.partnerships).joinedload(Partnership.partner, innerjoin=True),
            selectinload(Event.sessions).selectinload(EventSession.speakers).joinedload(EventSpeaker.speaker),
        )
    )


def entries(db: DbSession, locale: str) -> list[Entry]:
    """Return everything in the archive: discussions, seasons and events, each the newest first."""
    partners, speakers = _partners(db), _event_speakers(db)
    seasons = db.scalars(
        select(Season)
        .where(Season.status != SeasonStatus.PLANNED)
        .options(
            joinedload(Season.programmes),
            selectinload(Season.selections).joinedload(Selection.institution, innerjoin=True),
        )
        .order_by(Season.position)
    ).unique()
    events = db.scalars(select(Event).order_by(Event.position))
    return [
        *_discussions(db, locale),
        *(_season(season, partners[season.id, None]) for season in seasons),
        *(_event(event, partners[None, event.id] + speakers[event.id]) for event in events),
    ]


def published(db: DbSession, limit: int) -> list[Session]:
    """Return the discussions whose summary or recording is public, the latest publication first."""
    return list(
        db.scalars(
            select(Session)
            .join(Session.programme)
            .options(
                contains_eager(Session.programme), selectinload(Session.speakers).joinedload(SessionSpeaker.speaker)
            )
            .where(Session.published_at.is_not(None), Session.cancelled_at.is_(None))
            .order_by(Session.published_at.desc(), Session.id.desc())
            .limit(limit)
        )
    )


def addresses(db: DbSession) -> list[tuple[str, dict[str, str]]]:
    """Return the endpoint and values of every public page that the database knows of."""
    seasons = db.scalars(select(Season.slug).order_by(Season.position))
    programmes = db.scalars(select(Programme).options(joinedload(Programme.season)).order_by(Programme.id)).all()
    sessions = db.execute(
        select(Programme.slug, Session.slug).join(Session.programme).order_by(Programme.id, Session.starts_at)
    )
    events = db.scalars(select(Event.slug).order_by(Event.position))
    return [
        *(("programmes.season", {"season": slug}) for slug in seasons),
        *(("programmes.programme", {"season": each.season.slug, "programme": each.slug}) for each in programmes),
        *(("weekly.series", {"programme": each.slug}) for each in programmes if each.kind is ProgrammeKind.SERIES),
        *(("weekly.session", {"programme": series, "session": slug}) for series, slug in sessions),
        *(("archive.event", {"event": slug}) for slug in events),
        *(("calls.call", {"slug": each.slug}) for each in public_calls(db)),
    ]


def _discussions(db: DbSession, locale: str) -> list[Entry]:
    names = _session_speakers(db)
    rows = db.execute(
        select(
            Session.id,
            Session.slug,
            Session.starts_at,
            Session.title_en,
            Session.title_fr,
            Programme.slug,
            Programme.title,
        )
        .join(Session.programme)
        .where(Session.published_at.is_not(None), Session.cancelled_at.is_(None))
        .order_by(Session.starts_at.desc())
    )
    return [
        Entry(
            kind=EntryKind.DISCUSSION,
            slug=slug,
            series=series,
            title=((french or english) if locale == "fr" else (english or french)) or series_title,
            topic=" · ".join(names[id]),
            when=long_day(starts_at.date()),
            words=f"{english} {french} {series_title}",
        )
        for id, slug, starts_at, english, french, series, series_title in rows
    ]


def _season(season: Season, partners: list[str]) -> Entry:
    return Entry(
        kind=EntryKind.SEASON,
        slug=season.slug,
        title=translated(season.title),
        topic=", ".join(_programmes(season)),
        when=partial_date(season.started) if season.started else "",
        words=" ".join([season.title, *season.programme_lines, *partners, *_selected(season)]),
    )


def _programmes(season: Season) -> list[str]:
    """Name what a season consists of: its programmes, or the words the catalogue has for an earlier one."""
    return [each.title for each in season.programmes] or [translated(each) for each in season.programme_lines]


def _selected(season: Season) -> list[str]:
    return [each.institution.name for each in season.selections]


def _event(event: Event, names: list[str]) -> Entry:
    return Entry(
        kind=EntryKind(event.kind),
        slug=event.slug,
        title=event.heading,
        topic=event.topic or "",
        country=event.country or "",
        place=event.place or "",
        when=event_days(event.starts_on, event.ends_on, event.year, event.day),
        words=" ".join([translated(event.topic or ""), str(event.starts_on or event.year or ""), *names]),
    )


def _partners(db: DbSession) -> dict[tuple[int | None, int | None], list[str]]:
    found: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for season, event, name in db.execute(
        select(Partnership.season_id, Partnership.event_id, Partner.name).join(Partnership.partner)
    ):
        found[season, event].append(name)
    return found


def _event_speakers(db: DbSession) -> dict[int, list[str]]:
    """Return the titles of an event's sessions with the names and institutions of those who spoke."""
    found: dict[int, list[str]] = defaultdict(list)
    for event, *words in db.execute(
        select(EventSession.event_id, EventSession.title, Speaker.name, Speaker.affiliation)
        .outerjoin(EventSession.speakers)
        .outerjoin(EventSpeaker.speaker)
    ):
        found[event] += [word for word in words if word]
    return found


def _session_speakers(db: DbSession) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for session, name, affiliation in db.execute(
        select(SessionSpeaker.session_id, Speaker.name, Speaker.affiliation)
        .join(SessionSpeaker.speaker)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position)
    ):
        found[session].append(f"{name}, {affiliation}" if affiliation else name)
    return found
