"""Fixtures of all tests: the application on both real databases, its database session, its client and its clock."""

import os
from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

from registrar import migrations
from registrar.app import ROOT, create_app
from registrar.db import DbSession, alchemy, engine_options, prepare
from registrar.settings import load_settings
from registrar.tokens import Tokens
from tests.chromium import chromium
from tests.databases import KINDS, Databases

pytest_plugins = ("tests.browsing",)
"""Who is signed in."""
SECRET = "a-key-for-tests-only-0123456789abcdef"
START = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
"""When every test begins: a Monday morning."""


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Move the clock and return the new moment."""
        self.now += timedelta(**duration)
        return self.now


class Client(FlaskClient):
    """A test client that shares nothing with the test: no context, no open transaction."""

    db: DbSession

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.db.commit()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        return response


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with Databases(tmp_path_factory.mktemp("databases")) as found:
        yield found


@pytest.fixture(scope="session", params=KINDS)
def template(request: pytest.FixtureRequest, databases: Databases) -> str:
    """The address of a migrated, empty database that tests copy."""
    url = databases.fresh_url(request.param)
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def clock_of_tests() -> TestClock:
    return TestClock()


@pytest.fixture(scope="session")
def shared_app(
    template: str, databases: Databases, clock_of_tests: TestClock, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """One application per kind of database; `app` gives it a clean database for each test."""
    environ = {
        "REGISTRAR_ENV": "testing",
        "REGISTRAR_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "REGISTRAR_DATABASE_URL": databases.clone(template),
        "REGISTRAR_SECRET_KEYS": SECRET,
    }
    return create_app(load_settings(environ, ROOT / "config"), clock_of_tests)


@pytest.fixture
def app(shared_app: Flask, template: str, databases: Databases, clock_of_tests: TestClock) -> Iterator[Flask]:
    clock_of_tests.now = START
    yield shared_app
    with shared_app.app_context():
        alchemy.engine.dispose()
    databases.restore(shared_app.config["SQLALCHEMY_DATABASE_URI"], template)


@pytest.fixture
def clock(app: Flask, clock_of_tests: TestClock) -> TestClock:
    """The application's clock, to be moved by the test."""
    return clock_of_tests


@pytest.fixture
def now(clock: TestClock) -> datetime:
    """The moment at which the test begins."""
    return clock.now


@pytest.fixture
def db(app: Flask) -> Iterator[DbSession]:
    """A database session of the test's own."""
    with app.app_context():
        engine = alchemy.engine
    with DbSession(engine) as session:
        yield session


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context, for what renders templates or reads settings outside a request."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask, db: DbSession) -> Client:
    """A browser without cookies."""
    client = Client(app, app.response_class, use_cookies=True)
    client.db = db
    return client


@pytest.fixture
def tokens(app: Flask) -> Tokens:
    """What signs links."""
    found: Tokens = app.extensions["registrar.tokens"]
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("REGISTRAR_") and "TEST" not in name]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
