"""Editing a session changes its words, never its place in people's calendars."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Session, Speaker
from registrar.programmes.rules import SpeakerPart
from registrar.weekly.planner import editing
from registrar.weekly.planner.editing import SessionDetails, SpeakerDetails
from registrar.weekly.rules import SeatState
from tests import factories

INES = SpeakerDetails("Inês Duarte", "Registrar", "Museu do Rio", "PT")
TOMASZ = SpeakerDetails("Tomasz Wilk", None, None, None, SpeakerPart.MODERATOR)


def details(**given: Any) -> SessionDetails:
    values: dict[str, Any] = {"title_en": "Lending", "title_fr": "Le prêt", "description_en": "**Why**"}
    values |= {"description_fr": "", "join_url": "https://meet.example.org/x", "capacity": None, "speakers": ()}
    return SessionDetails(**{**values, **given})


def edited(db: DbSession, session: Session, now: datetime, **given: Any) -> None:
    editing.edit(db, session, details(**given), seen_at=session.updated_at, by="staff:1", now=now)
    db.flush()


def test_words_change_without_a_new_sequence_and_without_mail(db: DbSession, now: datetime) -> None:
    session = factories.session(db, factories.series(db))

    edited(db, session, now)

    assert (session.title_en, session.title_fr, session.description_en) == ("Lending", "Le prêt", "**Why**")
    assert (session.sequence, session.revision, db.scalars(select(OutboxMail)).all()) == (0, 0, [])


def test_speakers_are_kept_in_order_and_known_ones_are_used_again(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    first, second = factories.session(db, programme), factories.session(db, programme)

    edited(db, first, now, speakers=(INES, TOMASZ))
    edited(db, second, now, speakers=(TOMASZ, INES))
    edited(db, second, now, speakers=(INES,))

    assert [editing.details_of(each).speakers for each in (first, second)] == [(INES, TOMASZ), (INES,)]
    assert len(db.scalars(select(Speaker)).all()) == 2


def test_a_second_editor_gets_a_conflict_and_changes_nothing(db: DbSession, now: datetime) -> None:
    session = factories.session(db, factories.series(db))
    seen_at = session.updated_at
    edited(db, session, now + timedelta(seconds=1), title_en="First")

    with pytest.raises(Conflict):
        editing.edit(db, session, details(title_en="Second"), seen_at=seen_at, by="staff:2", now=now)

    assert session.title_en == "First"


def test_capacity_does_not_fall_below_the_places_taken(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme)
    for _ in range(2):
        factories.seat(db, factories.registration(db, programme), session)

    with pytest.raises(Refusal, match="2 places are already taken"):
        edited(db, session, now, capacity=1)


def test_raising_the_capacity_offers_places_to_those_who_wait(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    factories.seat(db, factories.registration(db, programme), session)
    waiting = {"state": SeatState.WAITING}
    first, second = (
        factories.seat(db, factories.registration(db, programme), session, queue_number=number, **waiting)
        for number in (1, 2)
    )

    edited(db, session, now, capacity=2)

    assert (session.capacity, first.state, second.state) == (2, SeatState.OFFERED, SeatState.WAITING)


def test_the_audit_trail_names_what_changed_and_not_the_words(db: DbSession, now: datetime) -> None:
    session = factories.session(db, factories.series(db), title_en="Lending", join_url="https://meet.example.org/x")

    edited(db, session, now)

    entry = db.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("session.edit", {"changed": ["title_fr", "description_en"]})
