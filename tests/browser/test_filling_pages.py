"""The pages on which a team fills in a form, in every state: axe finds nothing, and they fit a phone and a desk."""

from collections.abc import Iterator
from typing import Any

import pytest

from registrar.calls.ready import ready_calls
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.filling import Team, Writer
from tests.browser.house import House, leave, opened
from tests.browser.test_pages import AXE, NARROW, RULES, WIDE, Inspector
from tests.conftest import TestClock
from tests.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("template", ["sqlite"], indirect=True)]
"""How a page looks depends on no database."""


@pytest.fixture
def house(template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(databases.clone(template), tmp_path_factory.mktemp("empty"), TestClock()) as found:
        yield found
        leave(found)


def flaws_of(writer: Writer) -> list[Any]:
    """Return what is wrong with the page as it is now."""
    found: list[Any] = [rule["id"] for rule in AXE.run(writer.page, options=RULES).response["violations"]]
    if writer.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("is wider than the window")
    return found


@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
def test_sections_of_a_real_form_are_sound(house: House, visit: Visit, view: dict[str, Any]) -> None:
    form = next(each for each in ready_calls() if each.slug == "wac-museums").form
    team = Team.gather(house, form)
    writer = team.writer(visit, **view)
    inspector = Inspector(house, writer.page, view["locale"][:2])
    for section in form.sections:
        inspector.look(f"/applications/{team.reference}/sections/{section.key}")
    inspector.look(f"/applications/{team.reference}/check")

    assert inspector.found == []


@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
def test_two_texts_a_lost_line_and_what_comes_after_submitting_are_sound(
    house: House, visit: Visit, view: dict[str, Any]
) -> None:
    team = Team.gather(house)
    writer = team.writer(visit, **view).open()
    writer.page.context.set_offline(True)
    writer.page.locator("textarea").fill("A text without a line to send it over. " * 20)
    writer.page.locator(".troubled").wait_for()
    found = flaws_of(writer)
    team.answer(by="ben", **{**factories.ANSWERS, "why": "Verylongwordwithoutanyspaceinit" * 20})
    writer.page.context.set_offline(False)
    writer.page.locator("[data-clash]").wait_for()
    found += flaws_of(writer)
    writer.page.locator("[data-clash] button[value=theirs]").click()
    writer.check()
    writer.page.locator("main form button").click()
    writer.page.wait_for_url("**/submitted")
    found += flaws_of(writer)
    writer.open()
    found += flaws_of(writer)
    house.clock.advance(days=30)
    team.enter(writer.page)
    writer.page.reload()
    writer.page.locator("form[data-filling]").wait_for(state="detached")
    found += flaws_of(writer)

    assert found == []
