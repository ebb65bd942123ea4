"""A browser in the hands of a person: sign in with the cookie, read the token of a form, press a button."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from registrar.people.models import Person
from registrar.people.personal_cookie import LASTS
from registrar.tokens import Purpose, Tokens
from tests.conftest import Client, TestClock

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def enter(client: Client, tokens: Tokens, person: Person, clock: TestClock) -> None:
    """Give the browser the personal cookie of this person."""
    value = tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=clock.now + LASTS)
    client.set_cookie("personal", value)


def press(client: Client, url: str, *, seen_on: str = "/my/link", **fields: Any) -> TestResponse:
    """Send a form as a browser does: with the CSRF token of the page that it stands on."""
    found = CSRF.search(client.get(seen_on).text)
    assert found, f"{seen_on} has no form"
    return client.post(url, data={"csrf_token": found[1], **fields})


def path_of(address: str) -> str:
    """Return the path of an absolute address."""
    return "/" + address.split("/", 3)[3]


def linked(app: Flask, make: Any, *arguments: Any) -> str:
    """Return the path of a link that needs the application's settings."""
    with app.app_context():
        return path_of(make(*arguments))
