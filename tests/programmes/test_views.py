"""Home, seasons and programmes, from the real catalogue."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.programmes.catalogue import read
from registrar.programmes.importing import import_catalogue
from registrar.programmes.models import Programme
from tests import factories
from tests.conftest import Client
from tests.pages import links, structured, tags, text
from tests.statements import queries

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def catalogue(db: DbSession, root: Path, now: datetime) -> None:
    import_catalogue(
        db, read((root / "config/catalogue/we-are-museums.toml").read_text("utf-8")), by="command", now=now
    )
    db.commit()


@pytest.fixture
def weekly(db: DbSession, catalogue: None) -> Programme:
    return db.scalars(select(Programme).where(Programme.slug == "wac-weekly")).one()


def test_an_empty_installation_has_a_home_page(client: Client) -> None:
    assert client.get("/").status_code == 200


def test_home_names_the_next_discussion_with_its_time_and_the_way_to_register(
    client: Client, db: DbSession, weekly: Programme
) -> None:
    factories.session(db, weekly, title_en="Lending digital works", slug="week-1")

    page = client.get("/")

    assert {"/weekly/wac-weekly/week-1", "/weekly/wac-weekly/sign-up"} <= set(links(page))
    assert "Wednesday 13 January 2027, 18:00 Paris (UTC+1)" in text(page)


def test_home_shows_the_three_programmes_each_in_its_colour(client: Client, catalogue: None) -> None:
    colours = [each["data-programme"] for each in tags(client.get("/"), "article")]

    assert colours == ["weekly", "museums", "factory"]


def test_home_says_when_no_dates_are_known_yet(client: Client, catalogue: None) -> None:
    assert "The dates of WAC Weekly will be announced here." in text(client.get("/"))


def test_home_says_when_the_season_is_over(client: Client, db: DbSession, weekly: Programme) -> None:
    factories.session(db, weekly, starts_at=datetime(2026, 12, 2, 17, tzinfo=UTC))

    assert "This season of WAC Weekly is over." in text(client.get("/"))


def test_home_describes_the_organisation_to_machines(client: Client, catalogue: None) -> None:
    data = structured(client.get("/"))

    assert (data["@type"], data["name"], data["foundingDate"], data["founder"]["name"], data["sameAs"]) == (
        "Organization", "We Are Museums", "2013", "Diane Drubay", "https://wearemuseums.com",
    )  # fmt: skip


def test_a_past_season_shows_institutions_by_country_figures_and_partners(client: Client, catalogue: None) -> None:
    words = text(client.get("/seasons/wac-lab-season-3"))

    assert "Belgium Design Museum Brussels · Sigg Art Foundation" in words
    assert "projects at the Demo Day 10" in words
    assert "With Tezos Foundation, LAL ART" in words
    assert "Demo Day 30 May 2024" in words


def test_a_season_says_only_what_is_known(client: Client, catalogue: None) -> None:
    words = text(client.get("/seasons/wac-lab-season-1"))

    assert ("Began December 2021" in words, "Open call" in words, "Demo Day" in words) == (True, False, False)


def test_countries_and_dates_are_french_on_a_french_page(client: Client, catalogue: None) -> None:
    words = text(client.get("/seasons/wac-lab-season-3?lang=fr"))

    assert ("Allemagne Die Neue Sammlung" in words, "1er décembre 2023" in words) == (True, True)


def test_a_programme_by_application_says_that_its_call_is_not_open(client: Client, catalogue: None) -> None:
    words = text(client.get("/seasons/wac-lab/wac-museums"))

    assert "20 institutions" in words
    assert "The call for applications is not open at the moment." in words
    assert "can go on to WAC Factory" in words


def test_an_accelerator_says_who_may_apply_and_how_it_ends(client: Client, catalogue: None) -> None:
    words = text(client.get("/seasons/wac-lab/wac-factory"))

    assert "Institutions that completed WAC Museums." in words
    assert "The results are shown in public: Demo Day." in words


def test_the_page_of_a_series_leads_to_its_weeks(client: Client, catalogue: None) -> None:
    assert "/weekly/wac-weekly" in links(client.get("/seasons/wac-lab/wac-weekly"))


@pytest.mark.parametrize("address", ["/seasons/none", "/seasons/wac-lab/none", "/seasons/wac-lab-season-3/wac-weekly"])
def test_what_is_not_there_is_not_found(client: Client, catalogue: None, address: str) -> None:
    assert client.get(address).status_code == 404


def test_each_language_has_its_address_and_is_its_own_original(client: Client, catalogue: None) -> None:
    found = {
        (each.get("rel"), each.get("hreflang")): each["href"]
        for each in tags(client.get("/seasons/wac-lab?lang=fr"), "link")
    }
    base = found["canonical", None].partition("/seasons")[0]  # type: ignore[union-attr]  # every link has an address

    assert {key: value for key, value in found.items() if key[0] == "canonical" or key[1]} == {
        ("canonical", None): f"{base}/seasons/wac-lab?lang=fr",
        ("alternate", "en"): f"{base}/seasons/wac-lab?lang=en",
        ("alternate", "fr"): f"{base}/seasons/wac-lab?lang=fr",
        ("alternate", "x-default"): f"{base}/seasons/wac-lab",
    }


@pytest.mark.parametrize("address", ["/", "/seasons/evil", "/seasons/evil/evil-programme"])
def test_values_of_the_catalogue_are_only_ever_text(client: Client, db: DbSession, address: str) -> None:
    factories.organisation(db, name=EVIL, purpose=EVIL, founder=EVIL, since=2013, website='x" onload="alert(1)')
    season = factories.season(
        db, slug="evil", title=EVIL, figures={EVIL: EVIL}, resources=[EVIL], programme_lines=[EVIL]
    )
    factories.series(
        db, season_id=season.id, slug="evil-programme", title=EVIL, topic=EVIL, methods=[EVIL], ends_with=EVIL,
        matched_with=EVIL, kind="cohort", access="application",
    )  # fmt: skip

    page = client.get(address)

    assert page.status_code == 200
    assert ("<img" in page.text, "<script>" in page.text, 'onload="' in page.text) == (False, False, False)


@pytest.mark.parametrize(
    ("address", "most"), [("/", 6), ("/seasons/wac-lab-season-3", 4), ("/seasons/wac-lab/wac-factory", 3)]
)
def test_pages_ask_the_database_little(app: Flask, client: Client, weekly: Programme, address: str, most: int) -> None:
    with queries(app) as asked:
        client.get(address)

    assert len(asked) <= most
