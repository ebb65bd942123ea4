"""A whole call in real browsers: assigned, reviewed, decided, released, answered, and the next one moves up."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registrar.applications.models import Application, Member
from registrar.applications.rules import OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.people.models import Person
from registrar.reviews.decision_models import Decision
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.house import CAMILLE, ORGANISER, REVIEWER, House

pytestmark = pytest.mark.browser
CALL = "/console/calls/wac-museums-first-round"
DECLINING = "declines@example.org"


def sign_in(house: House, page: Page, address: str) -> Page:
    """Sign a member of staff in by the link of a mail."""
    page.goto(house.staff_door(address))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    return page


def enter(house: House, page: Page, address: str) -> Page:
    """Open the way of a person into their pages."""
    page.goto(house.door_of(address))
    if "/my/enter/" in page.url:
        page.get_by_role("button", name="Open my page").click()
    return page


def second_team(house: House) -> str:
    """Let somebody who will decline belong to another team that is accepted; return its reference."""
    with house.db() as db:
        chosen = db.scalars(
            select(Application)
            .join(Decision, Decision.application_id == Application.id)
            .where(Decision.verdict == Verdict.ACCEPT, Application.released_at.is_(None))
            .where(Application.reference != camilles(house))
            .order_by(Application.id)
        ).first()
        assert chosen
        factories.member(db, chosen, factories.person(db, email=DECLINING, name="Dana"))
        db.commit()
        return chosen.reference


def camilles(house: House) -> str:
    with house.db() as db:
        hers = select(Application.reference).join(Member).join(Person).join(Call)
        return db.scalars(hers.where(Person.email == CAMILLE, Call.slug == "wac-museums-first-round")).one()


def assign(house: House, page: Page) -> None:
    """Give the reviews that were handed back to somebody else."""
    page.goto(f"{house.url}{CALL}/assignments")
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_role("button", name="Apply this plan").click()
    page.wait_for_load_state()


def review(house: House, page: Page) -> None:
    """Score what waits first, and submit it."""
    page.goto(f"{house.url}/reviews")
    page.get_by_role("link", name=re.compile("your (first|next) review|Go on")).first.click()
    for criterion in page.locator("fieldset.criterion").all():
        criterion.locator("input[type=radio]").nth(3).check(force=True)
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_load_state()


def decide(house: House, page: Page, verdict: Verdict, count: int | None) -> None:
    """Set the verdict of the first undecided ones, or of all."""
    page.goto(f"{house.url}{CALL}/board?pile=undecided")
    if count is None:
        page.locator("#tick-all").check()
    for number in range(count or 0):
        page.locator("input[name=chosen]").nth(number).check(force=True)
    page.locator(f"button[name=verdict][value={verdict}]").click()
    page.wait_for_load_state()


def release(house: House, page: Page) -> None:
    page.goto(f"{house.url}{CALL}/release")
    page.get_by_label("How many teams are told?").fill("64")
    page.get_by_role("button", name="Release now").click()
    page.get_by_role("heading", name="What was released").wait_for()


def test_a_call_goes_from_its_last_assignments_to_a_promotion(house: House, visit: Visit) -> None:
    reference, declining = camilles(house), second_team(house)
    olivia = sign_in(house, visit(), ORGANISER)
    assign(house, olivia)
    review(house, sign_in(house, visit(), REVIEWER))
    for verdict, count in ((Verdict.ACCEPT, 6), (Verdict.WAITLIST, 4), (Verdict.DECLINE, None)):
        decide(house, olivia, verdict, count)
    camille = enter(house, visit(), CAMILLE)
    camille.goto(f"{house.url}/applications/{reference}")
    expect(camille.get_by_role("link", name="Answer the offer")).to_have_count(0)

    release(house, olivia)
    camille.goto(f"{house.url}/applications/{reference}/offer")
    camille.get_by_role("button", name="Accept the place").click()
    dana = enter(house, visit(), DECLINING)
    dana.goto(f"{house.url}/applications/{declining}/offer")
    dana.get_by_text("Decline the place").first.click()
    dana.get_by_role("button", name=re.compile("Decline the place|Yes")).last.click()
    dana.wait_for_load_state()
    house.deliver()

    with house.db() as db:
        offers = dict(
            db.execute(
                select(Application.reference, Application.offer).where(
                    Application.reference.in_((reference, declining))
                )
            ).all()
        )
        moved = db.scalars(select(Promotion).order_by(Promotion.id.desc())).first()
        entry = db.scalars(select(RosterEntry).order_by(RosterEntry.id.desc())).first()
    assert offers == {reference: OfferState.ACCEPTED, declining: OfferState.DECLINED}
    assert moved
    assert entry
    assert (moved.waitlist_position, moved.cause) == (1, "declined")
    assert "place" in house.letters(CAMILLE)[-1]["Subject"].lower()
