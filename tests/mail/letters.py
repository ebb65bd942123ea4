"""Kinds of mail for the tests: one that is always written, and others that fail in every way."""

from datetime import datetime

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import text

from registrar.db import DbSession
from registrar.mail.kinds import EXTENSION, CalendarPart, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Mus\xc3\xa9e\r\nEND:VCALENDAR\r\n"
TEMPLATES = {
    "emails/test/letter.txt": "Subject: {{ _('A letter') }} for {{ to_name }}\n\nHello {{ to_name }} & all\n",
    "emails/test/letter.html": "<style>p { color: red }</style><p>{{ to_name }}</p>",
    "emails/test/framed.txt": (
        '{% extends "emails/layout.txt" %}{% block subject %}Framed\n subject{% endblock %}'
        "{% block title %}A title{% endblock %}{% block content %}Content{% endblock %}"
    ),
    "emails/test/framed.html": (
        '{% extends "emails/layout.html" %}{% block title %}A title{% endblock %}'
        "{% block content %}<p>{{ to_name }}</p>{% endblock %}"
    ),
}


def letter(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    given = dict(mail.context)
    return Draft(
        to_name=given.get("name", "Ana"),
        to_address=given.get("to", "ana@example.org"),
        locale=given.get("locale", "en"),
        timezone="Europe/Paris",
        template=given.get("template", "test/letter"),
        calendar=CalendarPart("REQUEST", CALENDAR) if given.get("calendar") else None,
        list_name=given.get("list"),
        unsubscribe_url=given.get("unsubscribe"),
    )


def withdrawn(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    raise NotNeeded(Reason.WITHDRAWN)


def superseded(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    raise NotNeeded(Reason.SUPERSEDED)


def broken(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    raise KeyError("who writes to ana@example.org?")


def bad_query(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    db.execute(text("SELECT nothing FROM nowhere"))
    raise AssertionError


KINDS = {
    "test.letter": letter,
    "weekly.confirm": letter,
    "test.withdrawn": withdrawn,
    "test.superseded": superseded,
    "test.broken": broken,
    "test.bad_query": bad_query,
}


def install(app: Flask) -> None:
    """Make the kinds known and their templates found."""
    app.extensions[EXTENSION] = {**app.extensions.get(EXTENSION, {}), **KINDS}
    loader = app.jinja_env.loader
    assert loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), loader])
