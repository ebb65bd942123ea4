"""An organiser writes a letter: placeholders by a click, warnings and the mail while typing, nothing lost."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(house: House, visit: Visit) -> Page:
    """The editor with an empty letter."""
    page = visit()
    page.goto(house.organisers_door())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.goto(f"{house.url}/console/mail/letters")
    page.get_by_role("link", name="New mailing letter").click()
    return page


def test_a_letter_is_written_with_help_and_saved(editor: Page) -> None:
    entries = editor.evaluate("history.length")
    editor.get_by_label("Name of the letter").fill("New season")
    editor.get_by_label("Subject English").fill("COME TO THE NEW SEASON")
    editor.get_by_label("Text English").fill("Hello ")
    editor.get_by_role("button", name="{{ name }}").click()
    editor.keyboard.type(", [come back]({{ my_lnk }})")
    editor.get_by_text("“my_lnk” is no placeholder. Did you mean “my_link”?").wait_for()
    editor.get_by_text("Capital letters look like spam.").wait_for()

    editor.get_by_label("Subject English").fill("Come to the new season")
    editor.get_by_label("Text English").fill("Hello {{ name }}, [come back]({{ my_link }})")
    editor.get_by_text("There is no French text").wait_for()
    frame = editor.frame_locator("iframe[name=preview]")
    frame.get_by_role("link", name="come back").wait_for()
    greeting = frame.locator("p", has_text="Hello").last.inner_text()
    grown = editor.evaluate("history.length") - entries
    editor.get_by_role("button", name="Save").click()
    editor.get_by_text("The letter is saved.").wait_for()

    assert (greeting, grown) == ("Hello Camille Moreau, come back", 0)
    assert editor.get_by_label("Text English").input_value() == "Hello {{ name }}, [come back]({{ my_link }})"
    assert editor.get_by_role("link", name="Version 1").count() == 1


def test_a_letter_is_read_as_a_real_person_without_saving(editor: Page) -> None:
    editor.get_by_label("Text English").fill("Hello {{ name }}")
    editor.get_by_label("Read as").fill("demo@example.org")
    editor.get_by_label("Read as").press("Enter")
    editor.frame_locator("iframe[name=preview]").get_by_role("main").get_by_text("Hello Camille Demo").wait_for()

    assert editor.get_by_role("heading", level=1).inner_text() == "New mailing letter"
