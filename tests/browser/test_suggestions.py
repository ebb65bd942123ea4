"""Known institutions are suggested while somebody types: by keys, by a click, and never forced on anybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = pytest.mark.browser


@pytest.fixture
def page(house: House, visit: Visit) -> Page:
    """The form of a new institution."""
    page = visit()
    page.goto(house.organisers_door())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.goto(f"{house.url}/console/institutions/new")
    return page


@pytest.fixture
def name(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Name of the institution")


def suggestions(page: Page) -> Locator:
    """Return what is suggested; the options of a select are others."""
    return page.get_by_role("listbox").get_by_role("option")


def test_a_suggestion_is_chosen_by_keys_and_fills_the_country(page: Page, name: Locator) -> None:
    name.press_sequentially("van go")
    suggestions(page).first.wait_for()
    violations = Axe().run(page).response["violations"]
    name.press("ArrowDown")
    marked = name.get_attribute("aria-activedescendant")
    selected = suggestions(page).and_(page.get_by_role("option", selected=True)).get_attribute("id")
    name.press("Enter")

    assert (name.input_value(), page.get_by_label("Country").input_value()) == ("Van Gogh Museum", "NL")
    assert (marked, violations, name.get_attribute("aria-expanded")) == (selected, [], "false")
    assert page.url.endswith("/new")


def test_a_suggestion_is_chosen_by_a_click_and_named_with_its_country(page: Page) -> None:
    parent = page.get_by_role("combobox", name="Belongs to")
    parent.press_sequentially("orsay")
    suggestions(page).filter(has_text="Musée d'Orsay").click()

    assert (parent.input_value(), page.get_by_label("Country").input_value()) == ("Musée d'Orsay (FR)", "")


def test_what_is_typed_stays_when_nothing_is_chosen(page: Page, name: Locator) -> None:
    name.press_sequentially("van go")
    suggestions(page).first.wait_for()
    name.press("Escape")
    listed = suggestions(page).count()
    name.press_sequentially("gh Annex")
    name.press("Enter")
    page.get_by_role("heading", name="van gogh Annex").wait_for()

    assert listed == 0


def test_the_list_goes_away_with_the_focus(page: Page, name: Locator) -> None:
    name.press_sequentially("van go")
    suggestions(page).first.wait_for()
    name.press("Tab")

    suggestions(page).first.wait_for(state="hidden")
    assert name.input_value() == "van go"
