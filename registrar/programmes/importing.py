"""Bring the database up to the catalogue file and say what differs; what is gone from the file is reported and kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import select

from registrar.audit.operations import record
from registrar.db import Base, DbSession
from registrar.programmes import catalogue as files
from registrar.programmes.events import Event
from registrar.programmes.import_parts import Known, fill_event_sessions, fill_partnerships, fill_selections
from registrar.programmes.models import Organisation, Programme, Season

Row = TypeVar("Row", bound=Base)
Values = Mapping[str, Any]


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Change:
    """One difference between the file and the database; only a changed field has an old and a new value."""

    kind: ChangeKind
    subject: str
    field: str = ""
    old: Any = None
    new: Any = None


def import_catalogue(db: DbSession, catalogue: files.Catalogue, *, by: str, now: datetime) -> list[Change]:
    """Add and change rows until they say what the file says; return every difference, none the second time."""
    known = Known.load(db, now)
    organisation, changes = _organisation(db, catalogue.organisation)
    changes += _seasons(db, catalogue, known)
    changes += _events(db, catalogue, known)
    db.flush()
    written = [change for change in changes if change.kind is not ChangeKind.GONE]
    if written:
        record(db, by, "catalogue.import", organisation, now=now, differences=len(written))
    return changes


def _organisation(db: DbSession, given: files.Organisation) -> tuple[Organisation, list[Change]]:
    row = db.scalar(select(Organisation).limit(1))
    values = {
        "name": given.name,
        "since": given.since,
        "purpose": given.purpose,
        "founder": given.founder,
        "website": given.website,
        "default_timezone": given.default_timezone,
        "locales": list(given.locales),
    }
    return _put(db, Organisation, row, f"organisation {given.name}", values)


def _seasons(db: DbSession, catalogue: files.Catalogue, known: Known) -> list[Change]:
    stored = {season.slug: season for season in db.scalars(select(Season))}
    programmes = {programme.slug: programme for programme in db.scalars(select(Programme))}
    zone = catalogue.organisation.default_timezone
    changes: list[Change] = []
    for position, given in enumerate(catalogue.seasons):
        subject = f"season {given.slug}"
        row, found = _put(db, Season, stored.get(given.slug), subject, _season_values(given, position))
        changes += found
        changes += _list_change(found, subject, "partners", *fill_partnerships(db, row, given.partners, known))
        changes += _list_change(found, subject, "selected", *fill_selections(db, row, given.selected, known))
        for place, each in enumerate(given.programmes):
            values = _programme_values(each, place, row.id, zone)
            changes += _put(db, Programme, programmes.get(each.slug), f"programme {each.slug}", values)[1]
    in_file = [each.slug for season in catalogue.seasons for each in season.programmes]
    return [
        *changes,
        *_gone("season", stored, [each.slug for each in catalogue.seasons]),
        *_gone("programme", programmes, in_file),
    ]


def _events(db: DbSession, catalogue: files.Catalogue, known: Known) -> list[Change]:
    stored = {event.slug: event for event in db.scalars(select(Event))}
    changes: list[Change] = []
    for position, given in enumerate(catalogue.events):
        subject = f"event {given.slug}"
        row, found = _put(db, Event, stored.get(given.slug), subject, _event_values(given, position))
        changes += found
        changes += _list_change(found, subject, "partners", *fill_partnerships(db, row, given.partners, known))
        changes += _list_change(found, subject, "sessions", *fill_event_sessions(db, row, given.sessions, known))
    return changes + _gone("event", stored, [each.slug for each in catalogue.events])


def _season_values(given: files.Season, position: int) -> Values:
    return {
        "slug": given.slug,
        "position": position,
        "title": given.title,
        "status": given.status,
        "started": given.started,
        "open_call_on": given.open_call_on,
        "demo_day_on": given.demo_day_on,
        "programme_lines": list(given.programme_lines),
        "figures": dict(given.figures),
        "resources": [str(each) for each in given.resources],
    }


def _programme_values(given: files.Programme, position: int, season_id: int, zone: str) -> Values:
    """Return what the file knows; capacity and meeting address are the organisers' and stay as they are."""
    slot = given.slot
    return {
        "slug": given.slug,
        "line": given.line or given.slug,
        "season_id": season_id,
        "position": position,
        "title": given.title,
        "kind": given.kind,
        "access": given.access,
        "weeks": given.weeks,
        "places": given.places,
        "applicant": given.applicant,
        "topic": given.topic,
        "methods": list(given.methods),
        "mentors": given.mentors,
        "eligible_after": given.eligible_after,
        "matched_with": given.matched_with,
        "ends_with": given.ends_with,
        "expected_registrations": given.expected_registrations,
        "after_each_session": [str(each) for each in given.after_each_session],
        "weekday": slot.weekday.number if slot else None,
        "starts": slot.starts if slot else None,
        "timezone": slot.timezone if slot else zone,
        "duration": slot.duration if slot else None,
        "online": bool(slot and slot.online),
    }


def _event_values(given: files.Event, position: int) -> Values:
    return {
        "slug": given.slug,
        "position": position,
        "title": given.title,
        "kind": given.kind,
        "starts_on": given.starts_on,
        "ends_on": given.ends_on,
        "year": given.year,
        "day": given.day,
        "place": given.place,
        "country": given.country,
        "online": bool(given.online),
        "topic": given.topic,
        "figures": dict(given.figures),
        "resources": [str(each) for each in given.resources],
    }


def _put(db: DbSession, model: type[Row], row: Row | None, subject: str, values: Values) -> tuple[Row, list[Change]]:
    """Add the row or change its fields; return it stored, with what differed."""
    if row is None:
        row = model(**values)
        db.add(row)
        db.flush()
        return row, [Change(ChangeKind.ADDED, subject)]
    changes = []
    for field, new in values.items():
        old = getattr(row, field)
        if old != new:
            changes.append(Change(ChangeKind.CHANGED, subject, field, old, new))
            setattr(row, field, new)
    return row, changes


def _list_change(found: Sequence[Change], subject: str, field: str, old: Any, new: Any) -> list[Change]:
    """Report a list that differs, unless its owner is new as a whole."""
    is_new = any(change.kind is ChangeKind.ADDED for change in found)
    return [] if is_new or old == new else [Change(ChangeKind.CHANGED, subject, field, old, new)]


def _gone(what: str, stored: Iterable[str], in_file: Sequence[str]) -> list[Change]:
    return [Change(ChangeKind.GONE, f"{what} {slug}") for slug in stored if slug not in in_file]
