"""Letters to begin with."""

from datetime import datetime

import pytest

from registrar.db import DbSession
from registrar.letters import operations
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse, Words

GOOD = Words(
    "A new season", "Une nouvelle saison",
    "Hello {{ name }},\n\n[sign up again]({{ my_link }}).", "Bonjour {{ name }},\n\n[inscrivez-vous]({{ my_link }}).",
)  # fmt: skip
"""Words of a mailing in which nothing is to be mended."""


@pytest.fixture
def letter(db: DbSession, now: datetime) -> LetterTemplate:
    """A letter for mailings with one version."""
    return operations.create(db, "New season", LetterUse.CAMPAIGN, GOOD, by="staff:1", now=now)
