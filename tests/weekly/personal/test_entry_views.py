"""Into the personal page and out of it: the same answer for everyone, one button, no change by GET."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.kinds import Draft, NotNeeded, compose
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.people.models import Person
from registrar.tokens import Tokens
from registrar.weekly.personal_links import personal_link
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import CSRF, enter, linked, press


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db, email="Amelie@example.org", name="Amélie")


@pytest.fixture
def path(app: Flask, person: Person, now: datetime) -> str:
    return linked(app, personal_link, person, now)


def ask(client: Client, email: str) -> tuple[int, str, str]:
    """Ask for a link; return the status, where it leads and what the page there says."""
    response = press(client, "/my/link", email=email)
    return response.status_code, response.headers["Location"], CSRF.sub("", client.get("/my/link/sent").text)


def links(db: DbSession) -> list[OutboxMail]:
    return list(db.scalars(select(OutboxMail).where(OutboxMail.kind == "weekly.link").order_by(OutboxMail.id)))


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, db: DbSession, person: Person) -> None:
    known, unknown = ask(client, "amelie@EXAMPLE.org"), ask(client, "nobody@example.org")

    assert known[:2] == (303, "/my/link/sent")
    assert known[:2] == unknown[:2]
    assert [mail.person_id for mail in links(db)] == [person.id, None]
    assert "nobody" not in repr([(mail.key, mail.context) for mail in links(db)])


@pytest.mark.usefixtures("context")
def test_the_mail_for_an_unknown_address_is_never_written(client: Client, db: DbSession, now: datetime) -> None:
    ask(client, "nobody@example.org")

    with pytest.raises(NotNeeded) as ended:
        compose(db, links(db)[0], now)
    assert ended.value.reason is Reason.NOT_CONFIRMED


def test_a_wrong_address_is_asked_for_again_with_what_was_typed(client: Client) -> None:
    response = press(client, "/my/link", email="amelie")

    assert response.status_code == 422
    assert 'value="amelie"' in response.text
    assert "Enter an e-mail address like name@example.org." in response.text


@pytest.mark.parametrize("address", ["amelie@example.org", "nobody@example.org"])
def test_at_most_one_link_in_5_minutes_and_5_in_a_day(
    client: Client, db: DbSession, person: Person, clock: TestClock, address: str
) -> None:
    for _ in range(8):
        ask(client, address)
        ask(client, address)
        clock.advance(minutes=5, seconds=1)
    assert len(links(db)) == 5

    clock.advance(hours=24)
    ask(client, address)
    assert len(links(db)) == 6


def test_looking_at_the_link_changes_nothing_and_shows_one_button(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "personal=" not in response.headers.get("Set-Cookie", "")
    assert client.get("/my").headers["Location"] == "/my/link"


def test_the_button_opens_the_page(client: Client, path: str) -> None:
    response = press(client, path, seen_on=path)

    assert (response.status_code, response.headers["Location"]) == (303, "/my")
    assert "Hello, Amélie" in client.get("/my").text


def test_who_is_inside_already_goes_straight_to_the_page(
    client: Client, tokens: Tokens, person: Person, clock: TestClock, path: str
) -> None:
    enter(client, tokens, person, clock)

    assert client.get(path).headers["Location"] == "/my"


@pytest.mark.parametrize("ending", ["time", "renewal"])
def test_a_link_that_has_ended_offers_a_fresh_one(
    client: Client, db: DbSession, person: Person, clock: TestClock, path: str, ending: str
) -> None:
    if ending == "time":
        clock.advance(days=30)
    else:
        person.link_number += 1

    assert client.get(path).status_code == 410
    response = press(client, path + "/fresh", seen_on=path)

    assert response.headers["Location"] == "/my/link/sent"
    assert [mail.person_id for mail in links(db)] == [person.id]


def test_a_forged_link_leads_nowhere(client: Client, path: str) -> None:
    assert client.get(path + "x").status_code == 404
    assert press(client, path + "x/fresh").status_code == 404


def test_leaving_forgets_the_person_on_this_device(
    client: Client, tokens: Tokens, person: Person, clock: TestClock
) -> None:
    enter(client, tokens, person, clock)

    assert press(client, "/my/leave").headers["Location"] == "/my/link"
    assert client.get("/my").headers["Location"] == "/my/link"


@pytest.mark.usefixtures("context")
def test_the_mail_holds_a_link_for_30_days(db: DbSession, client: Client, person: Person, clock: TestClock) -> None:
    ask(client, person.email)

    draft: Draft = compose(db, links(db)[0], clock.now)

    assert (draft.to_address, draft.to_name, draft.template) == (person.email, "Amélie", "weekly/link")
    path = "/" + draft.values["url"].split("/", 3)[3]
    clock.now += timedelta(days=30, seconds=-1)
    assert client.get(path).status_code == 200
