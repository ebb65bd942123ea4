"""An organiser chooses recipients in a real browser: the count follows the conditions without a click."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.mailings import PATH, mailings


def test_the_count_follows_the_conditions(open_house: House, visit: Visit) -> None:
    address = next(each for each in mailings(open_house) if re.fullmatch(rf"{PATH}/\d+/recipients", each))
    page = visit()
    page.goto(open_house.organisers_door())
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{open_house.url}{address}")
    counted = page.locator("#tally .number").first
    everybody = counted.inner_text()

    page.locator("#locale").select_option("fr")
    expect(counted).not_to_have_text(everybody)
    page.locator("#locale").select_option("")
    expect(counted).to_have_text(everybody)
    page.locator("#series").select_option("")
    expect(page.locator("#tally")).to_contain_text("Nobody: fill in at least one condition")
