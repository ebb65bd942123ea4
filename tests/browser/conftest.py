"""The whole product, served to a real browser on each database, with the demonstration in it and a clock to move."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.house import House, furnish, leave, left, opened, send_most_home
from tests.browser.participant import NEW_YORK, Participant
from tests.conftest import START, TestClock
from tests.databases import Databases

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def furnished(template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the catalogue and the demonstration."""
    url = databases.clone(template)
    with opened(url, tmp_path_factory.mktemp("furnished"), TestClock()) as house:
        furnish(house)
    return url


@pytest.fixture(scope="session")
def open_house(furnished: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration on each kind of database, for tests that only look."""
    with opened(databases.clone(furnished), tmp_path_factory.mktemp("open"), TestClock()) as house:
        yield house
        leave(house)


@pytest.fixture(scope="session")
def quiet(furnished: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a copy of the demonstration with a handful of its people."""
    url = databases.clone(furnished)
    with opened(url, tmp_path_factory.mktemp("quiet"), TestClock()) as house:
        send_most_home(house)
    return url


@pytest.fixture(scope="session")
def quiet_house(quiet: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(databases.clone(quiet), tmp_path_factory.mktemp("house"), TestClock()) as house:
        yield house
        leave(house)


@pytest.fixture
def house(quiet_house: House, quiet: str, databases: Databases) -> Iterator[House]:
    """An installation for tests that change things: all is as before when a test ends."""
    quiet_house.clock.now = START
    yield quiet_house
    with left(quiet_house):
        quiet_house.clock.now = START
        databases.restore(quiet_house.app.config["SQLALCHEMY_DATABASE_URI"], quiet)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open browsers of their own: `visit(timezone_id="America/New_York")`."""
    contexts = []

    def opened_page(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Paris", **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield opened_page
    for context in contexts:
        context.close()


@pytest.fixture
def nora(house: House, visit: Visit) -> Participant:
    """A person in New York, registered for the whole season."""
    return Participant(house, visit(timezone_id=NEW_YORK)).register()
