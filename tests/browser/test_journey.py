"""A person in New York and WAC Weekly in Paris: from the first page to the recording, in a real browser."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from re import fullmatch

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from registrar.mail.models import LocalMail, OutboxMail
from registrar.people.models import Person
from registrar.weekly.models import Attendance
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.participant import NEW_YORK, Participant, invitation, link_in, text_of, wall_clock
from tests.chromium import serving

pytestmark = pytest.mark.browser

DAY, HOUR, SECOND = timedelta(hours=24), timedelta(hours=1), timedelta(seconds=1)
DOOR = timedelta(minutes=15)
TOLD = " – in "
"""What the subject of a reminder holds."""


@pytest.fixture
def meeting() -> Iterator[str]:
    """The address of a meeting at another site of this machine, for nothing may leave it."""
    room = Flask("room")
    room.add_url_rule("/", view_func=lambda: "The meeting")
    with serving(room) as address:
        yield f"{address}/"


def test_a_newcomer_signs_up_and_sees_the_season_in_their_own_time_beside_paris(house: House, visit: Visit) -> None:
    nora = Participant(house, visit(timezone_id=NEW_YORK))
    nora.go("/weekly/wac-weekly/week-9")
    expect(nora.page.locator(".wall .host")).to_have_text("12:00 where you are")
    nora.page.get_by_role("link", name="Register", exact=True).click()
    expect(nora.page.get_by_label("Your time zone")).to_have_value(NEW_YORK)

    nora.sign_up()
    assert [each["Subject"] for each in nora.letters()] == []
    nora.confirm()

    reference = nora.page.locator(".section", has_text="Your reference").locator("strong").inner_text()
    assert fullmatch(r"[A-Z0-9-]{6,}", reference)
    coming = [house.week(number) for number in range(9, 26) if number != 14]
    lines = nora.weeks()
    for number, session in zip([n for n in range(9, 26) if n != 14], coming, strict=True):
        here, there = wall_clock(session.starts_at, NEW_YORK), wall_clock(session.starts_at, "Europe/Paris")[-5:]
        assert (number, f"{here} New York" in lines[number], f"{there} Paris" in lines[number]) == (number, True, True)
    house.deliver()
    assert reference in text_of(nora.letter("You are registered"))


def test_the_weeks_around_the_clock_changes_carry_a_warning(nora: Participant) -> None:
    warned = {number: text for number, text in nora.weeks().items() if "clock" in text}

    assert {number: text.count("13:00") for number, text in warned.items()} == {18: 1, 19: 1, 20: 0}
    assert "1 hour later for you than the week before" in warned[18]
    assert "your clock and the host’s are not at their usual distance" in warned[19]
    assert "1 hour earlier for you than the week before" in warned[20]


def test_skipping_a_week_takes_it_out_of_the_calendar_and_undo_brings_it_back(nora: Participant) -> None:
    house, week = nora.house, nora.house.week(10)
    before = nora.feed()
    assert {each.starts_at for each in before.values()} == {
        house.week(number).starts_at for number in range(9, 26) if number != 14
    }

    nora.page.get_by_role("button", name=f"Skip {week.title('en')}").click()
    nora.page.get_by_text(f"You skip {week.title('en')}.").wait_for()
    house.deliver()
    method, withdrawn = invitation(nora.letters()[-1])

    assert set(before) - set(nora.feed()) == {week.uid}
    assert (method, withdrawn.uid) == ("CANCEL", week.uid)
    assert withdrawn.sequence > before[week.uid].sequence

    nora.page.get_by_role("button", name="Undo").click()
    nora.page.get_by_text(f"You have a seat in {week.title('en')}.").wait_for()
    house.deliver()
    method, back = invitation(nora.letters()[-1])

    assert set(nora.feed()) == set(before)
    assert (method, back.uid, back.sequence) == ("REQUEST", week.uid, nora.feed()[week.uid].sequence)
    assert back.sequence > withdrawn.sequence


def test_reminders_come_a_day_and_an_hour_before_to_the_second(nora: Participant) -> None:
    house, starts_at = nora.house, nora.house.week(9).starts_at

    found = []
    for at in (starts_at - DAY - SECOND, starts_at - DAY, starts_at - DAY + SECOND, starts_at - HOUR - SECOND):
        house.deliver(at)
        found.append(len(nora.letters(TOLD)))
    house.deliver(starts_at - HOUR)
    house.deliver(starts_at - HOUR + SECOND)

    first, second = nora.letters(TOLD)
    title = house.week(9).title("en")
    assert found == [0, 1, 1, 1]
    assert (first["Subject"], second["Subject"]) == (f"{title} – in 24 hours", f"{title} – in one hour")
    for letter in (first, second):
        assert "Wednesday 13 January 2027, 12:00, New York (UTC−5)" in text_of(letter)
        assert "Wednesday 13 January 2027, 18:00, Paris (UTC+1)" in text_of(letter)


def test_reminders_keep_their_lead_while_the_clocks_differ(nora: Participant) -> None:
    house, starts_at = nora.house, nora.house.week(18).starts_at

    house.deliver(starts_at - DAY - SECOND)
    before = len(nora.letters(house.week(18).title("en")))
    house.deliver(starts_at - DAY)

    (letter,) = nora.letters(house.week(18).title("en"))
    assert before == 0
    assert "Wednesday 17 March 2027, 13:00, New York (UTC−4)" in text_of(letter)
    assert "Wednesday 17 March 2027, 18:00, Paris (UTC+1)" in text_of(letter)


def test_the_join_link_waits_lets_in_and_says_when_it_is_over(nora: Participant, meeting: str) -> None:
    house, week = nora.house, nora.house.week(9)
    house.deliver(week.starts_at - DAY)
    link = link_in(nora.letter(TOLD), "/join/")
    house.meet_at(meeting)

    house.clock.now = week.starts_at - DOOR - SECOND
    nora.go(link)
    assert nora.page.url == link
    expect(nora.page.locator(".countdown")).to_have_text("In 16 minutes")
    assert nora.page.get_by_text("The door opens at 11:45").count() == 1
    assert attended(house, nora) == []

    house.clock.now = week.starts_at - DOOR
    nora.go(link)
    assert nora.page.url == meeting
    assert attended(house, nora) == [house.clock.now]

    house.clock.now = week.ends_at
    nora.go(link)
    assert nora.page.url == link
    assert nora.page.get_by_text("This session is over.").count() == 1


def test_afterwards_the_page_turns_to_watch_and_only_those_who_missed_it_are_told(
    nora: Participant, visit: Visit, meeting: str
) -> None:
    house, week = nora.house, nora.house.week(9)
    ada = Participant(house, visit(timezone_id="Europe/London"), "Ada Lovelace", "ada@example.org").register()
    house.deliver(week.starts_at - HOUR)
    link = link_in(nora.letter(TOLD), "/join/")
    house.meet_at(meeting)
    house.clock.now = week.starts_at
    nora.go(link)

    house.deliver(week.ends_at + HOUR)
    write_up(Participant(house, visit()), week.title("en"))
    house.deliver()

    assert [len(each.letters("What you missed")) for each in (nora, ada)] == [0, 1]
    ada.open_letter("What you missed").get_by_role("link", name="Watch the recording").click()
    ada.page.get_by_role("heading", name="Recording", exact=True).wait_for()
    assert ada.page.locator(".countdown").inner_text() == "Watch or read"
    assert ada.page.get_by_text("What we learned").count() == 1
    nora.go(link)
    assert nora.page.url == f"{house.url}/weekly/wac-weekly/week-9"


def write_up(organiser: Participant, title: str) -> None:
    """Write summary and recording of the session that waits for them, and publish."""
    page = organiser.page
    organiser.go(organiser.house.organisers_door())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=title).first.click()
    page.get_by_role("link", name="Summary and recording").click()
    page.get_by_label("Summary in English").fill("## What we learned\n\nA **lot**.")
    page.get_by_label("Summary in French").fill("## Ce que nous avons appris\n\n**Beaucoup**.")
    page.get_by_label("recording", exact=False).last.fill("https://video.example.org/wac-weekly/week-9")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("Saved.").wait_for()
    page.locator("summary", has_text="Publish").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published. Those who missed it get a mail.").wait_for()


def attended(house: House, who: Participant) -> list[datetime]:
    statement = select(Attendance.joined_at).join(Person, Person.id == Attendance.person_id)
    with house.db() as db:
        return list(db.scalars(statement.where(Person.email == who.address)))


def test_one_click_in_a_mail_program_stops_the_reminders(nora: Participant) -> None:
    house, starts_at = nora.house, nora.house.week(9).starts_at
    house.deliver(starts_at - DAY)
    letter = nora.letter(TOLD)
    address = letter["List-Unsubscribe"].partition(">")[0].removeprefix("<")

    name, _, value = letter["List-Unsubscribe-Post"].partition("=")
    answer = nora.page.request.post(address, form={name: value}, max_redirects=0)
    house.deliver(starts_at - HOUR)

    assert answer.status == 200
    assert len(nora.letters(TOLD)) == 1
    assert last_reminder(house, nora) == ("skipped", "unsubscribed")


def test_the_page_behind_the_letter_stops_the_reminders_and_sends_them_again(nora: Participant) -> None:
    house, starts_at = nora.house, nora.house.week(9).starts_at
    house.deliver(starts_at - DAY)

    nora.open_letter(TOLD).get_by_role("link", name="Stop these mails").click()
    nora.page.get_by_role("button", name="Stop these mails").click()
    nora.page.get_by_role("heading", name="These mails have stopped").wait_for()
    house.deliver(starts_at - HOUR)
    stopped = len(nora.letters(TOLD))
    nora.page.get_by_role("button", name="Send them again").click()
    nora.page.get_by_role("heading", name="Stop these mails").wait_for()
    house.deliver(house.week(10).starts_at - DAY)

    assert (stopped, len(nora.letters(TOLD))) == (1, 2)


def last_reminder(house: House, who: Participant) -> tuple[str, str]:
    """Return what the ledger says of their latest reminder."""
    statement = select(OutboxMail.state, OutboxMail.reason).join(Person, Person.id == OutboxMail.person_id)
    mine = statement.where(Person.email == who.address, OutboxMail.kind == "reminders.before")
    with house.db() as db:
        state, reason = db.execute(mine.order_by(OutboxMail.id.desc())).first() or ("", "")
        return str(state), str(reason)


def test_erase_me_leaves_nothing_and_sends_nothing(nora: Participant) -> None:
    house = nora.house
    nora.enter()
    nora.page.get_by_role("link", name="Erase my data").click()
    nora.page.get_by_label("I understand that this cannot be undone.").check()
    nora.page.get_by_role("button", name="Erase my data").click()
    nora.page.get_by_role("heading", name="Goodbye").wait_for()

    house.deliver(house.week(9).starts_at - DAY)
    nora.go("/my")

    assert nora.page.url == f"{house.url}/my/link"
    with house.db() as db:
        assert db.scalars(select(Person.id).where(Person.email == nora.address)).all() == []
        assert db.scalars(select(LocalMail.id).where(LocalMail.recipient.contains(nora.address))).all() == []


def test_everything_up_to_the_personal_page_works_without_javascript(house: House, visit: Visit) -> None:
    nora = Participant(house, visit(java_script_enabled=False))
    page = nora.page
    page.goto(f"{house.url}/weekly/wac-weekly/week-9")
    page.get_by_role("link", name="Register", exact=True).click()
    page.get_by_role("button", name="Sign up", exact=True).click()
    assert page.locator(".errors a").all_inner_texts() == [
        "Enter your name.",
        "Enter your e-mail address.",
        "Tick the box to let us write to you about the sessions.",
    ]
    page.get_by_label("Your name").fill(nora.name)
    page.get_by_label("E-mail address").fill(nora.address)
    page.get_by_label("Your time zone").select_option(NEW_YORK)
    page.get_by_label("I agree that").check()
    page.get_by_role("button", name="Sign up", exact=True).click()
    page.get_by_role("heading", name="Check your mail").wait_for()
    house.deliver()
    page.get_by_role("link", name="Open the local outbox").click()
    page.get_by_role("link", name=nora.address).click()
    page.frame_locator("iframe.paper").get_by_role("link", name="Confirm my registration").click()
    page.get_by_role("button", name="Confirm my registration").click()

    page.get_by_role("heading", name="You are registered").wait_for()
    assert page.locator(".wall .local").inner_text() == "Wednesday 13 January 2027, 12:00"


def test_the_form_is_filled_in_and_sent_by_keyboard_alone(house: House, visit: Visit) -> None:
    page = visit(timezone_id=NEW_YORK)
    page.goto(f"{house.url}/weekly/wac-weekly/sign-up")
    typed = {"name": "Nora Feld", "email": "nora@example.org", "institution": "Harvard", "country": "United States"}
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        field = page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
        seen.append(field)
        if field in typed:
            page.keyboard.type(typed[field])
        if field == "consent":
            page.keyboard.press("Space")
        if field == "Sign up":
            page.keyboard.press("Enter")
            break
    page.get_by_role("heading", name="Check your mail").wait_for()

    fields = ["name", "email", "institution", "country", "timezone", "language", "scope", "consent"]
    assert seen[0] == "Skip to the content"
    assert [each for each in seen if each in fields] == fields
    assert page.get_by_text("nora@example.org").count() == 1
