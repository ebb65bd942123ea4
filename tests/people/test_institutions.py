"""Institutions are found by what people type: the best suggestion first, the known one rather than a second one."""

from datetime import datetime
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.db import DbSession, alchemy
from registrar.errors import Refusal
from registrar.people.institutions import find_or_add, suggestions
from registrar.people.merging import merge
from registrar.people.models import Institution, InstitutionAlias
from registrar.people.rules import InstitutionKind
from tests import factories
from tests.statements import queries


def suggested(db: DbSession, typed: str) -> list[str]:
    return [each.name for each in suggestions(db, typed)]


@pytest.fixture
def museum(db: DbSession, now: datetime) -> Institution:
    found = factories.institution(db, name="Museum of Modern Art", country="US", confirmed_at=now)
    factories.stored(db, InstitutionAlias(institution_id=found.id, name="MoMA"))
    return found


def test_the_best_suggestion_comes_first(db: DbSession, now: datetime) -> None:
    for name in ("Sartorial House", "House of Arts", "Musée d'Art", "Artist House", "Other"):
        factories.institution(db, name=name, confirmed_at=now)
    other = db.scalars(select(Institution).where(Institution.name == "Other")).one()
    factories.stored(db, InstitutionAlias(institution_id=other.id, name="Art Deco"))

    assert suggested(db, "ART") == ["Artist House", "House of Arts", "Musée d'Art", "Sartorial House", "Other"]


def test_every_word_counts_in_any_order(db: DbSession, museum: Institution) -> None:
    assert [suggested(db, typed) for typed in ("art modern", "modern artist", "the museum of mod")] == [
        ["Museum of Modern Art"], [], ["Museum of Modern Art"],
    ]  # fmt: skip


def test_an_institution_is_suggested_once_and_at_most_eight_are(
    db: DbSession, museum: Institution, now: datetime
) -> None:
    for number in range(5):
        factories.stored(db, InstitutionAlias(institution_id=museum.id, name=f"Museum alias {number}"))
    for number in range(20):
        factories.institution(db, name=f"Museum {number:02}", confirmed_at=now)

    assert suggested(db, "museum") == [f"Museum {number:02}" for number in range(8)]


def test_suggestions_take_one_query(app: Flask, db: DbSession, museum: Institution) -> None:
    with queries(app) as found:
        suggestions(db, "moma")

    assert len(found) == 1


def test_signs_that_mean_something_to_the_database_mean_nothing_here(db: DbSession, now: datetime) -> None:
    factories.institution(db, name="100% Art_House", confirmed_at=now)
    factories.institution(db, name="1000 Arts House", confirmed_at=now)

    assert suggested(db, "100% art_house") == ["100% Art_House", "1000 Arts House"]
    assert suggested(db, "100%house") == ["100% Art_House", "1000 Arts House"]
    assert suggested(db, "%_%") == []


@pytest.mark.parametrize(
    "typed", ["Museum of Modern Art", "the museum of modern art", "MUSEUM OF MODERN-ART", " moma ", "MoMA"]
)
def test_a_known_institution_is_found_by_any_of_its_names(
    db: DbSession, museum: Institution, now: datetime, typed: str
) -> None:
    found = find_or_add(db, typed, "US", InstitutionKind.GALLERY, "https://else.example", now)

    assert (found.id, found.kind, found.website) == (museum.id, None, None)


def test_a_new_institution_waits_to_be_confirmed_and_keeps_what_was_typed(db: DbSession, now: datetime) -> None:
    found = find_or_add(db, "  Musée   Neuf ", "FR", InstitutionKind.MUSEUM, "www.neuf.example", now)

    stored = (found.name, found.country, found.kind, found.website, found.confirmed_at)
    assert stored == ("Musée Neuf", "FR", InstitutionKind.MUSEUM, "https://www.neuf.example", None)
    assert [each.domain for each in found.domains] == ["neuf.example"]
    assert find_or_add(db, "musee neuf", "FR", None, None, now) is found


def test_the_same_name_in_another_country_is_another_institution(
    db: DbSession, museum: Institution, now: datetime
) -> None:
    assert find_or_add(db, museum.name, "FR", None, None, now).id != museum.id


def test_a_merged_institution_is_answered_by_the_one_that_was_kept(
    db: DbSession, museum: Institution, now: datetime
) -> None:
    old = factories.institution(db, name="Modern Art Collection", country="US")
    merge(db, museum, old, by="staff:1", now=now)

    assert find_or_add(db, "modern art collection", "US", None, None, now) is museum


def test_a_confirmed_institution_is_preferred(db: DbSession, now: datetime) -> None:
    factories.institution(db, name="The Belvedere", country="AT")
    confirmed = factories.institution(db, name="Belvedere", country="AT", confirmed_at=now)

    assert find_or_add(db, "belvedere", "AT", None, None, now) is confirmed


@pytest.mark.parametrize(("name", "website"), [("", None), ("…", None), ("Museum", "javascript:alert(1)")])
def test_what_is_no_name_or_no_website_is_refused(db: DbSession, now: datetime, name: str, website: str | None) -> None:
    with pytest.raises(Refusal):
        find_or_add(db, name, "FR", None, website, now)


def test_two_who_add_the_same_at_once_get_the_same(app: Flask, db: DbSession, now: datetime) -> None:
    found: list[int] = []

    def add() -> None:
        with app.app_context(), DbSession(alchemy.engine) as own:
            number = find_or_add(own, "Museum of Haste", "FR", None, None, now).id
            own.commit()
            found.append(number)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    count = db.scalar(select(func.count()).select_from(Institution))
    assert (len(found), len(set(found)), count) == (4, 1, 1)


def test_what_is_stored_while_its_institution_is_merged_moves_with_it(
    app: Flask, db: DbSession, museum: Institution, now: datetime
) -> None:
    factories.institution(db, name="Modern Art Collection", country="US")
    call = factories.call(db)
    db.commit()
    typed = find_or_add(db, "modern art collection", "US", None, None, now)
    kept, merged = museum.id, typed.id

    def merge_them() -> None:
        with app.app_context(), DbSession(alchemy.engine) as own:
            merge(own, own.get_one(Institution, kept), own.get_one(Institution, merged), by="staff:1", now=now)
            own.commit()

    thread = Thread(target=merge_them)
    thread.start()
    thread.join(0.1)  # it waits for the transaction that knows the institution already
    application = factories.application(db, call, institution_id=merged)
    db.commit()
    thread.join(30)

    db.refresh(application)
    assert application.institution_id == kept
