"""Somebody at a browser: signs up as people do, reads the mail in the local outbox, opens their own page."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from playwright.sync_api import FrameLocator, Page

from tests.browser.calendar_files import Entry, entries
from tests.browser.house import House

NEW_YORK = "America/New_York"
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Participant:
    """One person with their own browser."""

    house: House
    page: Page
    name: str = "Nora Feld"
    address: str = "nora@example.org"

    def go(self, address: str) -> None:
        """Open a page, with the clock of the device at the moment at which the house is."""
        self.page.clock.set_fixed_time(self.house.clock.now)
        self.page.goto(address if address.startswith("http") else f"{self.house.url}{address}")

    def sign_up(self) -> None:
        """Go from the page of the next discussion to the form, and send it."""
        self.go("/weekly/wac-weekly/week-9")
        self.page.get_by_role("link", name="Register", exact=True).click()
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_label("E-mail address").fill(self.address)
        self.page.get_by_label("I agree that").check()
        self.page.get_by_role("button", name="Sign up", exact=True).click()
        self.page.get_by_role("heading", name="Check your mail").wait_for()

    def open_letter(self, subject: str) -> FrameLocator:
        """Let the worker deliver, find the letter in the outbox and open it there."""
        self.house.deliver()
        self.go(f"/outbox?q={self.address}")
        self.page.get_by_role("link", name=subject).first.click()
        return self.page.frame_locator("iframe.paper")

    def confirm(self) -> None:
        """Follow the link in the letter, and press the button behind it."""
        self.open_letter("Please confirm").get_by_role("link", name="Confirm my registration").click()
        self.page.get_by_role("button", name="Confirm my registration").click()
        self.page.get_by_role("heading", name="You are registered").wait_for()

    def register(self) -> "Participant":
        """Sign up, confirm, and have the mail that welcomes them."""
        self.sign_up()
        self.confirm()
        self.house.deliver()
        return self

    def letters(self, subject: str = "") -> list[EmailMessage]:
        """Return their mails whose subject holds these words, the oldest first."""
        return [each for each in self.house.letters(self.address) if subject in each["Subject"]]

    def letter(self, subject: str) -> EmailMessage:
        """Return the only mail with these words in its subject."""
        (found,) = self.letters(subject)
        return found

    def enter(self) -> None:
        """Open their own page by the link in their newest mail."""
        self.go(link_in(self.letters()[-1], "/my/enter/"))
        if "/my/enter/" in self.page.url:
            self.page.get_by_role("button", name="Open my page").click()
        self.page.get_by_role("heading", name="Hello").wait_for()

    def feed(self) -> dict[str, Entry]:
        """Read the private calendar as a calendar program does."""
        address = link_in(self.letter("You are registered"), "/feed/")
        return entries(self.page.request.get(address).body())

    def weeks(self) -> dict[int, str]:
        """Return what their own page says of each week."""
        lines = self.page.locator(".line").all()
        return {int(each.locator(".number").inner_text()): each.inner_text() for each in lines}


def text_of(letter: EmailMessage) -> str:
    """Return the letter as text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, path: str) -> str:
    """Return the link of a letter whose address holds this path."""
    return str(next(each for each in LINK.findall(text_of(letter)) if path in each))


def invitation(letter: EmailMessage) -> tuple[str, Entry]:
    """Return the method of the calendar that travels with a letter, and its only entry."""
    part = next(each for each in letter.walk() if each.get_content_type() == "text/calendar")
    (entry,) = entries(part.get_payload(decode=True)).values()  # type: ignore[arg-type]  # octets, as it is no multipart
    return part.get_param("method"), entry  # type: ignore[return-value]  # a plain parameter


def wall_clock(at: datetime, zone: str) -> str:
    """Write the day and hour in a zone as the pages do, computed on its own."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{here:%A} {here.day} {here:%B %Y, %H:%M}"
