"""What the tests of the season planner start with."""

import pytest

from registrar.db import DbSession
from registrar.programmes.models import Programme
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import Client


@pytest.fixture
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Client:
    return sign_in(client, tokens, factories.staff(db))


@pytest.fixture
def series(db: DbSession) -> Programme:
    return factories.series(db)
