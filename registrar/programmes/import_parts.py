"""The lists that belong to a season or an event: partners, selected institutions, sessions with their speakers.

Each `fill_…` makes the stored list that of the file and returns the old and the new one in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registrar.db import DbSession
from registrar.people.institutions import standing
from registrar.people.models import Institution, InstitutionAlias
from registrar.programmes import catalogue as files
from registrar.programmes.events import Event, EventSession, EventSpeaker
from registrar.programmes.models import Partner, Partnership, Season, Selection, Speaker
from registrar.programmes.rules import SpeakerPart

Lists = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Known:
    """Partners, institutions and speakers by what identifies them, so that each is stored once."""

    now: datetime
    partners: dict[str, Partner]
    institutions: dict[tuple[str, str], Institution]
    speakers: dict[tuple[str, str | None], Speaker]

    @classmethod
    def load(cls, db: DbSession, now: datetime) -> "Known":
        return cls(
            now=now,
            partners={row.name: row for row in db.scalars(select(Partner))},
            institutions=_institutions(db),
            speakers={(row.name, row.affiliation): row for row in db.scalars(select(Speaker))},
        )

    def partner(self, name: str) -> Partner:
        return self.partners.setdefault(name, Partner(name=name))

    def institution(self, given: files.SelectedInstitution) -> Institution:
        key = given.name, given.country or ""
        new = Institution(name=key[0], country=key[1], created_at=self.now, confirmed_at=self.now)
        return self.institutions.setdefault(key, new)

    def speaker(self, given: files.SpeakerRef) -> Speaker:
        new = Speaker(name=given.name, role=given.role, affiliation=given.affiliation, country=given.country)
        return self.speakers.setdefault((given.name, given.affiliation), new)


def _institutions(db: DbSession) -> dict[tuple[str, str], Institution]:
    """Return every institution by its names and country; one that was merged is the one that was kept."""
    rows = {row.id: row for row in db.scalars(select(Institution).order_by(Institution.id))}
    aliases = db.execute(select(InstitutionAlias.name, InstitutionAlias.institution_id).order_by(InstitutionAlias.id))
    named = [*((name, rows[number]) for name, number in aliases), *((row.name, row) for row in rows.values())]
    return {(name, row.country): standing(db, row) for name, row in named}


def fill_partnerships(db: DbSession, row: Season | Event, names: Sequence[str], known: Known) -> Lists:
    old, new = [each.partner.name for each in row.partnerships], list(names)
    if old != new:
        row.partnerships.clear()
        db.flush()  # the old ones must be gone before the same partner is named again
        row.partnerships += [Partnership(partner=known.partner(name), position=n) for n, name in enumerate(names)]
    return old, new


def fill_selections(db: DbSession, row: Season, selected: Sequence[files.SelectedInstitution], known: Known) -> Lists:
    given = list(dict.fromkeys(known.institution(each) for each in selected))
    old, new = [_place(each.institution) for each in row.selections], [_place(each) for each in given]
    if old != new:
        row.selections.clear()
        db.flush()
        row.selections += [Selection(institution=each, position=n) for n, each in enumerate(given)]
    return old, new


def _place(institution: Institution) -> str:
    return f"{institution.name} ({institution.country})"


def fill_event_sessions(db: DbSession, row: Event, sessions: Sequence[files.EventSession], known: Known) -> Lists:
    old = [_stored_session(each) for each in row.sessions]
    new = [_given_session(each) for each in sessions]
    if old != new:
        row.sessions.clear()
        db.flush()
        row.sessions += [_event_session(each, number, known) for number, each in enumerate(sessions)]
    return old, new


def _event_session(given: files.EventSession, position: int, known: Known) -> EventSession:
    parts = [(each, SpeakerPart.SPEAKER) for each in given.speakers]
    if given.moderator:
        parts.append((given.moderator, SpeakerPart.MODERATOR))
    speakers = [
        EventSpeaker(speaker=_updated(known.speaker(each), each), part=part, position=number)
        for number, (each, part) in enumerate(parts)
    ]
    return EventSession(title=given.title, on=given.on, position=position, speakers=speakers)


def _updated(speaker: Speaker, given: files.SpeakerRef) -> Speaker:
    speaker.role, speaker.country = given.role or speaker.role, given.country or speaker.country
    return speaker


def _stored_session(session: EventSession) -> str:
    people = [_person(each.part, each.speaker) for each in session.speakers]
    return _in_words(session.on, session.title, people)


def _given_session(given: files.EventSession) -> str:
    people = [_person(SpeakerPart.SPEAKER, each) for each in given.speakers]
    people += [_person(SpeakerPart.MODERATOR, given.moderator)] if given.moderator else []
    return _in_words(given.on, given.title, people)


def _person(part: SpeakerPart, person: Speaker | files.SpeakerRef) -> str:
    known = (part, person.name, person.role, person.affiliation, person.country)
    return ", ".join(word for word in known if word)


def _in_words(on: object, title: str, people: Sequence[str]) -> str:
    return "; ".join([f"{on}: {title}" if on else title, *people])
