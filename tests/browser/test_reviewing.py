"""A reviewer at work in real browsers: by keyboard, offline and back, in two windows, without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from registrar.reviews.rules import ReviewState
from tests.browser.conftest import Visit
from tests.browser.house import House, leave, opened
from tests.browser.reviewing import Committee, Written
from tests.conftest import TestClock
from tests.databases import Databases

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with nothing in it; each test gathers a committee of its own."""
    with opened(databases.clone(template), tmp_path_factory.mktemp("empty"), TestClock()) as found:
        yield found
        leave(found)


@pytest.fixture
def committee(house: House) -> Committee:
    return Committee.gather(house)


def sit(committee: Committee, page: Page, reference: str) -> Page:
    """Open a review and wait until its script is at work."""
    page.goto(f"{committee.house.url}/reviews/{reference}")
    page.locator("body[data-ready]").wait_for()
    return page


def saved(page: Page) -> None:
    page.locator("#saving", has_text="Saved").wait_for()


def test_a_review_is_written_by_keyboard_alone(committee: Committee, visit: Visit) -> None:
    page = committee.enter(visit)
    page.get_by_role("link", name="Begin your first review").press("Enter")
    page.locator("body[data-ready]").wait_for()
    first = page.url.rsplit("/", 1)[-1]
    page.keyboard.press("5")
    page.keyboard.press("4")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    expect(page.locator("#total")).to_have_text("3.20")
    page.keyboard.press("c")
    page.keyboard.type("jxs? 1 clear case")
    saved(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("s")
    page.wait_for_url(lambda url: first not in url)

    assert committee.review(first) == Written(ReviewState.SUBMITTED, "jxs? 1 clear case", [2, 4])
    page.locator("body[data-ready]").wait_for()
    second = page.url
    page.keyboard.press("k")
    page.wait_for_url(lambda url: url != second)
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press("j")
    page.wait_for_url(second)
    page.locator("body[data-ready]").wait_for()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.type("A friend works there.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews")
    assert page.goto(second).status == 404  # type: ignore[union-attr]  # a page answers


def test_shortcuts_are_silent_when_switched_off(committee: Committee, visit: Visit) -> None:
    page = committee.enter(visit)
    page.get_by_role("button", name="Switch keyboard shortcuts off").click()
    sit(committee, page, committee.references[0])
    page.keyboard.press("4")
    page.keyboard.press("?")

    expect(page.locator("#review input:checked:not([value=''])")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_written_offline_arrives_later(committee: Committee, visit: Visit) -> None:
    reference = committee.references[0]
    page = sit(committee, committee.enter(visit), reference)
    page.context.set_offline(True)
    page.keyboard.press("4")
    page.get_by_label("Comment to the committee").fill("On the train")
    page.locator("#saving.troubled", has_text="Kept in this browser").wait_for()
    assert committee.review(reference) is None
    page.context.set_offline(False)
    saved(page)

    assert committee.review(reference) == Written(ReviewState.DRAFT, "On the train", [4])


def test_what_a_closed_window_kept_is_there_again(committee: Committee, visit: Visit) -> None:
    reference = committee.references[0]
    page = sit(committee, committee.enter(visit), reference)
    page.route("**/save", lambda route: route.abort())
    page.get_by_label("Comment to the committee").fill("Before the tunnel")
    page.locator("#saving.troubled").wait_for()
    page.unroute("**/save")
    page.route("**/save", lambda route: route.abort(), times=1)
    page.reload()
    page.locator("body[data-ready]").wait_for()
    saved(page)

    assert committee.review(reference) == Written(ReviewState.DRAFT, "Before the tunnel", [])


def test_two_windows_overwrite_nothing(committee: Committee, visit: Visit) -> None:
    reference = committee.references[0]
    one = sit(committee, committee.enter(visit), reference)
    other = sit(committee, one.context.new_page(), reference)
    one.get_by_label("Comment to the committee").fill("From the first")
    saved(one)
    other.get_by_label("Weak").first.check()
    saved(other)
    expect(other.get_by_label("Comment to the committee")).to_have_value("From the first")
    assert committee.review(reference) == Written(ReviewState.DRAFT, "From the first", [1])

    one.get_by_label("Comment to the committee").fill("Changed in the first")
    one.get_by_role("button", name="Take what the other window saved").wait_for(state="hidden")
    saved(one)
    expect(one.locator("#total")).to_have_text("1.00")
    other.get_by_label("Comment to the committee").fill("Changed in the second")
    other.get_by_role("button", name="Keep what is here").click()
    saved(other)
    expect(other.get_by_role("button", name="Keep what is here")).to_have_count(0)
    other.wait_for_timeout(1000)
    assert committee.review(reference) == Written(ReviewState.DRAFT, "Changed in the second", [1])


def test_submitting_waits_for_the_save_that_is_under_way(committee: Committee, visit: Visit) -> None:
    reference = committee.references[0]
    page = sit(committee, committee.enter(visit), reference)
    held: list[Route] = []
    page.route("**/save", lambda route: held.append(route))
    with page.expect_request("**/save"):
        page.keyboard.press("5")
    page.keyboard.press("Tab")
    page.keyboard.press("4")
    page.keyboard.press("s")
    page.keyboard.press("s")
    held[0].continue_()
    page.wait_for_url(lambda url: reference not in url)

    assert committee.review(reference) == Written(ReviewState.SUBMITTED, "", [4, 5])


def test_a_review_is_written_without_javascript(committee: Committee, visit: Visit) -> None:
    reference = committee.references[0]
    page = committee.enter(visit, java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"{committee.house.url}/reviews/{reference}")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("link", name="Readiness of the team").wait_for()
    page.get_by_role("radio", name="Good", exact=False).nth(0).check()
    page.get_by_label("Comment to the committee").fill("Slow but sure")
    page.get_by_role("button", name="Save the draft").click()
    page.locator(".notice", has_text="Your review is saved.").wait_for()
    for number in range(2):
        page.locator(".criterion").nth(number).get_by_role("radio").nth(3).check()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.locator(".notice", has_text="Your review is submitted.").wait_for()

    assert committee.review(reference) == Written(ReviewState.SUBMITTED, "Slow but sure", [4, 4])
