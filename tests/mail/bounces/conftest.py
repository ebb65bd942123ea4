"""A person to whom mail was sent, and the addresses to which reports about it come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.mail.verp import envelope_sender
from registrar.people.models import Person
from registrar.settings import Settings
from tests import factories
from tests.mail.bounces.corpus import ANA, BOUNCES


@pytest.fixture
def ana(db: DbSession) -> Person:
    return factories.person(db, name="Ana", email=ANA)


@pytest.fixture
def sent(db: DbSession, now: datetime, queue: Callable[..., OutboxMail], ana: Person) -> Callable[..., OutboxMail]:
    """Store a mail that has left, at the start of the test unless `finished_at` says otherwise."""

    def add(key: str = "letter:1", **given: Any) -> OutboxMail:
        facts = {name: given.pop(name) for name in tuple(given) if name in {"kind", "registration_id", "topic"}}
        mail = queue(key, person_id=given.pop("person_id", ana.id), **facts)
        values = {"state": MailState.SENT, "finished_at": now, "message_id": "m1", **given}
        for name, value in values.items():
            setattr(mail, name, value)
        db.commit()
        return mail

    return add


@pytest.fixture
def proven(app: Flask, context: None) -> Callable[[OutboxMail], str]:
    """Return the address to which reports about a mail come."""
    settings: Settings = replace(app.extensions["registrar.settings"], bounce_address=BOUNCES)
    return lambda mail: envelope_sender(settings, mail.id, "hello@wearemuseums.example")
