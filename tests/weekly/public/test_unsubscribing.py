"""Stopping one kind of mail: by a mail program's one click, by the page's button, and coming back."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason
from registrar.weekly import subscriptions
from registrar.weekly.models import Registration, Unsubscription
from registrar.weekly.personal_links import unsubscribe_link
from registrar.weekly.rules import Subscription
from tests import factories
from tests.conftest import Client
from tests.weekly.browsing import linked, press

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def registration(db: DbSession) -> Registration:
    return factories.registration(db, factories.series(db))


@pytest.fixture
def path(app: Flask, registration: Registration) -> str:
    return linked(app, unsubscribe_link, registration.id, Subscription.REMINDERS)


def stopped(db: DbSession) -> list[Subscription]:
    return list(db.scalars(select(Unsubscription.subscription)))


def test_looking_changes_nothing(client: Client, db: DbSession, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert stopped(db) == []


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_of_a_mail_program_stops_the_mails_without_cookie_or_redirect(
    client: Client, db: DbSession, path: str, content_type: str
) -> None:
    response = client.post(path, data=ONE_CLICK, content_type=content_type)

    assert (response.status_code, response.data, response.headers.get("Set-Cookie")) == (200, b"", None)
    assert stopped(db) == [Subscription.REMINDERS]


def test_stopping_twice_is_stopping_once(client: Client, db: DbSession, path: str) -> None:
    client.post(path, data=ONE_CLICK)

    assert client.post(path, data=ONE_CLICK).status_code == 200
    assert stopped(db) == [Subscription.REMINDERS]


def test_the_pages_button_stops_the_mails_and_the_page_offers_to_come_back(
    client: Client, db: DbSession, path: str
) -> None:
    response = press(client, path, seen_on=path)

    assert (response.status_code, response.headers["Location"]) == (303, path)
    assert stopped(db) == [Subscription.REMINDERS]
    assert "These mails have stopped" in client.get(path).text

    press(client, path + "/back", seen_on=path)

    assert stopped(db) == []


def test_a_form_from_elsewhere_stops_nothing(client: Client, db: DbSession, path: str) -> None:
    assert client.post(path).status_code == 400
    assert client.post(path + "/back").status_code == 400
    assert stopped(db) == []


def test_a_forged_link_is_not_found(client: Client, path: str) -> None:
    assert client.post(path + "x", data=ONE_CLICK).status_code == 404


def test_what_waits_in_the_outbox_ends_with_the_subscription(
    db: DbSession, registration: Registration, now: datetime
) -> None:
    for kind in ("reminders.before", "weekly.moved"):
        enqueue(db, NewMail(key=kind, kind=kind, registration_id=registration.id), now=now)

    subscriptions.unsubscribe(db, registration, Subscription.REMINDERS, by="person:1", now=now)

    rows = db.execute(select(OutboxMail.kind, OutboxMail.state, OutboxMail.reason).order_by(OutboxMail.id))
    assert [(*row,) for row in rows] == [
        ("reminders.before", MailState.CANCELLED, Reason.UNSUBSCRIBED),
        ("weekly.moved", MailState.QUEUED, None),
    ]


def test_choosing_switches_exactly_what_is_not_wanted(db: DbSession, registration: Registration, now: datetime) -> None:
    subscriptions.unsubscribe(db, registration, Subscription.REMINDERS, by="person:1", now=now)

    subscriptions.choose(db, registration, {Subscription.REMINDERS}, by="person:1", now=now)

    assert subscriptions.unwanted(db, registration.id) == {Subscription.FOLLOW_UPS, Subscription.NEWS}
    assert subscriptions.wants(db, registration.id, Subscription.REMINDERS)
