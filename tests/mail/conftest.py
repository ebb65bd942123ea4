"""A kind of mail of the tests' own, with its templates, and a worker whose machine clock stands still."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail.claims import Owner
from registrar.mail.kinds import EXTENSION
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane
from registrar.mail.transport import Transport
from registrar.mail.worker import Worker
from tests.conftest import TestClock
from tests.mail import letters


@pytest.fixture(autouse=True)
def letters_of_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Teach the shared application the kinds of `letters`, and forget them afterwards."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    kinds, loader = dict(app.extensions.get(EXTENSION, {})), app.jinja_env.loader
    letters.install(app)
    yield
    app.extensions[EXTENSION], app.jinja_env.loader = kinds, loader


@pytest.fixture
def queue(db: DbSession, now: datetime) -> Callable[..., OutboxMail]:
    """Queue a mail of the kind `test.letter` and return its row."""

    def add(key: str = "letter:1", to: str = "ana@example.org", **given: Any) -> OutboxMail:
        values = {"kind": "test.letter", "context": {"to": to}, "lane": Lane.PERSONAL, **given}
        enqueue(db, NewMail(key=key, **values), now=now)
        db.commit()
        return db.query(OutboxMail).filter_by(key=key).one()

    return add


@pytest.fixture
def work(app: Flask, clock: TestClock, db: DbSession) -> Iterator[Callable[..., int]]:
    """Let a worker work at the clock's moment until nothing is due."""
    workers: list[Transport] = []

    def run(transport: Transport | None = None, name: str = "test:1:a") -> int:
        db.commit()
        if transport:
            workers.append(transport)
        with app.app_context():
            worker = Worker(transport, Owner(name, timedelta(seconds=60)), clock)
            done = worker.run_once(clock.now)
        db.expire_all()
        return done

    yield run
    for transport in workers:
        transport.close()
