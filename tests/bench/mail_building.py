"""Mails built per second of computing time: compiled skeletons beside `email.message` and Flask-Mail, same parts."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median

from flask import Flask
from flask_mail import Message

from registrar.app import ROOT, create_app
from registrar.mail.kinds import CalendarPart, Draft, slot
from registrar.mail.message import CalendarMethod, Letter
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render, write
from registrar.reminders.rules import time_to_go
from registrar.settings import load_settings
from tests.bench.report import Figure
from tests.bench.serving import SECRET
from tests.mail import standard

NOW = datetime(2027, 1, 13, 16, tzinfo=UTC)
READERS = 500
"""Different people, one after the other, again and again."""
LINK = "https://registrar.example/{}/WzEyMzQ1LDY3LDAsMF0.Gm2hYt0z7w0b1xJ5l0Yk3mQ4c9vT8sR7aP6oN5uE4d{}"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Registrar//Bench//EN\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\n"
    "UID:1@registrar.example\r\nSEQUENCE:0\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270113T170000Z\r\n"
    "DTEND:20270113T180000Z\r\nSUMMARY:Lending digital works\r\nDESCRIPTION:{}\r\nURL:https://registrar.example/a\r\n"
    "LOCATION:{}\r\nSTATUS:CONFIRMED\r\nCONFERENCE;VALUE=URI;FEATURE=VIDEO:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
SKELETON, STANDARD, FLASK_MAIL = "compiled skeleton", "email.message", "Flask-Mail"
RENDERED = "templates and email.message for each"


def measured(rounds: int, seconds: float = 1.0) -> list[Figure]:
    """Build mails in each way in turn, round after round; return mails per second of computing time."""
    with tempfile.TemporaryDirectory(prefix="registrar-bench-") as folder:
        environ = {
            "REGISTRAR_ENV": "testing",
            "REGISTRAR_DATA_DIR": folder,
            "REGISTRAR_SECRET_KEYS": SECRET,
            "REGISTRAR_BOUNCE_ADDRESS": "bounces@registrar.example",
        }
        app = create_app(load_settings(environ, Path(ROOT) / "config"))
        with app.app_context():
            return _measured(app, rounds, seconds)


def table(figures: list[Figure]) -> str:
    """Write the figures as Markdown."""
    lines = [f"| {each.name} | {each.value:,.0f} | {each.ratio:,.2f} × {each.yardstick} |" for each in figures]
    head = [f"### building reminders with calendars, medians of {figures[0].rounds} rounds", ""]
    return "\n".join([*head, "| way | mails per CPU second | ratio |", "| --- | --: | --: |", *lines])


def _measured(app: Flask, rounds: int, seconds: float) -> list[Figure]:
    ways = _ways()
    for build in ways.values():
        build()
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, build in ways.items():
            rates[name].append(_rate(build, seconds))
    return [_figure(SKELETON, RENDERED, rates), *(_figure(name, STANDARD, rates) for name in ways)]


def _figure(name: str, yardstick: str, rates: dict[str, list[float]]) -> Figure:
    """Compare within each round, so that a machine that slows down slows both."""
    ratio = median(mine / its for mine, its in zip(rates[name], rates[yardstick], strict=True))
    return Figure(f"building: {name}", median(rates[name]), "mails per CPU second", ratio, yardstick, len(rates[name]))


def _rate(build: Callable[[], bytes], seconds: float) -> float:
    began, built = time.process_time(), 0
    while (used := time.process_time() - began) < seconds:
        build()
        built += 1
    return built / used


def _ways() -> dict[str, Callable[[], bytes]]:
    drafts = [_draft(number) for number in range(READERS)]
    mail = OutboxMail(id=12345, message_id="0123456789abcdef0123456789abcdef")
    letters = [render(draft, mail, NOW) for draft in drafts[:20]]
    next_draft, next_letter = cycle(drafts), cycle(letters)
    return {
        SKELETON: lambda: write(next(next_draft), mail, NOW).data,
        STANDARD: lambda: standard.message(next(next_letter)).as_bytes(),
        FLASK_MAIL: lambda: _flask_mail(next(next_letter)),
        RENDERED: lambda: standard.message(render(next(next_draft), mail, NOW)).as_bytes(),
    }


def _draft(number: int) -> Draft:
    links = {name: LINK.format(name, number) for name in ("join", "my", "unsubscribe")}
    content = CALENDAR.format("Who lends what to whom, and how. " * 8, slot("join_url"), slot("join_url"))
    return Draft(
        to_name=f"Zoë Martin {number}",
        to_address=f"zoe.martin{number}@museum{number % 7}.example",
        locale="en",
        timezone="Europe/Paris",
        template="reminders/before",
        values={
            "title": "Lending digital works",
            "programme": "WAC Weekly",
            "starts_at": NOW + timedelta(hours=1),
            "host_timezone": "Europe/Paris",
            "page_url": "https://registrar.example/weekly/season/lending",
            "to_go": time_to_go(timedelta(hours=1)),
            "speakers": ["Inês Duarte, Museu do Rio"],
        },
        personal={"name": f"Zoë Martin {number}", "join_url": links["join"]},
        calendar=CalendarPart("PUBLISH", content.encode()),
        list_name="wac-weekly",
        unsubscribe_url=links["unsubscribe"],
        manage_url=links["my"],
    )


def _flask_mail(letter: Letter) -> bytes:
    assert letter.calendar is not None
    kind = f'text/calendar; method="{CalendarMethod.PUBLISH}"; charset="utf-8"'
    message = Message(
        letter.subject,
        recipients=[(letter.to_name, letter.to_address)],
        body=letter.text,
        html=letter.html,
        sender=(letter.sender.name, letter.sender.address),
        date=letter.date.timestamp(),
        extra_headers={
            "Auto-Submitted": "auto-generated",
            "List-Id": f"<{letter.list_id}>",
            "List-Unsubscribe": f"<{letter.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach("invite.ics", kind, letter.calendar.content)
    return bytes(message.as_bytes())


if __name__ == "__main__":
    print(table(measured(3)))
