"""The kind of mail that the benchmark sends: one session for all, a name and links for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from registrar.db import DbSession, db
from registrar.mail.kinds import EXTENSION, Bulk, CalendarPart, Draft, NotNeeded, slot
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane

KIND = "bench.reminder"
CHUNK = 1000
PARAGRAPHS = 56
PARAGRAPH = "What a museum can do with it, what it costs, and who has tried it: three examples, and time to ask. "
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:bench@example.org\r\n"
    f"DTSTAMP:20270101T000000Z\r\nDTSTART:20270113T170000Z\r\nSUMMARY:A session\r\nURL:{slot('join_url')}\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()
TEMPLATES = {
    "emails/bench/reminder.txt": (
        '{% extends "emails/layout.txt" %}{% block title %}{{ title }}{% endblock %}'
        "{% block content %}{% for each in paragraphs %}{{ each }}\n\n{% endfor %}{{ join_url }}{% endblock %}"
    ),
    "emails/bench/reminder.html": (
        '{% extends "emails/layout.html" %}{% block title %}{{ title }}{% endblock %}{% block content %}'
        "{% for each in paragraphs %}<p>{{ each }}</p>{% endfor %}"
        '<p><a href="{{ join_url }}">Join</a></p>{% endblock %}'
    ),
}


def install(app: Flask) -> None:
    """Make the kind known and its templates found."""
    app.extensions[EXTENSION] = {**app.extensions.get(EXTENSION, {}), KIND: Bulk(_compose)}
    loader = app.jinja_env.loader
    assert loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), loader])


def _compose(_db: DbSession, mails: Sequence[OutboxMail], _now: datetime) -> Mapping[int, Draft | NotNeeded]:
    shared = {"title": "A session starts in one hour", "paragraphs": [PARAGRAPH] * PARAGRAPHS}
    calendar = CalendarPart("PUBLISH", CALENDAR)
    return {mail.id: _draft(mail, shared, calendar) for mail in mails}


def _draft(mail: OutboxMail, shared: Mapping[str, object], calendar: CalendarPart) -> Draft:
    number = mail.context["number"]
    return Draft(
        to_name=f"Person {number}",
        to_address=f"person{number}@museum{number % 97}.example",
        locale="en",
        timezone="Europe/Paris",
        template="bench/reminder",
        values=shared,
        personal={"join_url": f"https://registrar.example/join/{number:032x}"},
        calendar=calendar,
        list_name="weekly",
        unsubscribe_url=f"https://registrar.example/unsubscribe/{number:032x}",
        manage_url=f"https://registrar.example/my/{number:032x}",
    )


def queue(number: int, *, now: datetime, batch: str) -> None:
    """Put so many reminders into the outbox, under keys of this batch."""
    for start in range(0, number, CHUNK):
        each = range(start, min(number, start + CHUNK))
        mails = [NewMail(key=f"{batch}:{it}", kind=KIND, lane=Lane.REMINDER, context={"number": it}) for it in each]
        enqueue(db, *mails, now=now)
        db.commit()
