"""The archive, from the real catalogue: everything is there, can be found, and says only what is known."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.programmes.catalogue import Catalogue, read
from registrar.programmes.events import Event
from registrar.programmes.importing import import_catalogue
from registrar.programmes.models import Session
from registrar.programmes.rules import EventKind
from tests import factories
from tests.conftest import Client
from tests.pages import links, structured, tags, text
from tests.statements import queries

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def catalogue(db: DbSession, root: Path, now: datetime) -> Catalogue:
    found = read((root / "config/catalogue/we-are-museums.toml").read_text("utf-8"))
    import_catalogue(db, found, by="command", now=now)
    db.commit()
    return found


@pytest.fixture
def discussion(db: DbSession, now: datetime) -> Session:
    series = factories.series(db, slug="weekly")
    return factories.session(
        db, series, slug="week-1", title_en="Collections in motion", title_fr="Œuvres en mouvement",
        starts_at=now - timedelta(days=5), published_at=now,
    )  # fmt: skip


def listed(client: Client, question: str = "") -> list[str]:
    """Return the last part of the address of every entry that the archive shows."""
    ours = ("/archive/", "/seasons/", "/weekly/weekly/")
    page = client.get(f"/archive{question}")
    return [link.rpartition("/")[2] for link in links(page) if link.startswith(ours) and "feed" not in link]


def test_an_empty_archive_says_so(client: Client) -> None:
    assert "The archive is empty" in text(client.get("/archive"))


def test_every_season_and_event_is_listed_in_the_order_of_the_catalogue(client: Client, catalogue: Catalogue) -> None:
    seasons = [season.slug for season in catalogue.seasons]
    talks = [event.slug for event in catalogue.events if event.kind is EventKind.MEETUPS]
    others = [event.slug for event in catalogue.events if event.kind is not EventKind.MEETUPS]

    assert listed(client) == [*seasons, *talks, *others]


def test_every_event_of_the_catalogue_has_its_page(client: Client, catalogue: Catalogue) -> None:
    titles = {event.slug: text(client.get(f"/archive/{event.slug}")) for event in catalogue.events}

    assert [
        slug
        for slug, words in titles.items()
        if next(e for e in catalogue.events if e.slug == slug).heading not in words
    ] == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("?q=musee+orsay", ["wac-lab-season-2"]),
        ("?q=MUSÉE+ORSAY", ["wac-lab-season-2"]),
        ("?q=timisoara", ["wac-lab-season-3"]),
        ("?q=vasternorrlands", ["digital-for-better-futures", "community-meetups-2020"]),
        ("?q=debono", ["community-meetups-2020"]),
        ("?q=planete", ["le-patrimoine-innove-pour-la-planete"]),
        ("?q=Lithuania+2013", ["we-are-museums-2013"]),
        ("?kind=study", ["happiness-focused-museum"]),
        ("?kind=workshop&country=FR", []),
        ("?country=MA", ["we-are-museums-2018"]),
        ("?q=conference&country=PL", ["we-are-museums-2014"]),
        ("?kind=unknown", []),
    ],
)  # fmt: skip
def test_what_is_looked_for_is_found(client: Client, catalogue: Catalogue, question: str, expected: list[str]) -> None:
    assert listed(client, question) == expected


def test_a_country_is_found_in_the_language_of_the_page(client: Client, catalogue: Catalogue) -> None:
    assert listed(client, "?q=lituanie&lang=fr") == ["museums-facing-extinction-vilnius", "we-are-museums-2013"]


def test_nothing_found_leads_back_to_everything(client: Client, catalogue: Catalogue) -> None:
    page = client.get("/archive?q=nowhere")

    assert ("Nothing found" in text(page), "/archive" in links(page), page.status_code) == (True, True, 200)


def test_the_form_keeps_what_was_asked(client: Client, catalogue: Catalogue) -> None:
    page = client.get('/archive?q="><b>&kind=conference&country=LV')

    chosen = [each["value"] for each in tags(page, "option") if "selected" in each]
    typed = [each["value"] for each in tags(page, "input") if each.get("name") == "q"]
    assert (chosen, typed, tags(page, "b")) == (["conference", "LV"], ['"><b>'], [])


def test_published_discussions_are_part_of_the_archive(client: Client, discussion: Session) -> None:
    assert (listed(client), listed(client, "?q=oeuvres"), listed(client, "?kind=season")) == (
        ["week-1", discussion.programme.season.slug], ["week-1"], [discussion.programme.season.slug],
    )  # fmt: skip


def test_a_discussion_that_is_not_published_is_not(client: Client, db: DbSession, discussion: Session) -> None:
    discussion.published_at = None

    assert listed(client, "?kind=discussion") == []


def test_an_event_shows_its_days_place_and_topic(client: Client, catalogue: Catalogue) -> None:
    english, french = (text(client.get(f"/archive/we-are-museums-2019?lang={locale}")) for locale in ("en", "fr"))

    assert "When 27–29 May 2019 Where Silesian Museum, Katowice, Poland" in english
    assert "du 27 au 29 mai 2019" in french


def test_an_event_whose_year_is_not_known_shows_none(client: Client, catalogue: Catalogue) -> None:
    words = text(client.get("/archive/api-culture-day-1"))

    assert ("When 28 June Where" in words, "2000" in words, "20" in words.partition("Facts")[2]) == (True, False, False)


def test_an_event_without_a_date_shows_no_date(client: Client, catalogue: Catalogue) -> None:
    page = client.get("/archive/museum-resilience")

    assert ("When" in text(page), "startDate" in structured(page)) == (False, False)


def test_an_event_shows_its_talks_with_speakers_and_moderator(client: Client, catalogue: Catalogue) -> None:
    words = text(client.get("/archive/community-meetups-2020"))

    assert "Collect Crisis 25 June 2020 Danielle Kuijten, Co-curator, Imagine IC, Amsterdam, Netherlands" in words
    assert "Sandro Debono, Museum Thinker, University of Malta, Malta (moderator)" in words


def test_what_remains_is_told_without_a_dead_link(client: Client, catalogue: Catalogue) -> None:
    with_remains, without = (client.get(f"/archive/{slug}") for slug in ("reframe-collecting", "we-are-museums-2019"))

    assert "There is: written summaries, recordings." in text(with_remains)
    assert ("What remains" in text(without), [link for link in links(with_remains) if link in ("", "#")]) == (False, [])


def test_an_event_is_described_to_machines(client: Client, catalogue: Catalogue) -> None:
    data = structured(client.get("/archive/we-are-museums-2019"))

    address = {"@type": "PostalAddress", "addressCountry": "PL"}
    assert (data["@type"], data["startDate"], data["endDate"], data["location"]) == (
        "Event", "2019-05-27", "2019-05-29",
        {"@type": "Place", "name": "Silesian Museum, Katowice", "address": address},
    )  # fmt: skip


def test_values_of_an_event_are_only_ever_text(client: Client, db: DbSession) -> None:
    event = Event(slug="evil", position=0, kind=EventKind.STUDY, title=EVIL, topic=EVIL, place=EVIL, online=False)
    event.figures, event.resources = {EVIL: 1}, [EVIL]
    db.add(event)

    pages = [client.get("/archive/evil").text, client.get("/archive").text]

    assert [("<img" in page, "<script>" in page) for page in pages] == [(False, False), (False, False)]


def test_an_event_that_is_not_there_is_not_found(client: Client, catalogue: Catalogue) -> None:
    assert client.get("/archive/none").status_code == 404


@pytest.mark.parametrize("address", ["/archive", "/archive/community-meetups-2020"])
def test_pages_ask_at_most_eight_questions(app: Flask, client: Client, catalogue: Catalogue, address: str) -> None:
    with queries(app) as asked:
        client.get(address)

    assert len(asked) <= 8
