"""An organiser's browser in front of a form."""

from datetime import datetime
from html import unescape
from re import findall
from typing import Any

import pytest
from flask import Flask

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.calls import form_operations
from registrar.calls.models import ApplicationForm
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import sign_in
from tests.conftest import Client
from tests.factories import FORM


@pytest.fixture(autouse=True)
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Staff:
    staff = factories.staff(db, Role.ORGANISER, name="Robin")
    sign_in(client, tokens, staff)
    return staff


@pytest.fixture
def form(db: DbSession, now: datetime, organiser: Staff) -> ApplicationForm:
    """A form like `FORM`, not published yet."""
    found = form_operations.create(db, "Museums", FORM, by=f"staff:{organiser.id}", now=now)
    db.commit()
    return found


def page_of(form: ApplicationForm, rest: str = "") -> str:
    return f"/console/forms/{form.id}{rest}"


def typed_on(page: str) -> dict[str, Any]:
    """Return what a question's page would send as it stands: its hidden fields."""
    fields = findall(r'<input[^>]*name="(seen|choice-\d+-key)"[^>]*value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


@pytest.fixture
def app_client(app: Flask, db: DbSession) -> Client:
    """A browser of somebody else."""
    found = Client(app, app.response_class, use_cookies=True)
    found.db = db
    return found
