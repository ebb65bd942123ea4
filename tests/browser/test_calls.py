"""An organiser publishes a call, moves a deadline and meets a colleague; a visitor elsewhere checks and reads."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.participant import NEW_YORK, Participant
from tests.browser.test_organiser import sign_in

pytestmark = pytest.mark.browser
FACTORY, MUSEUMS = "/console/calls/wac-factory", "/console/calls/wac-museums"


@pytest.fixture
def olivia(house: House, visit: Visit) -> Participant:
    """The organiser, signed in."""
    olivia = Participant(house, visit(), "Olivia Organiser", "organiser@example.org")
    sign_in(olivia)
    return olivia


@pytest.fixture
def visitor(house: House, visit: Visit) -> Participant:
    """Somebody in New York who has never been here."""
    return Participant(house, visit(timezone_id=NEW_YORK), "Nobody", "nobody@example.org")


def test_a_published_call_is_there_for_visitors_and_undo_hides_it_again(
    olivia: Participant, visitor: Participant
) -> None:
    olivia.go(FACTORY)
    olivia.page.locator("summary", has_text="Publish the call").click()
    olivia.page.get_by_role("button", name="Publish the call").click()
    olivia.page.get_by_text("The call is published.").wait_for()
    visitor.go("/calls/wac-factory")
    visitor.page.get_by_role("heading", name="Call for prototypes: WAC Factory").wait_for()

    olivia.page.get_by_role("button", name="Undo").click()
    olivia.page.get_by_text("The call is a draft again. Nobody sees it.").wait_for()


def test_a_moved_deadline_reaches_visitors_in_their_own_zone_and_can_be_taken_back(
    olivia: Participant, visitor: Participant
) -> None:
    olivia.go(f"{MUSEUMS}/dates")
    olivia.page.locator("#closes_on").fill("2027-01-29")
    olivia.page.get_by_role("button", name="Show what this changes").click()
    olivia.page.get_by_text("Every team keeps its text").wait_for()
    olivia.page.get_by_role("button", name="Change the dates").click()
    olivia.page.get_by_text("The dates are changed.").wait_for()

    visitor.go("/calls/wac-museums")
    deadline = visitor.page.locator(".deadline").inner_text()
    assert ("Friday 29 January 2027, 18:00" in deadline, "12:00 where you are" in deadline) == (True, True)

    olivia.page.get_by_role("button", name="Undo").click()
    olivia.page.wait_for_load_state()
    visitor.go("/calls/wac-museums?lang=en")
    assert "29 January" not in visitor.page.locator(".deadline").inner_text()


def test_two_organisers_who_edit_the_same_call_lose_nothing(olivia: Participant) -> None:
    colleague = olivia.page.context.new_page()
    for page in (olivia.page, colleague):
        page.goto(f"{olivia.house.url}{FACTORY}/texts")
    colleague.locator("#title_en").fill("Theirs")
    colleague.get_by_role("button", name="Save").last.click()
    colleague.get_by_text("Saved.").wait_for()

    olivia.page.locator("#title_en").fill("Mine")
    olivia.page.get_by_role("button", name="Save").last.click()
    olivia.page.get_by_text("Somebody else has changed this call in the meantime.").wait_for()
    assert olivia.page.locator(".errors td span").all_inner_texts() == ["Theirs", "Mine"]
    assert olivia.page.locator("#title_en").input_value() == "Mine"
    olivia.page.get_by_role("button", name="Save").last.click()
    olivia.page.get_by_role("heading", name="Mine").wait_for()


def test_a_visitor_finds_out_by_suggestion_that_season_3_counts(olivia: Participant, visitor: Participant) -> None:
    olivia.go(FACTORY)
    olivia.page.locator("summary", has_text="Publish the call").click()
    olivia.page.get_by_role("button", name="Publish the call").click()
    olivia.page.get_by_text("The call is published.").wait_for()

    visitor.go("/calls/wac-factory/eligibility")
    visitor.page.locator("#institution").press_sequentially("design muse")
    visitor.page.get_by_role("option", name="Design Museum Brussels").click()
    visitor.page.get_by_role("button", name="Check").click()
    told = "Design Museum Brussels was selected in WAC Lab season 3, which counts as completing WAC Museums."
    visitor.page.get_by_text(told).wait_for()
