"""After a session: what is written, what is published, and what can be taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Session
from registrar.weekly.planner import aftermath
from registrar.weekly.planner.aftermath import Aftermath, Lacking, ResourceDetails
from tests import factories

SLIDES = ResourceDetails("Slides", "https://example.org/slides")


def past(db: DbSession, now: datetime, **given: Any) -> Session:
    return factories.session(db, factories.series(db), starts_at=now - timedelta(days=1), **given)


def written(**given: Any) -> Aftermath:
    values: dict[str, Any] = {"summary_en": "We met.", "summary_fr": "", "recording_url": None, "resources": ()}
    return Aftermath(**{**values, **given})


def follow_up(db: DbSession, session: Session, state: MailState, now: datetime) -> OutboxMail:
    enqueue(db, NewMail(key="follow-up", kind=aftermath.FOLLOW_UP, session_id=session.id), now=now)
    mail = db.scalars(select(OutboxMail)).one()
    mail.state = state
    db.flush()
    return mail


def test_what_is_written_is_kept_and_not_published(db: DbSession, now: datetime) -> None:
    session = past(db, now)

    aftermath.write(db, session, written(resources=(SLIDES,)), seen_at=session.updated_at, by="staff:1", now=now)

    assert aftermath.aftermath_of(session) == written(resources=(SLIDES,))
    assert (session.published_at, aftermath.lacking(session)) == (None, [Lacking.SUMMARY_FR, Lacking.RECORDING])


def test_a_second_writer_gets_a_conflict(db: DbSession, now: datetime) -> None:
    session = past(db, now)

    with pytest.raises(Conflict):
        aftermath.write(db, session, written(), seen_at=now - timedelta(days=9), by="staff:1", now=now)


def test_publishing_is_a_fact_with_a_time_and_happens_once(db: DbSession, now: datetime) -> None:
    session = past(db, now, summary_fr="Nous étions là.")

    aftermath.publish(db, session, by="staff:1", now=now)
    aftermath.publish(db, session, by="staff:1", now=now + timedelta(hours=1))

    assert (session.published_at, session.sequence) == (now, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Write a summary"),
        ({"summary_en": "x", "cancelled_at": factories.NOW}, "cancelled session"),
        ({"summary_en": "x", "starts_at": factories.NOW + timedelta(hours=1)}, "not over yet"),
    ],
)
def test_nothing_is_published_too_early(db: DbSession, now: datetime, given: dict[str, Any], message: str) -> None:
    session = factories.session(db, factories.series(db), **{"starts_at": now - timedelta(days=1), **given})

    with pytest.raises(Refusal, match=message):
        aftermath.publish(db, session, by="staff:1", now=now)


def test_a_publication_is_taken_back_while_nobody_was_told(db: DbSession, now: datetime) -> None:
    session = past(db, now, summary_en="x")
    aftermath.publish(db, session, by="staff:1", now=now)
    mail = follow_up(db, session, MailState.QUEUED, now)

    aftermath.unpublish(db, session, by="staff:1", now=now)
    db.refresh(mail)

    assert (session.published_at, session.revision, session.sequence) == (None, 1, 0)
    assert (mail.state, mail.reason) == (MailState.CANCELLED, Reason.SUPERSEDED)


def test_a_publication_that_people_know_of_stays(db: DbSession, now: datetime) -> None:
    session = past(db, now, summary_en="x")
    aftermath.publish(db, session, by="staff:1", now=now)
    follow_up(db, session, MailState.SENT, now)

    with pytest.raises(Refusal, match="told already"):
        aftermath.unpublish(db, session, by="staff:1", now=now)
