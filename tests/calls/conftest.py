"""A signed-in organiser, and a draft call that lacks nothing."""

from datetime import timedelta

import pytest

from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import Client


@pytest.fixture
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Client:
    """The browser of an organiser who is signed in."""
    return sign_in(client, tokens, factories.staff(db))


@pytest.fixture
def draft(db: DbSession) -> Call:
    """A draft of WAC Museums' call with everything it needs, at `/calls/museums`."""
    season = factories.season(db, slug="lab", title="WAC Lab")
    programme = factories.cohort(db, slug="wac-museums", season_id=season.id)
    texts = {
        f"{name}_{locale}": f"{name} {locale}" for name in ("about", "criteria", "after") for locale in ("en", "fr")
    }
    found = factories.call(
        db, slug="museums", programme_id=programme.id, state=CallState.DRAFT, published_at=None, minutes=60,
        decides_on=(factories.NOW + timedelta(days=30)).date(), **texts,
    )  # fmt: skip
    db.commit()
    return found
