"""An organiser's browser before the review of a call."""

import pytest

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import Client


@pytest.fixture
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Staff:
    """The organiser who is signed in on the client."""
    staff = factories.staff(db, Role.ORGANISER, name="Robin")
    sign_in(client, tokens, staff)
    return staff


@pytest.fixture
def call(db: DbSession, organiser: Staff) -> Call:
    """A call whose review the organiser prepares."""
    return factories.call(db, slug="wac-museums", title_en="WAC Museums")
