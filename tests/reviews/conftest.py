"""An organiser's browser before the review of a call."""

import pytest

from registrar.accounts.models import Staff
from registrar.calls.models import Call
from registrar.db import DbSession
from tests import factories
from tests.reviews.boards import Board, board


@pytest.fixture
def call(db: DbSession, organiser: Staff) -> Call:
    """A call whose review the organiser prepares."""
    return factories.call(db, slug="wac-museums", title_en="WAC Museums")


@pytest.fixture
def judged(db: DbSession, organiser: Staff) -> Board:
    """Six applications, five of them reviewed."""
    made = board(db)
    db.commit()
    return made
