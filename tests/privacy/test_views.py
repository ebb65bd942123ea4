"""The pages of a person's data: a download, a deliberate goodbye."""

import json

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter, press


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db, name="Amélie Roux")


@pytest.fixture
def browser(client: Client, tokens: Tokens, person: Person, clock: TestClock) -> Client:
    enter(client, tokens, person, clock)
    return client


def people(db: DbSession) -> list[str]:
    return list(db.scalars(select(Person.name)))


def test_the_download_is_for_its_person_only(client: Client) -> None:
    assert client.get("/my/data").headers["Location"] == "/my/link"
    assert client.get("/my/erase").headers["Location"] == "/my/link"


def test_my_data_is_a_file_to_keep(browser: Client) -> None:
    response = browser.get("/my/data")

    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert response.headers["Cache-Control"] == "no-store"
    assert json.loads(response.text)["held"][0]["rows"][0]["name"] == "Amélie Roux"


def test_looking_erases_nothing(browser: Client, db: DbSession) -> None:
    assert browser.get("/my/erase").status_code == 200
    assert people(db) == ["Amélie Roux"]


def test_erasing_asks_for_a_tick(browser: Client, db: DbSession) -> None:
    response = press(browser, "/my/erase", seen_on="/my/erase")

    assert response.status_code == 422
    assert "Tick the box to erase your data." in response.text
    assert people(db) == ["Amélie Roux"]


def test_after_erasing_nothing_is_left_and_the_browser_knows_nobody(browser: Client, db: DbSession) -> None:
    response = press(browser, "/my/erase", seen_on="/my/erase", understood="y")

    assert (response.status_code, response.headers["Location"]) == (303, "/goodbye")
    assert people(db) == []
    assert "Your data is erased." in browser.get("/goodbye").text
    assert browser.get("/my").headers["Location"] == "/my/link"
