"""Into one's applications and out of them: the same answer for everyone, one button, no change by GET."""

from datetime import datetime

import pytest
from flask import Flask

from registrar.applications import links
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.applications.ways import mails
from tests.conftest import Client, TestClock
from tests.weekly.browsing import linked, press


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db, email="Amelie@example.org", name="Amélie")


@pytest.fixture
def path(app: Flask, person: Person, now: datetime) -> str:
    return linked(app, links.applications_link, person, now)


def ask(client: Client, email: str) -> tuple[int, str]:
    response = press(client, "/applications/link", seen_on="/applications/link", email=email)
    return response.status_code, response.headers["Location"]


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, db: DbSession, person: Person) -> None:
    known, unknown = ask(client, "amelie@EXAMPLE.org"), ask(client, "nobody@example.org")

    assert known == unknown == (303, "/applications/link/sent")
    assert [mail.person_id for mail in mails(db, "link")] == [person.id, None]
    assert "nobody" not in repr([(mail.key, mail.context) for mail in mails(db, "link")])


@pytest.mark.parametrize("address", ["amelie@example.org", "nobody@example.org"])
def test_at_most_one_link_in_5_minutes_and_5_in_a_day(
    client: Client, db: DbSession, person: Person, clock: TestClock, address: str
) -> None:
    for _ in range(8):
        ask(client, address)
        ask(client, address)
        clock.advance(minutes=5, seconds=1)

    assert len(mails(db, "link")) == 5


def test_looking_at_the_link_changes_nothing(client: Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert "personal=" not in response.headers.get("Set-Cookie", "")
    assert client.get("/applications").headers["Location"] == "/applications/link"


def test_the_button_opens_the_applications(client: Client, path: str) -> None:
    response = press(client, path, seen_on=path)

    assert (response.status_code, response.headers["Location"]) == (303, "/applications")
    assert client.get("/applications").status_code == 200


def test_the_button_of_a_mail_about_an_application_opens_that_one(
    app: Flask, client: Client, db: DbSession, person: Person, now: datetime
) -> None:
    application = factories.application(db, factories.call(db), lead=person)
    path = linked(app, links.application_link, person, application.reference, now)

    assert press(client, path, seen_on=path).location == f"/applications/{application.reference}"
    assert client.get(path).location == f"/applications/{application.reference}"


def test_an_application_of_others_is_not_opened_by_an_address(client: Client, db: DbSession, path: str) -> None:
    other: Application = factories.application(db, factories.call(db))

    assert press(client, f"{path}?application={other.reference}", seen_on=path).location == "/applications"


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

    assert response.headers["Location"] == "/applications/link/sent"
    assert [mail.person_id for mail in mails(db, "link")] == [person.id]


def test_a_forged_link_leads_nowhere(client: Client, path: str) -> None:
    assert client.get(path + "x").status_code == 404
    assert press(client, path + "x/fresh", seen_on="/applications/link").status_code == 404


def test_leaving_forgets_the_person_on_this_device(client: Client, application: Application, tokens: Tokens) -> None:
    assert press(client, "/applications/leave", seen_on="/applications").location == "/applications/link"
    assert client.get(f"/applications/{application.reference}").location == "/applications/link"
