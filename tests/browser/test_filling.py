"""A team fills in a form in real browsers: nothing typed is lost, nobody overwrites anybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.filling import Shipped, Team, shipped
from tests.browser.house import House
from tests.databases import Databases

pytestmark = pytest.mark.browser


@pytest.fixture
def team(house: House) -> Team:
    return Team.gather(house)


@pytest.fixture
def killable(template: str, databases: Databases, tmp_path: Path) -> Iterator[Shipped]:
    """An empty installation whose server can be killed."""
    with shipped(databases.clone(template), tmp_path) as found:
        yield found


def test_what_is_typed_is_saved_by_itself(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ana.why.press_sequentially("Because we can", delay=5)
    ana.page.get_by_text("3 of 100 words").wait_for()
    ana.saved()
    assert team.stored() == "Because we can"
    assert ana.page.locator("#saving").inner_text() == "Saved 10:00"

    ana.page.get_by_label("No", exact=True).check()
    ana.page.get_by_label("What have you done?").fill("A website")
    ana.page.get_by_role("button", name="Save and continue").click()
    ana.page.locator("form[data-ready]").wait_for()
    ana.page.get_by_label("Name 1").fill("Ada")
    ana.page.get_by_role("button", name="Add a person").click()
    ana.page.get_by_label("Name 2").fill("Bo")
    ana.page.get_by_role("button", name="Save and check your answers").click()
    ana.page.get_by_role("heading", name="Check your answers").wait_for()
    assert [team.stored(key) for key in ("new", "past", "people")] == [
        False,
        "A website",
        [{"name": "Ada", "role": "", "email": ""}, {"name": "Bo", "role": "", "email": ""}],
    ]


def test_two_people_write_at_once_and_decide_which_text_stands(team: Team, visit: Visit) -> None:
    ana, ben = team.writer(visit).open(), team.writer(visit, "ben").open()
    ben.page.context.set_offline(True)
    ben.why.fill("Because of our visitors.")
    ben.page.get_by_text("Kept in this browser: you are offline").wait_for()
    ana.why.fill("Because of our collection.")
    ana.saved()

    ben.page.context.set_offline(False)
    ben.page.get_by_text("Ana Silva changed this at 04:00, while you were writing.").wait_for()
    assert (team.stored(), ben.why.input_value()) == ("Because of our collection.", "Because of our visitors.")
    ben.page.get_by_role("button", name="Put both").click()
    ben.saved()
    assert team.stored() == "Because of our collection.\n\nBecause of our visitors."

    ana.page.get_by_text("Ben Kelly changed this at").wait_for()
    assert ana.why.input_value() == "Because of our collection.\n\nBecause of our visitors."


def test_without_a_connection_text_is_kept_and_sent_later(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ana.page.context.set_offline(True)
    ana.why.fill("Typed in the train")
    ana.page.get_by_text("Kept in this browser: you are offline").wait_for()
    assert team.stored() is None
    ana.page.context.set_offline(False)
    ana.saved()

    assert team.stored() == "Typed in the train"
    assert ana.page.evaluate("Object.keys(localStorage)") == []


def test_text_that_was_kept_is_sent_when_the_page_is_opened_again(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ana.page.context.set_offline(True)
    ana.why.fill("Typed in the train")
    ana.page.get_by_text("Kept in this browser: you are offline").wait_for()
    ana.page.goto("about:blank")
    ana.page.context.set_offline(False)
    ana.open()
    ana.page.wait_for_function("localStorage.length === 0")

    assert (ana.why.input_value(), team.stored()) == ("Typed in the train", "Typed in the train")


def test_a_server_that_is_killed_while_somebody_types_loses_nothing(killable: Shipped, visit: Visit) -> None:
    team = Team.gather(killable.house)
    ana = team.writer(visit).open()
    ana.why.press_sequentially("one two three four five six seven ", delay=60)
    killable.kill()
    ana.why.press_sequentially("eight nine ten ", delay=20)
    ana.page.get_by_text("Kept in this browser: the server cannot be reached at the moment").wait_for()
    killable.start()
    ana.why.press_sequentially("eleven", delay=20)
    ana.saved()

    assert team.stored() == "one two three four five six seven eight nine ten eleven"
    assert ana.page.get_by_text("Which text should stand?").count() == 0


def test_a_server_and_a_browser_that_die_together_lose_nothing_that_was_kept(killable: Shipped, visit: Visit) -> None:
    team = Team.gather(killable.house)
    ana = team.writer(visit).open()
    ana.why.press_sequentially("one two three four five six seven ", delay=60)
    killable.kill()
    ana.why.press_sequentially("eight nine ten", delay=5)
    ana.page.goto("about:blank")
    killable.start()
    ana.open().saved()

    assert (team.stored(), ana.why.input_value()) == ("one two three four five six seven eight nine ten",) * 2
    assert ana.page.evaluate("localStorage.length") == 0
