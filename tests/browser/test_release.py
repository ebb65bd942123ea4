"""An organiser releases, an applicant accepts, another declines, and the next on the waiting list gets the place."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from registrar.applications.links import application_link
from registrar.applications.models import Application
from registrar.applications.rules import OfferState
from registrar.cohorts.models import Promotion
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.releases import decided

pytestmark = pytest.mark.browser


def enter(house: House, visit: Visit, reference: str) -> Page:
    """Open an application as its lead does, by the link in a mail."""
    with house.app.app_context(), house.db() as db:
        found = db.scalars(select(Application).where(Application.reference == reference)).one()
        link = application_link(found.members[0].person, reference, house.clock.now)
    page = visit(viewport={"width": 360, "height": 740})
    page.goto(link)
    page.locator("main form button").first.click()
    page.locator("h1").wait_for()
    return page


def test_from_the_release_to_the_last_promotion(house: House, visit: Visit) -> None:
    with house.app.app_context(), house.db() as db:
        call, teams = decided(db, house)
        number, slug, references = call.id, call.slug, [each.reference for each in teams]
        db.commit()
    organiser = visit()
    organiser.goto(house.organisers_door())
    organiser.get_by_role("button", name="Sign in").click()
    organiser.get_by_role("heading", name="Today").wait_for()
    organiser.goto(f"{house.url}/console/calls/{slug}/release")
    organiser.get_by_label("How many teams are told?").fill("4")
    organiser.get_by_role("button", name="Release now").click()
    organiser.get_by_text("Released. 4 letters are on their way.").wait_for()

    first = enter(house, visit, references[0])
    first.get_by_role("link", name="Answer the offer").click()
    first.get_by_role("button", name="Accept the place").click()
    first.get_by_text("The place is yours. Welcome!").wait_for()
    second = enter(house, visit, references[1])
    second.get_by_role("link", name="Answer the offer").click()
    second.locator("summary", has_text="Decline the place").click()
    second.get_by_role("button", name="Decline the place").click()
    second.get_by_text("You have declined the place.").wait_for()

    organiser.goto(f"{house.url}/console/calls/{slug}/offers")
    organiser.get_by_role("heading", name="Who moved up").wait_for()
    with house.db() as db:
        mine = db.scalars(select(Application).where(Application.call_id == number))
        found = {each.reference: each.offer for each in mine}
        moved = db.scalars(select(Promotion.waitlist_position).where(Promotion.call_id == number)).all()
    assert [found[each] for each in references] == [OfferState.ACCEPTED, OfferState.DECLINED, OfferState.OPEN, None]
    assert moved == [1]
