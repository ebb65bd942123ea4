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


CRLF = b"\r\n"
AS_SENT = {
    "urlencoded": ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    "urlencoded, with a charset": ("application/x-www-form-urlencoded; charset=UTF-8", b"List-Unsubscribe=One-Click"),
    "urlencoded, escaped": ("application/x-www-form-urlencoded", b"List%2DUnsubscribe=One%2DClick"),
    "multipart": (
        "multipart/form-data; boundary=FormBoundaryx7c2vZ",
        b"--FormBoundaryx7c2vZ" + CRLF + b'Content-Disposition: form-data; name="List-Unsubscribe"' + CRLF + CRLF
        + b"One-Click" + CRLF + b"--FormBoundaryx7c2vZ--" + CRLF,
    ),
    "multipart, quoted boundary, typed part, no last line end": (
        'multipart/form-data; boundary="----=_Part 1_2(3).4"',
        b"------=_Part 1_2(3).4" + CRLF + b"content-type: text/plain; charset=utf-8" + CRLF
        + b"content-disposition: form-data; name=List-Unsubscribe" + CRLF + CRLF
        + b"One-Click" + CRLF + b"------=_Part 1_2(3).4--",
    ),
}  # fmt: skip
"""The two forms of RFC 8058, 3.2 as different programs write them."""


@pytest.mark.parametrize("form", AS_SENT)
@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"User-Agent": "", "Accept": "*/*"}])
def test_one_click_is_understood_however_a_program_writes_it(
    app: Flask, db: DbSession, path: str, form: str, headers: dict[str, str]
) -> None:
    db.commit()
    content_type, body = AS_SENT[form]
    stranger = app.test_client(use_cookies=False)

    for _ in range(2):  # programs try again when an answer is lost
        response = stranger.post(path, data=body, content_type=content_type, headers=headers)
        answer = (
            response.status_code,
            response.data,
            response.headers.get("Set-Cookie"),
            response.headers.get("Location"),
        )
        assert answer == (200, b"", None, None)

    assert stopped(db) == [Subscription.REMINDERS]


@pytest.mark.parametrize(
    "body", [b"", b"List-Unsubscribe=one-click", b"List-Unsubscribe=", b"list-unsubscribe=One-Click"]
)
def test_a_post_that_says_something_else_stops_nothing(app: Flask, db: DbSession, path: str, body: bytes) -> None:
    db.commit()
    stranger = app.test_client(use_cookies=False)

    response = stranger.post(path, data=body, content_type="application/x-www-form-urlencoded")

    assert (response.status_code, stopped(db)) == (400, [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_only_a_post_stops_mails(app: Flask, db: DbSession, path: str, method: str) -> None:
    """Scanners and previews open links, some with the parameters of the header."""
    db.commit()

    app.test_client(use_cookies=False).open(f"{path}?List-Unsubscribe=One-Click", method=method)

    assert stopped(db) == []


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
