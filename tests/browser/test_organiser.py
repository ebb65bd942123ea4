"""An organiser moves, cancels and brings back a session, and finds out who was told."""

from datetime import timedelta

import pytest

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.participant import Participant, invitation, text_of

pytestmark = pytest.mark.browser


@pytest.fixture
def olivia(house: House, visit: Visit) -> Participant:
    """The organiser, signed in."""
    olivia = Participant(house, visit(), "Olivia Organiser", "organiser@example.org")
    sign_in(olivia)
    return olivia


def sign_in(olivia: Participant) -> None:
    olivia.go(olivia.house.organisers_door())
    olivia.page.get_by_role("button", name="Sign in").click()
    olivia.page.get_by_role("heading", name="Today").wait_for()


def change(olivia: Participant, what: str, week: int) -> None:
    """Open one of the changes of a week in the planner."""
    olivia.go("/console/sessions")
    link = olivia.page.get_by_role("link", name=f"{what} week {week}", exact=True, include_hidden=True)
    olivia.page.locator("details", has=link).locator("summary").click()
    link.click()


def confirm(olivia: Participant, button: str) -> int:
    """Carry out what a preview shows, let the worker deliver, and return how many people it said would be told."""
    olivia.page.get_by_text("Nothing is stored yet and nobody has been written to.").wait_for()
    told = int(olivia.page.locator(".stats .number").first.inner_text())
    olivia.page.get_by_role("button", name=button).click()
    olivia.page.get_by_text("Done.").wait_for()
    olivia.house.deliver()
    return told


def test_a_move_is_previewed_told_and_updates_the_entry_in_the_calendar(nora: Participant, olivia: Participant) -> None:
    house, week = nora.house, nora.house.week(9)
    _, invited = invitation(nora.letter("You are registered"))

    change(olivia, "Move", 9)
    olivia.page.get_by_label("Date").fill("2027-01-14")
    olivia.page.get_by_role("button", name="Show who will be told").click()
    unchanged = house.week(9).starts_at
    told = confirm(olivia, "Move it and tell them")

    letter = nora.letters()[-1]
    method, moved = invitation(letter)
    assert (unchanged, house.week(9).starts_at) == (week.starts_at, week.starts_at + timedelta(days=1))
    assert told == len({each["To"] for each in house.letters("") if "14 jan" in text_of(each).lower()})
    assert (method, moved.uid, moved.starts_at) == ("REQUEST", invited.uid, week.starts_at + timedelta(days=1))
    assert moved.sequence > invited.sequence
    assert "Thursday 14 January 2027, 12:00, New York (UTC−5)" in text_of(letter)
    assert nora.feed()[moved.uid] == moved


def test_a_cancelled_session_leaves_the_calendar_and_undo_brings_it_back(
    nora: Participant, olivia: Participant
) -> None:
    _, invited = invitation(nora.letter("You are registered"))

    change(olivia, "Cancel", 9)
    olivia.page.get_by_label("Reason in English").fill("The speaker is ill.")
    olivia.page.get_by_role("button", name="Show who will be told").click()
    confirm(olivia, "Cancel it and tell them")
    letter = nora.letters()[-1]
    method, cancelled = invitation(letter)

    assert (method, cancelled.uid, cancelled.status) == ("CANCEL", invited.uid, "CANCELLED")
    assert cancelled.sequence > invited.sequence
    assert "The speaker is ill." in text_of(letter)

    olivia.page.get_by_role("button", name="Undo").click()
    confirm(olivia, "Let it take place and tell them")
    method, back = invitation(nora.letters()[-1])

    assert (method, back.uid, back.starts_at) == ("REQUEST", invited.uid, invited.starts_at)
    assert back.sequence > cancelled.sequence
    assert nora.feed()[back.uid] == back


def test_the_ledger_says_why_somebody_got_no_reminder(nora: Participant, olivia: Participant) -> None:
    house, week = nora.house, nora.house.week(9)
    nora.enter()
    nora.page.get_by_role("button", name=f"Skip {week.title('en')}").first.click()
    nora.page.get_by_text(f"You skip {week.title('en')}.").wait_for()
    house.deliver(week.starts_at - timedelta(hours=24))

    page = olivia.page
    sign_in(olivia)
    olivia.go("/console/mail")
    page.get_by_role("link", name="Did somebody get it?").click()
    page.get_by_label("Session").select_option(str(week.id))
    page.get_by_role("searchbox").fill(nora.address)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name=nora.name).wait_for()

    rows = page.locator("table").first.locator("tbody tr").all_inner_texts()
    leads = (
        "2 days before at 17:00 (waiting list)", "24 hours before", "1 hour before", "After the recording is published",
    )  # fmt: skip
    assert [each.split("\t")[:2] for each in rows] == [[lead, "No: they skip this week."] for lead in leads]
