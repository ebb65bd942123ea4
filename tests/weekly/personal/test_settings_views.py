"""The personal settings: what is saved, what is refused, and that a renewal ends everything mailed before."""

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person
from registrar.people.opt_outs import topics_out
from registrar.tokens import Tokens
from registrar.weekly.models import Registration, Unsubscription
from registrar.weekly.personal_links import feed_link, personal_link
from registrar.weekly.rules import Subscription
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter, linked, press

DETAILS = {"name": "Amélie Roux", "institution": "Musée", "country": "FR", "timezone": "Asia/Tokyo", "locale": "fr"}


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db, name="Amélie", institution=None)


@pytest.fixture
def registration(db: DbSession, person: Person) -> Registration:
    return factories.registration(db, factories.series(db), person_id=person.id)


@pytest.fixture
def browser(client: Client, tokens: Tokens, person: Person, clock: TestClock) -> Client:
    enter(client, tokens, person, clock)
    return client


def test_settings_are_saved_and_the_page_turns_to_the_new_language(
    browser: Client, db: DbSession, person: Person
) -> None:
    response = press(browser, "/my/settings", seen_on="/my/settings", **DETAILS)

    db.refresh(person)
    assert (response.status_code, response.headers["Location"]) == (303, "/my?lang=fr")
    assert {name: getattr(person, name) for name in DETAILS} == DETAILS
    entry = db.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.details) == (
        f"person:{person.id}",
        "person.change",
        {"changed": ["name", "institution", "timezone", "locale"]},
    )


def test_saving_what_is_there_already_changes_nothing(browser: Client, db: DbSession, person: Person) -> None:
    same = {"name": "Amélie", "institution": "", "country": "FR", "timezone": "Europe/Paris", "locale": "en"}

    assert press(browser, "/my/settings", seen_on="/my/settings", **same).headers["Location"] == "/my"
    assert db.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "A\u202eB"}, "Remove line breaks and invisible characters."),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"timezone": ""}, "Choose a time zone from the list."),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"locale": "de"}, "Not a valid choice."),
    ],
)
def test_what_cannot_be_saved_is_told_at_the_field_and_what_was_typed_stays(
    browser: Client, db: DbSession, person: Person, wrong: dict[str, str], message: str
) -> None:
    response = press(browser, "/my/settings", seen_on="/my/settings", **{**DETAILS, **wrong})

    assert response.status_code == 422
    assert message in response.text
    assert 'value="Musée"' in response.text
    db.refresh(person)
    assert person.name == "Amélie"


def test_a_former_name_of_a_zone_becomes_todays(browser: Client, db: DbSession, person: Person) -> None:
    press(browser, "/my/settings", seen_on="/my/settings", **{**DETAILS, "timezone": "Asia/Calcutta"})

    db.refresh(person)
    assert person.timezone == "Asia/Kolkata"


def test_kinds_of_mail_are_switched_one_by_one(browser: Client, db: DbSession, registration: Registration) -> None:
    wanted = {f"{registration.id}-reminders": "y", f"{registration.id}-news": "y"}

    assert press(browser, "/my/mails", seen_on="/my/mails", **wanted).headers["Location"] == "/my/mails"
    assert list(db.scalars(select(Unsubscription.subscription))) == [Subscription.FOLLOW_UPS]

    press(browser, "/my/mails", seen_on="/my/mails", **wanted, **{f"{registration.id}-follow_ups": "y"})

    assert list(db.scalars(select(Unsubscription.subscription))) == []


def test_the_mails_of_this_person_are_listed_and_no_others(
    browser: Client, db: DbSession, person: Person, registration: Registration, clock: TestClock
) -> None:
    other = factories.person(db)
    session = factories.session(db, registration.programme, title_en="Lending")
    mine = NewMail(key="1", kind="reminders.before", person_id=person.id, session_id=session.id)
    theirs = NewMail(key="2", kind="weekly.moved", person_id=other.id, session_id=session.id)
    enqueue(db, mine, theirs, now=clock.now)

    text = browser.get("/my/mails").text

    assert ("Reminder<" in text, "Lending" in text, "About to be sent" in text) == (True, True, True)
    assert "Another time" not in text


def test_old_mails_are_paged(browser: Client, db: DbSession, person: Person, clock: TestClock) -> None:
    mails = [NewMail(key=str(number), kind="weekly.link", person_id=person.id) for number in range(51)]
    enqueue(db, *mails, now=clock.now)

    first = browser.get("/my/mails").text
    older = first.partition('rel="next" href="')[2].partition('"')[0]

    assert first.count("Link to your page") == 50
    assert browser.get(older).text.count("Link to your page") == 1


def test_renewing_ends_the_old_addresses_and_keeps_this_device_signed_in(
    app: Flask, browser: Client, db: DbSession, person: Person, registration: Registration, clock: TestClock
) -> None:
    old = linked(app, feed_link, registration), linked(app, personal_link, person, clock.now)

    response = press(browser, "/my/calendar/renew", seen_on="/my")

    db.expire_all()
    assert response.headers["Location"] == "/my#calendar"
    assert [browser.get(path).status_code for path in old] == [404, 410]
    assert browser.get(linked(app, feed_link, registration)).status_code == 200
    assert browser.get("/my").status_code == 200


def test_announcements_of_a_series_are_switched_off_and_on(
    browser: Client, db: DbSession, person: Person, registration: Registration, clock: TestClock
) -> None:
    registration.cancelled_at = clock.now
    slug = registration.programme.slug

    seen = {"announcements-shown": slug}

    press(browser, "/my/mails", seen_on="/my/mails")
    untouched = topics_out(db, person.id)
    press(browser, "/my/mails", seen_on="/my/mails", **seen)
    off = topics_out(db, person.id)
    page = browser.get("/my/mails").text
    db.commit()
    press(browser, "/my/mails", seen_on="/my/mails", **seen, announcements=slug)

    assert (untouched, off) == (set(), {slug})
    assert f'value="{slug}" aria-describedby="announcements-{slug}-hint">' in page
    assert topics_out(db, person.id) == set()
