"""An applicant's browser, and what is applied for."""

import pytest

from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter


@pytest.fixture
def ana(client: Client, db: DbSession, tokens: Tokens, clock: TestClock) -> Person:
    """The applicant whose browser the client is."""
    person = factories.person(db, name="Ana Silva", email="ana@museum.example")
    enter(client, tokens, person, clock)
    return person


@pytest.fixture
def call(db: DbSession) -> Call:
    """An open call that asks `factories.FORM`."""
    return factories.call(db)


@pytest.fixture
def application(db: DbSession, call: Call, ana: Person) -> Application:
    """Ana's empty draft."""
    museum = factories.institution(db, name="Musée du Sel")
    return factories.application(db, call, lead=ana, institution_id=museum.id)
