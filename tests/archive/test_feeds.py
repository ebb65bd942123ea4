"""The Atom feed of published discussions and the map of the site, read by an XML parser."""

from datetime import datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from registrar.db import DbSession
from registrar.programmes.catalogue import read
from registrar.programmes.importing import import_catalogue
from registrar.programmes.models import Programme, Session
from tests import factories
from tests.conftest import Client

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "http://127.0.0.1:5000"


@pytest.fixture
def weekly(db: DbSession) -> Programme:
    return factories.series(db, slug="weekly")


def discussion(db: DbSession, weekly: Programme, number: int, published_at: datetime | None) -> Session:
    return factories.session(
        db, weekly, slug=f"week-{number}", title_en=f"Title {number} & <more>", title_fr=f"Titre {number}",
        summary_en="Much was *said*.\x07", published_at=published_at,
    )  # fmt: skip


def entries(client: Client, question: str = "") -> list[Element]:
    return fromstring(client.get(f"/archive/feed.atom{question}").text).findall(f"{ATOM}entry")


def test_the_feed_holds_what_was_published_last_first(
    client: Client, db: DbSession, weekly: Programme, now: datetime
) -> None:
    discussion(db, weekly, 1, now - timedelta(days=7))
    discussion(db, weekly, 2, now)
    discussion(db, weekly, 3, None)

    assert [entry.findtext(f"{ATOM}title") for entry in entries(client)] == ["Title 2 & <more>", "Title 1 & <more>"]


def test_an_entry_has_a_permanent_name_its_moment_and_its_summary(
    client: Client, db: DbSession, weekly: Programme, now: datetime
) -> None:
    discussion(db, weekly, 1, now)

    (entry,) = entries(client)

    found = [entry.findtext(f"{ATOM}{name}") for name in ("id", "updated", "content")]
    assert [found[0].partition("/weekly")[2] if found[0] else "", *found[1:]] == [
        "/weekly/week-1", now.isoformat(), "<p>Much was <em>said</em>.</p>\n",
    ]  # fmt: skip


def test_the_feed_speaks_the_language_asked_for(
    client: Client, db: DbSession, weekly: Programme, now: datetime
) -> None:
    discussion(db, weekly, 1, now)

    assert [entry.findtext(f"{ATOM}title") for entry in entries(client, "?lang=fr")] == ["Titre 1"]


def test_an_empty_feed_is_a_feed(client: Client) -> None:
    answer = client.get("/archive/feed.atom")

    assert (answer.mimetype, fromstring(answer.text).findtext(f"{ATOM}updated")) == (
        "application/atom+xml", "2013-01-01T00:00:00+00:00",
    )  # fmt: skip


def test_every_address_of_the_map_answers(client: Client, db: DbSession, root: Path, now: datetime) -> None:
    import_catalogue(
        db, read((root / "config/catalogue/we-are-museums.toml").read_text("utf-8")), by="command", now=now
    )

    locations = [each.text or "" for each in fromstring(client.get("/sitemap.xml").text).iter(f"{MAP}loc")]
    answers = {client.get(address).status_code for address in locations}

    assert (len(locations), answers) == (6 + 4 + 3 + 1 + 19, {200})
