"""Organisers change what is known of an institution; mistakes are told at their fields and nothing is lost."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.people.institution_changes import details_of
from registrar.people.models import Institution
from registrar.people.rules import InstitutionKind
from tests import factories
from tests.browsing import send
from tests.conftest import Client

PAGE = "/console/institutions"
EVERYTHING: dict[str, Any] = {
    "name": "  Musée   Nouveau ", "country": "FR", "kind": "museum", "website": "musee.example",
    "parent": "Ville de Lyon",
    "aliases": "New Museum\n\n  MN \nMN", "domains": "https://www.Musée.example/\nmail@musee.example",
    "ror": "https://ror.org/03yrm5c26", "wikidata": "https://www.wikidata.org/wiki/Q160236", "isil": "FR-751131010",
}  # fmt: skip


@pytest.fixture
def city(db: DbSession, organiser: Staff, now: datetime) -> Institution:
    return factories.institution(db, name="Ville de Lyon", country="FR", confirmed_at=now)


def seen(client: Client, institution: Institution) -> str:
    """Return the sign of what the form showed."""
    page = client.get(f"{PAGE}/{institution.id}/edit").text
    return page.split('name="seen" type="hidden" value="')[1].split('"')[0]


def test_an_institution_is_added_with_all_that_is_known(client: Client, db: DbSession, city: Institution) -> None:
    answer = send(client, f"{PAGE}/new", **EVERYTHING)

    added = db.scalars(select(Institution).where(Institution.name == "Musée Nouveau")).one()
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/{added.id}")
    assert vars(details_of(added)) == {
        "name": "Musée Nouveau", "country": "FR", "kind": InstitutionKind.MUSEUM, "website": "https://musee.example",
        "parent_id": city.id, "ror": "03yrm5c26", "wikidata": "Q160236", "isil": "FR-751131010",
        "aliases": ("MN", "New Museum"), "domains": ("musee.example", "xn--muse-dpa.example"),
    }  # fmt: skip


def test_saving_what_is_shown_changes_nothing(client: Client, db: DbSession, city: Institution) -> None:
    send(client, f"{PAGE}/new", **EVERYTHING)
    added = db.scalars(select(Institution).where(Institution.name == "Musée Nouveau")).one()
    before = details_of(added)
    shown = {**EVERYTHING, "name": added.name, "parent": "Ville de Lyon (FR)", "seen": seen(client, added)}

    answer = send(client, f"{PAGE}/{added.id}/edit", **shown)

    db.expire_all()
    assert (answer.status_code, details_of(added)) == (303, before)


def test_a_confirmed_institution_that_is_renamed_is_still_known_by_its_former_name(
    client: Client, db: DbSession, city: Institution
) -> None:
    send(client, f"{PAGE}/{city.id}/edit", name="Lyon", country="FR", seen=seen(client, city))

    db.expire_all()
    assert (city.name, [each.name for each in city.aliases]) == ("Lyon", ["Ville de Lyon"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "…"),
        ("name", "x" * 201),
        ("country", "XX"),
        ("kind", "castle"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://museum.example"),
        ("parent", "Nowhere"),
        ("aliases", "a\u202eb"),
        ("aliases", "\n".join(f"Name {n}" for n in range(51))),
        ("domains", "gmail.com"),
        ("domains", "museum.example\nno domain"),
        ("domains", "127.0.0.1"),
        ("ror", "03yrm5c27"),
        ("wikidata", "160236"),
        ("isil", "nonsense"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    client: Client, db: DbSession, city: Institution, field: str, value: str
) -> None:
    answer = send(client, f"{PAGE}/{city.id}/edit", **{**EVERYTHING, field: value, "seen": seen(client, city)})

    db.expire_all()
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert ("New Museum" in answer.text or field == "aliases", city.name) == (True, "Ville de Lyon")


def test_what_somebody_else_stored_meanwhile_is_shown_and_not_overwritten(
    client: Client, db: DbSession, city: Institution
) -> None:
    sign = seen(client, city)
    city.website = "https://theirs.example"
    db.commit()

    first = send(client, f"{PAGE}/{city.id}/edit", name="Lyon", country="FR", website="https://mine.example", seen=sign)
    kept = city.website
    again = first.text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    second = send(
        client, f"{PAGE}/{city.id}/edit", name="Lyon", country="FR", website="https://mine.example", seen=again
    )

    db.expire_all()
    assert (first.status_code, kept, second.status_code, city.website) == (
        409, "https://theirs.example", 303, "https://mine.example",
    )  # fmt: skip
    assert ("https://theirs.example" in first.text, 'value="https://mine.example"' in first.text) == (True, True)


def test_names_are_taken_once_per_country(client: Client, db: DbSession, city: Institution) -> None:
    answers = [send(client, f"{PAGE}/new", name="Ville de Lyon", country=country) for country in ("FR", "CA")]

    assert [answer.status_code for answer in answers] == [409, 303]


def test_no_institution_belongs_to_itself_or_in_a_circle(client: Client, db: DbSession, city: Institution) -> None:
    museum = factories.institution(db, name="Museum", parent_id=city.id)
    db.commit()
    answers = [
        send(client, f"{PAGE}/{city.id}/edit", name=city.name, country="FR", parent=parent, seen=seen(client, city))
        for parent in ("Ville de Lyon", "Museum (FR)")
    ]

    assert [(each.status_code, "cannot belong to itself" in each.text) for each in answers] == [(409, True)] * 2
    assert (city.parent_id, museum.parent_id) == (None, city.id)


def test_several_of_a_name_are_told_apart_by_their_country(client: Client, db: DbSession, city: Institution) -> None:
    factories.institution(db, name="National Gallery", country="GB")
    factories.institution(db, name="National Gallery", country="AU")
    db.commit()

    unclear = send(client, f"{PAGE}/new", name="Annex", country="GB", parent="National Gallery")
    clear = send(client, f"{PAGE}/new", name="Annex", country="GB", parent="National Gallery (GB)")

    assert "National Gallery (GB), National Gallery (AU)" in unclear.text
    assert (unclear.status_code, clear.status_code) == (422, 303)
