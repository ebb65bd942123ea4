"""An organiser's browser, and somebody who is reminded of a session."""

from datetime import timedelta

import pytest

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Registration
from tests import factories
from tests.conftest import START

DAY = timedelta(days=1)


@pytest.fixture
def registration(db: DbSession, organiser: Staff) -> Registration:
    """A registration of Ama's, a week before everything."""
    person = factories.person(db, name="Ama Owusu", email="ama@example.org")
    return factories.registration(db, factories.series(db), person_id=person.id, confirmed_at=START - 7 * DAY)


@pytest.fixture
def session(db: DbSession, registration: Registration) -> Session:
    """A session in two days."""
    return factories.session(db, registration.programme, title_en="Lending digital works")


@pytest.fixture
def rule(db: DbSession, registration: Registration) -> ReminderRule:
    """A reminder 24 hours before."""
    facts = {"anchor": Anchor.START, "lead": DAY, "audience": Audience.CONFIRMED}
    return factories.stored(db, ReminderRule(programme_id=registration.programme_id, **facts))
