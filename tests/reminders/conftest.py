"""A season with its rules, and addresses of the pages that reminders link to."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registrar.db import DbSession
from registrar.mail.kinds import EXTENSION
from registrar.programmes.models import Programme
from registrar.reminders import mails
from registrar.reminders.operations import ensure_default_rules
from tests import factories

PAGES = {
    "weekly.session": "/weekly/<programme>/<session>",
    "my.enter": "/my/enter/<token>",
    "join.join": "/join/<token>",
    "unsubscribe.page": "/unsubscribe/<token>",
}


@pytest.fixture(autouse=True)
def pages_and_kinds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give the application the addresses and kinds that it does not have by itself."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    for endpoint in PAGES.keys() - known:
        app.url_map.add(Rule(PAGES[endpoint], endpoint=endpoint))
    kinds = dict(app.extensions.get(EXTENSION, {}))
    app.extensions[EXTENSION] = kinds | mails.KINDS
    yield
    app.extensions[EXTENSION] = kinds


@pytest.fixture
def programme(db: DbSession) -> Programme:
    """A weekly series with the default rules."""
    series = factories.series(db)
    ensure_default_rules(db, series)
    return series
