"""Browsers of everybody who may be curious."""

from collections.abc import Callable

import pytest
from flask import Flask

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests.browsing import sign_in
from tests.confidentiality.world import Phase, World, world
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter

Browse = Callable[[Staff | Person | None], Client]
MakeWorld = Callable[[Phase], World]


@pytest.fixture
def make_world(db: DbSession) -> MakeWorld:
    return lambda phase: world(db, phase)


@pytest.fixture
def browse(app: Flask, db: DbSession, tokens: Tokens, clock: TestClock) -> Browse:
    """Open a browser for somebody: staff signed in, a person with their cookie, nobody with nothing."""

    def browse(who: Staff | Person | None) -> Client:
        client = Client(app, app.response_class, use_cookies=True)
        client.db = db
        if isinstance(who, Staff):
            sign_in(client, tokens, who)
        elif isinstance(who, Person):
            enter(client, tokens, who, clock)
        return client

    return browse
