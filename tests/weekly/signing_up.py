"""What the tests of signing up share: a browser that fills in the page, and the mail that came of it."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.db import DbSession
from registrar.mail.kinds import Draft, compose
from registrar.mail.models import OutboxMail
from registrar.people.rules import CONSENT_TEXT_VERSION
from registrar.programmes.models import Programme
from tests.conftest import Client, TestClock

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
OPENED = re.compile(r'name="opened"[^>]*value="([^"]+)"')
ADA = {
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "institution": "Science Museum",
    "country": "GB",
    "timezone": "Europe/London",
    "language": "en",
    "scope": "season",
    "consent": CONSENT_TEXT_VERSION,
}


def token_of(page: TestResponse) -> str:
    """Return the CSRF token of a page."""
    found = CSRF.search(page.text)
    assert found, page.text
    return found[1]


def page_of(programme: Programme, query: str = "") -> str:
    return f"/weekly/{programme.slug}/sign-up{query}"


def send(client: Client, address: str, **typed: Any) -> TestResponse:
    """Open the page at this address and send its form with these values."""
    page = client.get(address)
    opened = OPENED.search(page.text)
    hidden = {"csrf_token": token_of(page), "opened": opened[1] if opened else ""}
    return client.post(address, data={**hidden, **typed})


def press(client: Client, address: str, **typed: Any) -> TestResponse:
    """Open a page and press its button."""
    return client.post(address, data={"csrf_token": token_of(client.get(address)), **typed})


def outbox(db: DbSession, kind: str) -> list[OutboxMail]:
    db.expire_all()
    return list(db.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def draft(app: Flask, db: DbSession, mail: OutboxMail, clock: TestClock) -> Draft:
    """Compose a mail as the worker does."""
    with app.app_context():
        return compose(db, mail, clock.now)


def path(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:5000")


def confirmation_path(app: Flask, db: DbSession, clock: TestClock) -> str:
    """Return the address behind the newest mail that asks to confirm."""
    return path(str(draft(app, db, outbox(db, "weekly.confirm")[-1], clock).values["confirm_url"]))
