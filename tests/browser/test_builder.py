"""An organiser builds a call's form: options, a condition, a file; tries it, moves parts, publishes it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from registrar.calls.form_queries import listing
from registrar.calls.rules import Operator, QuestionType
from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = pytest.mark.browser
Writing = Callable[[], None]


def enter(house: House, page: Page) -> Page:
    """Sign the organiser in and begin a form."""
    page.goto(house.organisers_door())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.goto(f"{house.url}/console/forms/new")
    page.get_by_label("Name of the form").fill("WAC Museums 2028")
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("The form is empty").wait_for()
    return page


@pytest.fixture
def builder(house: House, visit: Visit) -> Page:
    """The builder with an empty form."""
    return enter(house, visit())


def add_section(page: Page, title: str) -> None:
    page.get_by_role("link", name=re.compile("^Add (a|the first) section$")).click()
    page.get_by_role("group", name="English").get_by_label("Title").fill(title)
    page.get_by_role("button", name="Save the section").click()
    page.get_by_role("region", name=title).wait_for()


def add_question(page: Page, section: str, kind: QuestionType, label: str, write: Writing | None = None) -> None:
    part = page.get_by_role("region", name=section)
    part.get_by_label("Kind of question").select_option(kind.value)
    part.get_by_role("button", name="Add a question").click()
    page.get_by_role("group", name="English").get_by_label("Question").fill(label)
    if write:
        write()
    page.get_by_role("button", name="Save the question").last.click()
    page.get_by_role("link", name=label, exact=True).wait_for()


def write_options(page: Page) -> None:
    for number, words in enumerate(("Art", "Science", "Something else"), start=1):
        page.get_by_label(f"Option {number}, English").fill(words)


def condition(page: Page) -> None:
    """Ask only those who collect something else; operators and answers appear for the chosen question."""
    page.get_by_label("Condition 1: question").select_option(label="What do you collect?")
    page.get_by_label("Condition 1: comparison").select_option(label="is")
    page.get_by_label("Condition 1: answer").select_option(label="Something else")


def build(page: Page) -> None:
    add_section(page, "Your museum")
    add_question(page, "Your museum", QuestionType.SINGLE_CHOICE, "What do you collect?", lambda: write_options(page))
    add_question(page, "Your museum", QuestionType.LONG_TEXT, "What is it then?", lambda: condition(page))
    add_section(page, "Your team")
    add_question(page, "Your team", QuestionType.FILE, "A letter of support")


def labels(page: Page) -> list[str]:
    return page.locator(".ask-words a").all_inner_texts()


def test_a_form_is_built_tried_and_published(house: House, builder: Page) -> None:
    build(builder)
    preview = builder.locator("#preview")
    hidden = preview.get_by_label("What is it then?")
    seen = [hidden.is_visible()]
    preview.get_by_label("Something else").check()
    hidden.wait_for(state="visible")
    hidden.fill("Sounds")
    preview.get_by_label("Science").check()
    hidden.wait_for(state="hidden")
    seen.append(preview.get_by_role("group", name="A letter of support").locator("[type=file]").is_visible())
    builder.get_by_role("link", name="Publish…").click()
    builder.get_by_text("New question: “What is it then?”").wait_for()
    builder.get_by_role("button", name="Publish version 1").click()
    builder.get_by_text("Version 1 is published.").wait_for()

    with house.db() as db:
        version = next(each.newest for each in listing(db) if each.form.name == "WAC Museums 2028")
        assert version
        questions = list(version.definition.questions())
    wanted = questions[1].conditions[0]
    assert seen == [False, True]
    assert [each.type for each in questions] == [QuestionType.SINGLE_CHOICE, QuestionType.LONG_TEXT, QuestionType.FILE]
    assert (wanted.question, wanted.operator) == (questions[0].key, Operator.IS)
    assert [each.label.en for each in questions[0].choices if each.key == wanted.value] == ["Something else"]


def test_parts_move_by_buttons_by_keyboard_and_by_hand(builder: Page) -> None:
    build(builder)
    builder.get_by_role("button", name="Move up: What is it then?").click()
    builder.get_by_text("which is asked later. Move one of them.").wait_for()
    orders = [labels(builder)]
    focused = builder.evaluate("document.activeElement.textContent")
    builder.keyboard.press("Alt+ArrowDown")
    builder.get_by_text("which is asked later. Move one of them.").wait_for(state="detached")
    orders.append(labels(builder))
    grip = builder.locator(".ask", has=builder.get_by_role("link", name="A letter of support")).locator(".grip")
    row = builder.locator(".ask", has=builder.get_by_role("link", name="What do you collect?"))
    grip.drag_to(row, target_position={"x": 60, "y": 2})
    builder.get_by_role("region", name="Your museum").get_by_role("link", name="A letter of support").wait_for()
    orders.append(labels(builder))

    assert focused == "↑Move up: What is it then?"
    assert orders == [
        ["What is it then?", "What do you collect?", "A letter of support"],
        ["What do you collect?", "What is it then?", "A letter of support"],
        ["A letter of support", "What do you collect?", "What is it then?"],
    ]


def test_a_removed_question_comes_back_by_undo(builder: Page) -> None:
    build(builder)
    builder.get_by_role("button", name="Remove: What do you collect?").click()
    builder.get_by_text("Only asked because of it: “What is it then?”").wait_for()
    gone = labels(builder)
    builder.get_by_role("button", name="Undo").click()
    builder.get_by_text("It is back where it was.").wait_for()

    assert gone == ["What is it then?", "A letter of support"]
    assert labels(builder) == ["What do you collect?", "What is it then?", "A letter of support"]
    assert builder.get_by_text("Only if “What do you collect?” is Something else").count() == 1


def test_the_builder_works_without_a_script(house: House, visit: Visit) -> None:
    page = enter(house, visit(java_script_enabled=False))
    add_section(page, "Your museum")
    add_question(page, "Your museum", QuestionType.SINGLE_CHOICE, "What do you collect?", lambda: write_options(page))

    def choose() -> None:
        page.get_by_label("Condition 1: question").select_option(label="What do you collect?")
        page.get_by_role("button", name="Show the answers to choose from").click()
        page.get_by_label("Condition 1: answer").select_option(label="Art")

    add_question(page, "Your museum", QuestionType.NUMBER, "How many works?", choose)
    page.get_by_role("button", name="Move up: How many works?").click()
    page.get_by_role("button", name="Move down: How many works?").click()
    page.locator("#preview").get_by_label("Art").check()
    page.get_by_role("button", name="Show what is asked now").click()

    assert page.locator("#preview").get_by_label("How many works?").is_visible()


def test_two_organisers_do_not_overwrite_each_other(house: House, builder: Page, visit: Visit) -> None:
    build(builder)
    builder.get_by_role("link", name="What is it then?", exact=True).click()
    address = builder.url
    other = visit(storage_state=builder.context.storage_state())
    other.goto(address)
    for page, words in ((other, "What else?"), (builder, "Which things?")):
        page.get_by_role("group", name="English").get_by_label("Question").fill(words)
        page.get_by_role("button", name="Save the question").last.click()
    builder.get_by_text("Somebody else has changed this question in the meantime.").wait_for()
    compared = builder.get_by_role("row", name="English question").locator("td").all_inner_texts()
    builder.get_by_role("button", name="Save the question").last.click()
    builder.get_by_role("link", name="Which things?").wait_for()

    assert [each.strip() for each in compared] == ["What else?", "Which things?"]
