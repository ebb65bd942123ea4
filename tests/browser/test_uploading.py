"""A team adds files in a real browser: with progress, cancel and errors at the file; and without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from registrar.applications.models import Answer, Application
from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.rules import QuestionType
from registrar.people.personal_cookie import LASTS
from registrar.tokens import Purpose
from tests import factories
from tests.applications.files import samples
from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = pytest.mark.browser
SLOW_LINE = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 200_000}
FORM = Definition(
    (
        Section(
            "plans",
            Words("Your plans"),
            questions=(
                Question("why", QuestionType.SHORT_TEXT, Words("Why?")),
                Question("plan", QuestionType.FILE, Words("A plan"), most=3),
                Question("who", QuestionType.SHORT_TEXT, Words("Who?")),
            ),
        ),
    )
)
Opened = Callable[..., Page]
REFERENCE = "WAC-FILES"


@pytest.fixture
def opened(house: House, visit: Visit) -> Opened:
    """Open the page of a section with a file question, in the draft of Ana and Ben."""
    until = house.clock.now + LASTS
    with house.db() as db:
        ana = factories.person(db, name="Ana Silva", email="ana.uploads@museum.example")
        ben = factories.person(db, name="Ben Ito", email="ben.uploads@museum.example")
        call = factories.call(db, slug="uploads", form_version_id=factories.form_version(db, FORM).id)
        factories.member(db, factories.application(db, call, lead=ana, reference=REFERENCE), ben)
        db.commit()
        cookies = {
            each.name: house.tokens.make(Purpose.PERSONAL, each.id, counter=each.link_number, expires_at=until)
            for each in (ana, ben)
        }

    def open_page(*, who: str = "Ana Silva", **options: object) -> Page:
        page = visit(**options)
        page.context.add_cookies([{"name": "personal", "value": cookies[who], "url": house.url}])
        page.goto(f"{house.url}/applications/{REFERENCE}/sections/plans")
        return page

    return open_page


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder on the person's computer."""
    made = {
        "plan.pdf": samples.pdf(),
        "photo.jpg": samples.picture("JPEG"),
        "setup.pdf": b"MZ\x90" + b"\0" * 900,
        "long.pdf": samples.pdf().replace(b"trailer", b"% " + b"x" * 600_000 + b"\ntrailer"),
        "huge.pdf": b"%PDF-1.7" + b"x" * 10_000_001,
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def stored(house: House, question: str) -> object:
    with house.db() as db:
        wanted = select(Answer.value).join(Application, Application.id == Answer.application_id)
        return db.scalar(wanted.where(Application.reference == REFERENCE, Answer.question == question))


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label("Choose files").set_input_files(paths)


def listed(page: Page) -> list[str]:
    return page.locator("#files-plan > ul > li > a").all_inner_texts()


def test_files_are_uploaded_one_after_the_other_with_errors_at_the_file(opened: Opened, files: Path) -> None:
    page = opened()
    choose(page, files / "plan.pdf", files / "setup.pdf", files / "huge.pdf", files / "photo.jpg")
    page.get_by_role("link", name="photo.jpg").wait_for()

    problems = page.locator(".upload li").all_inner_texts()
    assert listed(page) == ["plan.pdf", "photo.jpg"]
    assert [text.split("\n")[0] for text in problems] == ["setup.pdf", "huge.pdf"]
    assert ["not accepted" in problems[0], "larger than 10 MB" in problems[1]] == [True, True]
    assert Axe().run(page).response["violations"] == []


def test_a_long_upload_shows_how_far_it_is_and_can_be_cancelled(house: House, opened: Opened, files: Path) -> None:
    page = opened()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)
    choose(page, files / "long.pdf")
    page.get_by_text("per cent sent").wait_for()
    page.get_by_role("button", name="Cancel long.pdf").click()
    choose(page, files / "plan.pdf")
    page.get_by_role("link", name="plan.pdf").wait_for()

    assert (listed(page), page.locator(".upload li").count()) == (["plan.pdf"], 0)
    assert len(stored(house, "plan") or ()) == 1  # type: ignore[arg-type]  # a list of numbers


def test_a_file_is_dropped_removed_and_put_back_while_one_writes(house: House, opened: Opened) -> None:
    page = opened()
    page.get_by_label("Why?").fill("Because we write.")
    page.evaluate(
        """content => {
            const data = new DataTransfer();
            data.items.add(new File([content], "dropped.pdf"));
            for (const kind of ["dragover", "drop"]) document.querySelector(".upload").dispatchEvent(
                new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        samples.pdf().decode("latin-1"),
    )
    page.get_by_role("button", name="Remove dropped.pdf").click()
    page.get_by_role("button", name="Put back dropped.pdf").click()
    page.get_by_role("link", name="dropped.pdf").wait_for()

    assert page.get_by_label("Why?").input_value() == "Because we write."
    assert len(stored(house, "plan") or ()) == 1  # type: ignore[arg-type]  # a list of numbers


def test_what_two_people_add_and_remove_is_seen_by_both(house: House, opened: Opened, files: Path) -> None:
    ana, ben = opened(), opened(who="Ben Ito")
    choose(ana, files / "plan.pdf")
    ben.get_by_role("link", name="plan.pdf").wait_for()
    ben.get_by_text("Ana Silva changed this at").wait_for()
    choose(ben, files / "photo.jpg")
    ben.get_by_role("link", name="photo.jpg").wait_for()
    ben.get_by_role("button", name="Remove plan.pdf").click()
    ana.get_by_text("1 removed file").click()

    assert (listed(ana), listed(ben)) == (["photo.jpg"], ["photo.jpg"])
    ana.get_by_text("Ben Ito changed this at").wait_for()
    ana.get_by_role("button", name="Put back plan.pdf").click()
    ben.get_by_role("link", name="plan.pdf").wait_for()
    assert (listed(ana), listed(ben)) == (["plan.pdf", "photo.jpg"], ["plan.pdf", "photo.jpg"])
    assert [page.get_by_text("in another window").count() for page in (ana, ben)] == [0, 0]
    assert len(stored(house, "plan") or ()) == 2  # type: ignore[arg-type]  # a list of numbers


def test_the_enter_key_removes_no_file(house: House, opened: Opened, files: Path) -> None:
    page = opened()
    choose(page, files / "plan.pdf")
    page.get_by_role("link", name="plan.pdf").wait_for()
    page.get_by_label("Who?").fill("Ana")
    page.get_by_label("Who?").press("Enter")
    page.get_by_role("heading", name="Check your answers").wait_for()

    assert (len(stored(house, "plan") or ()), stored(house, "who")) == (1, "Ana")  # type: ignore[arg-type]  # a list


def test_without_javascript_a_file_is_added_and_what_was_typed_beside_it_is_kept(
    house: House, opened: Opened, files: Path
) -> None:
    page = opened(java_script_enabled=False)
    page.get_by_label("Why?").fill("Because we write.")
    choose(page, files / "setup.pdf")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("alert").get_by_text("not accepted").wait_for()

    choose(page, files / "plan.pdf")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="plan.pdf").wait_for()
    assert (listed(page), page.get_by_label("Why?").input_value()) == (["plan.pdf"], "Because we write.")
    assert page.url.endswith("/sections/plans#a-plan")

    page.get_by_role("button", name="Remove plan.pdf").click()
    page.get_by_role("button", name="Put back plan.pdf").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf").click()
    assert download.value.path().read_bytes() == (files / "plan.pdf").read_bytes()
    assert stored(house, "why") == "Because we write."
