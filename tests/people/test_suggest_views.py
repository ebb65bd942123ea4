"""Pages suggest known institutions while somebody types: public facts of confirmed ones, and only those."""

from datetime import datetime

import pytest

from registrar.db import DbSession
from registrar.people.models import InstitutionAlias
from tests import factories
from tests.conftest import Client


@pytest.fixture
def known(db: DbSession, now: datetime) -> None:
    museum = factories.institution(db, name="Musée d'Orsay", country="FR", confirmed_at=now, ror="03yrm5c26")
    factories.stored(db, InstitutionAlias(institution_id=museum.id, name="MO"))
    factories.institution(db, name="Orsay-les-Bains", country="FR")
    factories.institution(db, name="Orsay Old", country="FR", confirmed_at=now, merged_into_id=museum.id)


def test_confirmed_institutions_are_suggested_with_public_facts_only(client: Client, known: None) -> None:
    answer = client.get("/institutions/suggest?q=orsay")

    assert answer.json == [{"name": "Musée d'Orsay", "alias": None, "country": "FR", "country_name": "France"}]
    assert answer.headers["Cache-Control"] == "public, max-age=20"


def test_another_name_is_told_when_it_is_what_was_found(client: Client, known: None) -> None:
    assert client.get("/institutions/suggest?q=mo").json == [
        {"name": "Musée d'Orsay", "alias": "MO", "country": "FR", "country_name": "France"}
    ]


@pytest.mark.parametrize("typed", ["", "o", "  ", "%%", "__", "x" * 5000, "\x00\x00\x00", "'; --"])
def test_what_finds_nothing_is_answered_with_nothing(client: Client, known: None, typed: str) -> None:
    answer = client.get("/institutions/suggest", query_string={"q": typed})

    assert (answer.status_code, answer.json) == (200, [])
