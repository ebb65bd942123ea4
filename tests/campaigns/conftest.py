"""A series with people who agreed to its mails, a letter, and campaigns to send it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from registrar.campaigns import operations
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.claims import Owner
from registrar.mail.worker import Worker
from registrar.people.models import Consent, Person
from registrar.people.rules import ConsentPurpose
from registrar.programmes.models import Programme
from tests import factories
from tests.conftest import TestClock

HOLD = timedelta(minutes=10)
BY = "staff:1"
Agreeing = Callable[..., Person]


def agrees(db: DbSession, person: Person, at: datetime) -> Consent:
    """Let a person agree to mails, proven at this moment."""
    values = {"purpose": ConsentPurpose.WEEKLY_MAIL, "text_version": "2026-11", "locale": "en"}
    return factories.stored(db, Consent(person_id=person.id, given_at=at, proven_at=at, **values))


@pytest.fixture
def series(db: DbSession) -> Programme:
    return factories.series(db, title="WAC Weekly")


@pytest.fixture
def agreeing(db: DbSession, series: Programme, now: datetime) -> Agreeing:
    """Store a person who agreed yesterday and is registered for the series."""

    def add(**given: Any) -> Person:
        person = factories.person(db, **given)
        agrees(db, person, now - timedelta(days=1))
        factories.registration(db, series, person_id=person.id)
        return person

    return add


@pytest.fixture
def letter(db: DbSession, now: datetime) -> LetterTemplate:
    """A letter in both languages."""
    stored = factories.stored(db, LetterTemplate(name="News", use=LetterUse.CAMPAIGN, created_at=now))
    words = {"subject_en": "News of {{ programme }}", "subject_fr": "Nouvelles de {{ programme }}"}
    words |= {"body_en": "Dear {{ name }},\n\nCome to [your page]({{ my_link }})."}
    words |= {"body_fr": "Bonjour {{ name }},\n\nVenez sur [votre page]({{ my_link }})."}
    factories.stored(db, LetterVersion(template_id=stored.id, number=1, created_at=now, created_by=BY, **words))
    return stored


@pytest.fixture
def draft(db: DbSession, series: Programme, letter: LetterTemplate, now: datetime) -> Campaign:
    """A draft to everybody who is registered for the series."""
    campaign = operations.create(db, "News", series, letter, timezone="Europe/Paris", by=BY, now=now)
    operations.choose(db, campaign.id, Segment(series=series.id), by=BY, now=now)
    return campaign


@pytest.fixture
def approve(db: DbSession, draft: Campaign, clock: TestClock) -> Callable[..., Campaign]:
    """Approve the draft for so many."""

    def give(count: int, **changes: Any) -> Campaign:
        for name, value in changes.items():
            setattr(draft, name, value)
        found = operations.approve(db, draft.id, Approval(count, count), hold=HOLD, by=BY, now=clock.now)
        db.commit()
        return found

    return give


@pytest.fixture
def work(app: Flask, clock: TestClock, db: DbSession) -> Callable[[], int]:
    """Let a worker work at the clock's moment until nothing is due; mail stays in the local mailbox."""

    def run() -> int:
        db.commit()
        with app.app_context():
            done = Worker(None, Owner("test:1:a", timedelta(seconds=60)), clock).run_once(clock.now)
        db.expire_all()
        return done

    return run
