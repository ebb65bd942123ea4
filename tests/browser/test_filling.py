"""A team fills in a form in real browsers: nothing typed is lost, nobody overwrites anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registrar.calls.definition import Condition, Definition, Section, Words
from registrar.calls.rules import Operator, QuestionType
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.filling import Shipped, Team, Writer, shipped
from tests.browser.house import House, leave, opened
from tests.conftest import START, TestClock
from tests.databases import Databases

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def empty_house(template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with nothing in it; each test gathers a team of its own."""
    with opened(databases.clone(template), tmp_path_factory.mktemp("empty"), TestClock()) as house:
        yield house
        leave(house)


@pytest.fixture
def house(empty_house: House) -> House:
    empty_house.clock.now = START
    return empty_house


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


def test_what_is_typed_is_on_its_way_at_once_and_not_called_saved(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ana.why.fill("Because")
    ana.saved()
    said = ana.why.evaluate(
        """field => {
            field.value += " we can";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            const [spoken, busy] = document.getElementById("saving").children;
            return [spoken.classList.contains("hidden"), busy.textContent];
        }"""
    )
    assert said == [True, "Saving…"]
    ana.saved()

    assert team.stored() == "Because we can"
    assert ana.page.locator("#saving > span:not(.hidden)").all_inner_texts() == ["Saved 10:00", ""]


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


def test_what_came_before_the_deadline_is_saved_and_what_came_after_is_kept_here(
    team: Team, visit: Visit, house: House
) -> None:
    """Ben sits in New York, the deadline is said in Paris: both mean the same moment."""
    team.change(closes_at=house.clock.now + timedelta(minutes=1), grace=timedelta())
    ben = team.writer(visit, "ben", timezone_id="America/New_York").open()
    assert "Monday 11 January 2027, 04:01" in ben.page.locator("aside").inner_text()
    ben.why.fill("In time")
    ben.saved()
    assert ben.page.locator("#saving").inner_text() == "Saved 04:00"

    house.clock.advance(minutes=1)
    ben.why.fill("Too late")
    ben.page.get_by_text("The deadline is over: what was saved before it counts.").wait_for()
    assert team.stored() == "In time"
    assert "Too late" in ben.page.evaluate("JSON.stringify(localStorage)")


def test_an_application_is_submitted_a_minute_before_the_deadline_and_not_at_it(
    team: Team, visit: Visit, house: House
) -> None:
    team.change(closes_at=house.clock.now + timedelta(minutes=1), grace=timedelta())
    team.answer(**factories.ANSWERS)
    ana, ben = team.writer(visit), team.writer(visit, "ben")
    for each in (ana, ben):
        each.check()
    house.clock.advance(seconds=59)
    ana.page.get_by_role("button", name="Submit the application").click()
    ana.page.get_by_role("heading", name="Application submitted").wait_for()
    ben.page.get_by_role("button", name="Submit the application").click()
    ben.page.get_by_role("heading", name="Application submitted").wait_for()
    assert team.state() == ("submitted", 2)

    house.clock.advance(seconds=1)
    ana.page.goto(f"{house.url}/applications/{team.reference}/sections/you")
    assert ana.page.locator("textarea").count() == 0


def test_at_the_deadline_nothing_is_submitted_any_more(team: Team, visit: Visit, house: House) -> None:
    team.change(closes_at=house.clock.now + timedelta(minutes=1), grace=timedelta())
    team.answer(**factories.ANSWERS)
    ana = team.writer(visit)
    ana.check()
    house.clock.advance(minutes=1)
    ana.page.get_by_role("button", name="Submit the application").click()
    ana.page.get_by_text("The deadline is over").first.wait_for()
    assert team.state() == ("draft", 1)


def test_somebody_whose_link_has_ended_goes_on_after_a_fresh_one(team: Team, visit: Visit, house: House) -> None:
    ana = team.writer(visit).open()
    ana.page.wait_for_load_state("networkidle")
    house.clock.advance(hours=3)
    ana.why.fill("Typed long after")
    ana.page.get_by_role("link", name="Get a fresh link").wait_for()
    assert team.stored() is None

    team.enter(ana.page)
    ana.page.evaluate("dispatchEvent(new Event('focus'))")
    ana.saved()
    assert team.stored() == "Typed long after"


def test_two_windows_of_one_person_do_not_overwrite_each_other(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    other = Writer(ana.house, ana.page.context.new_page(), ana.reference).open()
    ana.why.fill("From the first window")
    ana.saved()
    other.page.get_by_text("You changed this at 10:00 in another window.").wait_for()
    assert other.why.input_value() == "From the first window"

    other.why.fill("From the second window")
    other.saved()
    ana.page.get_by_text("You changed this at 10:00 in another window.").wait_for()
    assert (ana.why.input_value(), team.stored()) == ("From the second window",) * 2
    assert ana.page.get_by_text("Which text should stand?").count() == 0


def test_who_works_on_a_section_is_shown_to_the_others(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ben = team.writer(visit, "ben").open()
    ben.page.get_by_text("Working on this section now: Ana Silva").wait_for()
    ana.page.goto("about:blank")
    ben.page.locator("#present").wait_for(state="hidden")


def test_an_answer_elsewhere_that_another_changes_opens_its_question_here(house: House, visit: Visit) -> None:
    depending = replace(factories.FORM.sections[1].questions[1], key="more", type=QuestionType.SHORT_TEXT,
                        label=Words("What more?"), conditions=(Condition("new", Operator.IS, "yes"),))  # fmt: skip
    sections = (factories.FORM.sections[0], Section("more", Words("More"), questions=(depending,)))
    team = Team.gather(house, Definition(sections))
    ana, ben = team.writer(visit).open("more"), team.writer(visit, "ben").open()
    assert not ana.page.get_by_label("What more?").is_visible()

    ben.page.get_by_label("Yes").check()
    ana.page.get_by_label("What more?").wait_for()


def test_what_is_still_kept_is_sent_before_all_answers_are_checked(team: Team, visit: Visit) -> None:
    ana = team.writer(visit).open()
    ana.page.route("**/answers/**", lambda route: route.abort())
    ana.why.fill("Typed while the server was away")
    ana.page.get_by_text("Kept in this browser: the server cannot be reached").wait_for()
    ana.check()
    ana.page.get_by_text("kept in this browser and not saved yet").wait_for()
    ana.page.unroute("**/answers/**")
    ana.check()
    ana.page.get_by_text("Typed while the server was away").wait_for()

    assert team.stored() == "Typed while the server was away"


def test_without_javascript_all_is_saved_by_a_button_and_two_texts_are_shown(team: Team, visit: Visit) -> None:
    ana = team.writer(visit, java_script_enabled=False)
    ana.page.goto(f"{ana.house.url}/applications/{team.reference}/sections/you")
    team.answer(why="Text of Ben.", by="ben")
    ana.why.fill("Text of Ana.")
    ana.page.get_by_label("No", exact=True).check()
    ana.page.get_by_role("button", name="Save and continue").click()
    ana.page.get_by_text("Ben Kelly changed this at 10:00, while you were writing.").wait_for()
    assert [team.stored(key) for key in ("why", "new")] == ["Text of Ben.", False]

    ana.page.get_by_label("What have you done?").fill("A website")
    ana.page.get_by_role("button", name="Keep mine").click()
    ana.page.get_by_role("button", name="Save and continue").click()
    ana.page.get_by_label("Name 1").fill("Ada")
    ana.page.get_by_role("button", name="Save and check your answers").click()
    ana.page.get_by_role("button", name="Submit the application").click()
    ana.page.get_by_role("heading", name="Application submitted").wait_for()
    assert [team.stored(key) for key in ("why", "past")] == ["Text of Ana.", "A website"]
