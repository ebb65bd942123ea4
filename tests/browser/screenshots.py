"""Pictures of the product for its README, from the demonstration: python -m tests.browser.screenshots."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, select

from registrar import migrations
from registrar.app import ROOT
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.db import engine_options, prepare
from registrar.mail.models import WorkerBeat
from registrar.people.models import Person
from tests.browser.house import CAMILLE, REVIEWER, House, furnish, opened
from tests.browser.participant import NEW_YORK, Participant, link_in
from tests.chromium import chromium
from tests.conftest import TestClock

FOLDER = ROOT / "docs" / "screenshots"
WEEKLY = "/weekly/wac-weekly"
SMALL = frozenset({"series", "session", "sign-up", "personal", "forecast", "board", "filling", "review"})
"""What is shown small and dark too."""
SHAPES = {"1280-light": (1280, 1000, "light"), "360-dark": (360, 740, "dark")}


def shoot(page: Page, name: str, shape: str) -> None:
    """Write what the window shows."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}-{shape}.png", animations="disabled")


def take(house: House, browser: Browser, shape: str, names: frozenset[str] | None = None) -> None:
    """Take these pictures, or all, in one shape."""
    width, height, scheme = SHAPES[shape]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
        timezone_id=NEW_YORK,
        locale="en-GB",
    )
    guest = Participant(house, context.new_page(), address=f"nora-{width}@example.org")
    for name in scenes(house, guest):
        if names is None or name in names:
            shoot(guest.page, name, shape)
    context.close()


def scenes(house: House, guest: Participant) -> Iterator[str]:
    """Bring one page after the other into the window, and name it."""
    for name, address in {"home": "/", "series": WEEKLY, "session": f"{WEEKLY}/week-9", "archive": "/archive"}.items():
        guest.go(address)
        yield name
    guest.go(f"{WEEKLY}/sign-up")
    yield "sign-up"
    guest.sign_up()
    guest.confirm()
    yield "registered"
    house.deliver()
    guest.go("/my")
    yield "personal"
    guest.open_letter("You are registered")
    guest.page.wait_for_load_state("networkidle")
    yield "mail"
    guest.go(link_in(guest.letter("You are registered"), "/join/"))
    yield "join"
    yield from application(house, guest)
    let_a_worker_be_seen(house)
    guest.go(house.organisers_door())
    guest.page.get_by_role("button", name="Sign in").click()
    guest.page.get_by_role("heading", name="Today").wait_for()
    yield "today"
    yield from desk(house, guest)


def application(house: House, guest: Participant) -> Iterator[str]:
    """Show a call, and the application of somebody in the demonstration."""
    guest.go("/calls/wac-museums")
    yield "call"
    guest.go(house.door_of(CAMILLE))
    guest.page.locator("main form button").click()
    guest.go("/applications")
    guest.page.locator("main a[href^='/applications/WAC-']").first.click()
    yield "tasks"
    guest.page.locator("main a[href$='/sections/motivation']").first.click()
    yield "filling"


def desk(house: House, guest: Participant) -> Iterator[str]:
    """Show what organisers work with."""
    guest.go("/console/sessions")
    yield "planner"
    guest.go(f"/console/sessions/{house.week(10).id}/move")
    guest.page.get_by_label("Date").fill("2027-01-21")
    guest.page.get_by_role("button", name="Show who will be told").click()
    guest.page.get_by_text("Nothing is stored yet").wait_for()
    yield "preview"
    guest.go("/console/registrations")
    yield "registrations"
    guest.go("/console/mail")
    yield "ledger"
    with house.db() as db:
        camille = db.scalars(select(Person.id).where(Person.email == CAMILLE)).one()
    guest.go(f"/console/mail/why?person={camille}&session={house.week(8).id}")
    yield "why"
    for name in ("forecast", "rules", "delivery"):
        guest.go(f"/console/mail/{name}")
        yield name
    with house.db() as db:
        sent = db.scalars(select(Campaign).where(Campaign.state == CampaignState.DONE)).one()
    guest.go(f"/console/mail/letters/{sent.template_id}")
    yield "letter"
    guest.go(f"/console/mail/campaigns/{sent.id}")
    yield "mailing"
    yield from calls(house, guest)


def calls(house: House, guest: Participant) -> Iterator[str]:
    """Show how applications are read, reviewed and decided."""
    pages = {each: f"wac-museums-first-round/{each}" for each in ("assignments", "results", "board")}
    pages |= {"applications": "wac-museums/applications", "offers": "wac-museums-season-3/offers"}
    for name, address in pages.items():
        guest.go(f"/console/calls/{address}")
        yield name
    guest.go(house.staff_door(REVIEWER))
    guest.page.get_by_role("button", name="Sign in").click()
    guest.go("/reviews")
    guest.page.get_by_role("link", name=re.compile("your (first|next) review|Go on")).first.click()
    guest.page.locator("fieldset.criterion").first.wait_for()
    yield "review"


def let_a_worker_be_seen(house: House) -> None:
    """Note the sign of life of a worker at the moment at which the house is."""
    with house.db() as db:
        if not db.get(WorkerBeat, "pictures"):
            db.add(WorkerBeat(name="pictures", started_at=house.clock.now, beat_at=house.clock.now))
            db.commit()


@contextmanager
def demonstration() -> Iterator[House]:
    """Open a house with the demonstration, on SQLite, at the start of the tests."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/registrar.db"
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        migrations.upgrade(engine)
        engine.dispose()
        with opened(url, Path(folder), TestClock()) as house:
            furnish(house)
            yield house


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as house, chromium() as browser:
        take(house, browser, "1280-light")
        take(house, browser, "360-dark", SMALL)


if __name__ == "__main__":
    main()
