"""Every page in a real browser: axe finds nothing, it fits the window and the language, and asks nobody else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.addresses import NOT_PAGES, PERSONAL, PUBLIC, behind_links, console, outbox
from tests.browser.applying import of_applicants, sections
from tests.browser.conftest import Visit
from tests.browser.house import CAMILLE, House
from tests.browser.reviewing import of_reviewers

pytestmark = pytest.mark.browser

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "iframes": False}
WIDE: dict[str, Any] = {"locale": "en-GB", "color_scheme": "light", "viewport": {"width": 1280, "height": 800}}
NARROW: dict[str, Any] = {"locale": "fr-FR", "color_scheme": "dark", "viewport": {"width": 360, "height": 740}}
VIEWS = (WIDE, NARROW)


@dataclass
class Inspector:
    """Looks at pages in one browser and notes what is wrong with them."""

    house: House
    page: Page
    language: str
    found: list[tuple[str, str]] = field(default_factory=list)
    at: str = ""

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.note(f"script: {error}"))
        self.page.on("request", self._watch)

    def look(self, address: str) -> None:
        self.at = address
        answer = self.page.goto(f"{self.house.url}{address}")
        if answer is None or answer.status != 200:
            return self.note(f"answers {answer and answer.status}")
        for rule in AXE.run(self.page, options=RULES).response["violations"]:
            self.note(f"axe: {rule['id']} at {rule['nodes'][0]['target']}")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.note("is wider than the window")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.note("is in another language")
        return None

    def note(self, problem: str) -> None:
        self.found.append((self.at, problem))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.note(f"console: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((f"{self.house.url}/", "data:")):
            self.note(f"asks {request.url}")


def inspect(
    house: House, visit: Visit, addresses: Iterable[str], door: Callable[[], str] | None = None
) -> list[tuple[str, str]]:
    """Look at every page: wide, light and English on one database, narrow, dark and French on the other."""
    found = []
    is_sqlite = house.app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    for number, view in enumerate(VIEWS):
        page = visit(**view)
        if door:
            page.goto(door())
            page.locator("main form button").first.click()
            page.wait_for_url(lambda url: "/enter/" not in url and "/sign-in" not in url)
        inspector = Inspector(house, page, view["locale"][:2])
        for place, address in enumerate(addresses):
            if (place + number + is_sqlite) % 2:
                inspector.look(address)
        found += inspector.found
    return found


def test_public_pages_are_sound(open_house: House, visit: Visit) -> None:
    assert inspect(open_house, visit, PUBLIC) == []


def test_pages_behind_mailed_links_are_sound(open_house: House, visit: Visit) -> None:
    assert inspect(open_house, visit, behind_links(open_house)) == []


def test_personal_pages_are_sound(open_house: House, visit: Visit) -> None:
    assert inspect(open_house, visit, PERSONAL, lambda: open_house.door_of(CAMILLE)) == []


def test_pages_of_applicants_are_sound(open_house: House, visit: Visit) -> None:
    mine = [*of_applicants(open_house), *sections(open_house)]
    assert inspect(open_house, visit, mine, lambda: open_house.door_of(CAMILLE)) == []


def test_pages_of_the_outbox_are_sound(open_house: House, visit: Visit) -> None:
    assert inspect(open_house, visit, outbox(open_house)) == []


def test_pages_of_organisers_are_sound(open_house: House, visit: Visit) -> None:
    assert inspect(open_house, visit, console(open_house), open_house.organisers_door) == []


def test_pages_of_reviewers_are_sound(open_house: House, visit: Visit) -> None:
    committee, pages = of_reviewers(open_house)
    assert inspect(open_house, visit, pages, lambda: committee.door) == []


def test_no_page_is_left_out(open_house: House) -> None:
    listed = [*PUBLIC, *PERSONAL, *behind_links(open_house), *outbox(open_house), *console(open_house)]
    listed += [*of_applicants(open_house), *sections(open_house), *of_reviewers(open_house)[1]]
    adapter = open_house.app.url_map.bind("")
    shown = {adapter.match(urlsplit(each).path)[0] for each in listed}
    pages = {rule.endpoint for rule in open_house.app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert pages - shown - NOT_PAGES == set()
