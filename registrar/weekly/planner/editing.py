"""Change what a session says: texts, speakers, join address, capacity; its time and status are changed in planning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict
from registrar.programmes.models import Session, SessionSpeaker, Speaker
from registrar.programmes.rules import SpeakerPart
from registrar.weekly import seats

TEXTS = ("title_en", "title_fr", "description_en", "description_fr", "join_url")


@dataclass(frozen=True)
class SpeakerDetails:
    name: str
    role: str | None = None
    affiliation: str | None = None
    country: str | None = None
    part: SpeakerPart = SpeakerPart.SPEAKER


@dataclass(frozen=True, kw_only=True)
class SessionDetails:
    """What an organiser writes about a session."""

    title_en: str
    title_fr: str
    description_en: str
    description_fr: str
    join_url: str | None
    capacity: int | None
    speakers: tuple[SpeakerDetails, ...]


def details_of(session: Session) -> SessionDetails:
    """Return what is stored of the session, in the form in which it is edited."""
    parts = sorted(session.speakers, key=lambda part: part.position)
    return SessionDetails(
        title_en=session.title_en,
        title_fr=session.title_fr,
        description_en=session.description_en,
        description_fr=session.description_fr,
        join_url=session.join_url,
        capacity=session.capacity,
        speakers=tuple(
            SpeakerDetails(at.speaker.name, at.speaker.role, at.speaker.affiliation, at.speaker.country, at.part)
            for at in parts
        ),
    )


def edit(
    db: DbSession, session: Session, details: SessionDetails, *, seen_at: datetime, by: str, now: datetime
) -> None:
    """Store what was written; a corrected typo raises no SEQUENCE and writes to nobody.

    Raise `Conflict` if somebody has changed the session since it was shown, and `Refusal` if more places are taken
    than there would be.
    """
    locked_as_seen(db, session, seen_at)
    before = details_of(session)
    if details.capacity != session.capacity:
        seats.set_capacity(db, session, details.capacity, by=by, now=now)
    for name in TEXTS:
        setattr(session, name, getattr(details, name))
    if details.speakers != before.speakers:
        _set_speakers(db, session, details.speakers)
    session.updated_at = now
    changed = [name for name in SessionDetails.__annotations__ if getattr(before, name) != getattr(details, name)]
    audit.record(db, by, "session.edit", session, now=now, changed=changed)


def locked_as_seen(db: DbSession, session: Session, seen_at: datetime) -> None:
    """Lock the session and read it as it is now; refuse if somebody was faster."""
    statement = select(Session).where(Session.id == session.id).with_for_update(key_share=True)
    db.scalars(statement, execution_options={"populate_existing": True}).one()
    if session.updated_at != seen_at:
        raise Conflict(N_("Somebody changed this session while you were writing. Compare, then save again."))


def _set_speakers(db: DbSession, session: Session, speakers: Sequence[SpeakerDetails]) -> None:
    """Let these speak, in this order; a speaker known by name and affiliation is the same person."""
    session.speakers.clear()
    db.flush()
    known: dict[int, SessionSpeaker] = {}
    for position, details in enumerate(speakers):
        speaker = _speaker(db, details)
        known.setdefault(
            speaker.id, SessionSpeaker(speaker_id=speaker.id, speaker=speaker, part=details.part, position=position)
        )
    session.speakers.extend(known.values())
    db.flush()


def _speaker(db: DbSession, details: SpeakerDetails) -> Speaker:
    same = (Speaker.name == details.name, Speaker.affiliation.is_not_distinct_from(details.affiliation))
    speaker = db.scalars(select(Speaker).where(*same).order_by(Speaker.id)).first()
    if speaker is None:
        speaker = Speaker(name=details.name, affiliation=details.affiliation)
        db.add(speaker)
    speaker.role, speaker.country = details.role, details.country
    db.flush()
    return speaker
