"""A team comes together in real browsers: start by mail, the task list, a colleague who is invited and joins."""

import pytest
from playwright.sync_api import Page

from registrar.calls.models import Call
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.participant import link_in

pytestmark = pytest.mark.browser
ANA, RUI = "ana@museum.example", "rui@museum.example"


@pytest.fixture
def call(house: House) -> Call:
    """An open call of ten days that asks two sections."""
    with house.db() as db:
        found = factories.call(db, title_en="WAC Museums 2027")
        db.commit()
        db.refresh(found)
        db.expunge_all()
    return found


def follow(house: House, page: Page, address: str, path: str) -> None:
    """Open the link of the newest mail to an address."""
    house.deliver()
    page.goto(link_in(house.letters(address)[-1], path))


def begin(house: House, call: Call, page: Page) -> None:
    """Ask for the way in, follow it, and begin for a museum that is known."""
    page.goto(f"{house.url}/calls/{call.slug}/apply")
    page.get_by_label("Your e-mail address").fill(ANA)
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="Check your mail").wait_for()
    follow(house, page, ANA, "/apply/")
    page.get_by_label("Your name").fill("Ana Silva")
    page.get_by_role("combobox", name="Name of your institution").press_sequentially("Museu do S", delay=5)
    page.get_by_role("option", name="Museu do Sal").click()
    page.get_by_label("What kind of institution is it?").select_option("museum")


@pytest.fixture
def museum(house: House) -> None:
    with house.db() as db:
        factories.institution(db, name="Museu do Sal", country="PT", confirmed_at=factories.NOW)
        db.commit()


@pytest.mark.usefixtures("museum")
def test_a_team_begins_by_mail_and_a_colleague_joins(house: House, call: Call, visit: Visit) -> None:
    ana, rui = visit(timezone_id="America/Lima"), visit(timezone_id="Europe/Lisbon")
    begin(house, call, ana)
    assert ana.get_by_label("Country of the institution").input_value() == "PT"
    ana.get_by_role("button", name="Begin the application").click()

    ana.get_by_role("heading", name="Museu do Sal").wait_for()
    assert ana.locator(".wall .moment").inner_text().splitlines() == [
        "Thursday 21 January 2027, 04:00 Lima (UTC−5)",
        "10:00 Paris (UTC+1)",
    ]
    assert ana.locator(".tasks").first.locator(".tag").all_inner_texts() == [
        "Not started yet",
        "Not started yet",
        "3 answers to go",
    ]
    application = ana.url

    ana.get_by_role("link", name="Invite colleagues and change roles").click()
    ana.get_by_label("E-mail address").fill(RUI)
    ana.get_by_label("Reader", exact=True).check()
    ana.get_by_role("button", name="Send the invitation").click()
    ana.get_by_text(f"The invitation to {RUI} is on its way.").wait_for()

    follow(house, rui, RUI, "/invited/")
    rui.get_by_label("Your name").fill("Rui Costa")
    rui.get_by_role("button", name="Join the team").click()
    rui.get_by_role("heading", name="Museu do Sal").wait_for()
    assert (rui.url, rui.get_by_role("link", name="Withdraw this application").count()) == (application, 0)

    ana.reload()
    assert ana.locator(".people .name").all_inner_texts()[::2] == ["Ana Silva (you)", "Rui Costa"]


@pytest.mark.usefixtures("museum")
def test_a_second_person_of_the_institution_asks_to_be_let_in(house: House, call: Call, visit: Visit) -> None:
    ana, rui = visit(), visit()
    begin(house, call, ana)
    ana.get_by_role("button", name="Begin the application").click()
    ana.get_by_role("heading", name="Museu do Sal").wait_for()

    rui.goto(f"{house.url}/calls/{call.slug}/apply")
    rui.get_by_label("Your e-mail address").fill(RUI)
    rui.get_by_role("button", name="Send me the link").click()
    follow(house, rui, RUI, "/apply/")
    rui.get_by_label("Your name").fill("Rui Costa")
    rui.get_by_role("combobox", name="Name of your institution").fill("museu do sal")
    rui.get_by_label("Country of the institution").select_option("PT")
    rui.get_by_label("What kind of institution is it?").select_option("museum")
    rui.get_by_role("button", name="Begin the application").click()
    rui.get_by_role("button", name="Ask to be let in").click()
    rui.get_by_text("Waits for the team").wait_for()

    follow(house, ana, ANA, "/applications/enter/")
    ana.get_by_role("link", name="Invite colleagues and change roles").click()
    ana.get_by_role("button", name="Let in Rui Costa").click()
    ana.get_by_text("Rui Costa is on the team now, as an editor.").wait_for()
    rui.reload()
    rui.get_by_role("link", name="Museu do Sal").click()
    rui.get_by_role("heading", name="Museu do Sal").wait_for()


def test_without_a_script_everything_works(house: House, call: Call, visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto(f"{house.url}/calls/{call.slug}/apply")
    page.get_by_label("Your e-mail address").fill(ANA)
    page.get_by_role("button", name="Send me the link").click()
    follow(house, page, ANA, "/apply/")
    page.get_by_label("Your name").fill("Ana Silva")
    page.get_by_label("Name of your institution").fill("A museum that nobody knows")
    page.get_by_label("Country of the institution").select_option("PE")
    page.get_by_label("What kind of institution is it?").select_option("museum")
    page.get_by_label("Your time zone").select_option("America/Lima")
    page.get_by_role("button", name="Begin the application").click()

    page.get_by_role("heading", name="A museum that nobody knows").wait_for()
    page.get_by_role("link", name="Withdraw this application").click()
    page.get_by_role("button", name="Withdraw the application").click()
    page.get_by_role("button", name="Take the withdrawal back").click()
    page.get_by_text("The application is open again, as it was before.").wait_for()
