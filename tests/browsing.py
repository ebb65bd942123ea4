"""What tests do in the browser: send forms with their token, sign in as staff."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from registrar.accounts.models import Staff
from registrar.accounts.operations import sign_in_token
from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import START, Client

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def csrf_token(client: Client, page: str = "/sign-in") -> str:
    """Return the token that the forms of this browser carry."""
    found = _TOKEN.search(client.get(page).text)
    assert found, f"{page} holds no form"
    return found[1]


def send(client: Client, url: str, page: str = "/sign-in", **fields: Any) -> TestResponse:
    """Post a form as the browser does."""
    return client.post(url, data={"csrf_token": csrf_token(client, page), **fields}, buffered=True)


def sign_in(client: Client, tokens: Tokens, staff: Staff) -> Client:
    """Sign this browser in by a link, as the mail does."""
    client.db.commit()
    client.db.refresh(staff)
    token = sign_in_token(tokens, staff, expires_at=START.replace(year=START.year + 1))
    assert send(client, f"/sign-in/{token}").status_code == 303
    return client


@pytest.fixture
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Staff:
    """The organiser who is signed in on the client."""
    staff = factories.staff(db, Role.ORGANISER, name="Robin")
    sign_in(client, tokens, staff)
    return staff
