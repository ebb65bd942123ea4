"""The doctor's checks: versions, database, settings, worker, mail, data, time zones and translations."""

import platform
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from registrar import migrations
from registrar.db import DbSession, alchemy, reader, sqlite_driver
from registrar.errors import Busy
from registrar.mail import beats, gate
from registrar.mail.rules import MailState
from registrar.ops import application_checks, invariants, mail_checks, mail_dns, review_checks
from registrar.ops.findings import FAULT, Finding, expect, fail, ok, warn
from registrar.ops.mail_dns import Dns
from registrar.people.models import Person
from registrar.settings import Environment, Settings

SAFE_SQLITE = (3, 51, 3)
"""Before it a reset of the write-ahead log could corrupt the file."""


def examine(db: DbSession, settings: Settings, now: datetime, dns: Dns | None = None) -> Iterator[Finding]:
    """Yield what every check finds; those that need the database are left out if it does not answer."""
    yield from versions()
    yield from configuration(settings)
    yield from texts_and_zones()
    yield from mail_checks.settings_for_mail(settings)
    yield from mail_dns.examine(settings, dns)
    answers = database()
    yield answers
    if answers.remedy:
        return
    of_calls = application_checks.applications, review_checks.reviews, review_checks.offers
    for check in (schema, worker, outbox, data, *of_calls):
        yield from check(db, settings, now)


def versions() -> Iterator[Finding]:
    """Check what Registrar runs on."""
    yield ok(f"Registrar {version('registrar')} on Python {platform.python_version()}")
    if alchemy.engine.dialect.name != "sqlite":
        return
    driver = sqlite_driver()
    told = f"SQLite {driver.sqlite_version}"
    if driver.sqlite_version_info >= SAFE_SQLITE:
        yield ok(told)
    else:
        wanted = ".".join(map(str, SAFE_SQLITE))
        yield warn(f"{told} can lose data when its log is reset.", f"Install pysqlite3 with SQLite {wanted} or newer.")


def configuration(settings: Settings) -> Iterator[Finding]:
    """Check the settings that load but may still be wrong."""
    public = settings.environment is Environment.PRODUCTION
    yield ok(f"Settings for {settings.environment}, public address {settings.base_url}")
    if public and settings.demo:
        yield fail("Demonstration mode shows everybody's mail.", "Set REGISTRAR_DEMO=false.")
    if settings.smtp_url:
        yield ok("Mail goes to a mail server")
    elif public:
        yield warn("No mail leaves this machine.", "Set REGISTRAR_SMTP_URL, else mail stays in the local outbox.")
    else:
        yield ok("Mail stays in the local outbox (/outbox); REGISTRAR_SMTP_URL sends it for real")
    if min(map(len, settings.secret_keys)) < 32:
        yield fail("A secret key is short.", "Make one with `openssl rand -hex 32` and set REGISTRAR_SECRET_KEYS.")


def texts_and_zones() -> Iterator[Finding]:
    """Check the time zones and the French texts."""
    try:
        ZoneInfo("Europe/Paris")
        yield ok(f"Time zones of {version('tzdata')}")
    except ZoneInfoNotFoundError:
        yield fail("There are no time zones.", "Install the Python package tzdata.")
    if (Path(current_app.root_path) / "translations/fr/LC_MESSAGES/messages.mo").is_file():
        yield ok("French texts")
    else:
        yield warn("French pages would be in English.", "Run `make translations`, which compiles the catalogue.")


def database() -> Finding:
    """Check that the database answers."""
    engine = reader(alchemy.engine)
    try:
        with engine.connect() as connection:
            number = ".".join(map(str, connection.dialect.server_version_info or ()))
    except (SQLAlchemyError, Busy) as error:
        reason = type(getattr(error, "orig", error)).__name__
        return fail(f"The database does not answer ({reason}).", "Start it, and check REGISTRAR_DATABASE_URL.")
    return ok(f"The database answers ({engine.dialect.name} {number})")


def schema(_db: DbSession, _settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Check that the database has the tables of this version."""
    engine = reader(alchemy.engine)
    current, head = migrations.current(engine), migrations.head()
    if current != head:
        yield fail(f"The database is at migration {current or 'none'}, not {head}.", "`registrar run` migrates it.")
    elif differences := migrations.differences(engine):
        yield fail(f"The tables differ from the models in {len(differences)} places.", "Restore a backup, or ask us.")
    else:
        yield ok(f"Schema at migration {head}, equal to the models")


def worker(db: DbSession, _settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check that mail is being delivered."""
    seen = beats.last_seen_at(db)
    remedy = "Start `registrar worker`, or `registrar run`, which starts everything."
    if seen is None:
        yield warn("No worker has been seen yet; mail waits.", remedy)
    elif now - seen >= beats.SILENT_AFTER:
        yield warn(f"No worker has been seen since {seen:%Y-%m-%d %H:%M} UTC; mail waits.", remedy)
    else:
        yield ok(f"A worker was seen {int((now - seen).total_seconds())} seconds ago")


def outbox(db: DbSession, _settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check what became of the mail."""
    for state, words in ((MailState.IN_DOUBT, "in doubt"), (MailState.FAILED, "failed")):
        count = invariants.in_state(db, state)
        if count:
            yield warn(f"{count} mails {words}", f"See /console/mail?state={state}; they can be sent again there.")
    late, oldest = invariants.overdue(db, now)
    if late and gate.is_closed(db, gate.EVERYTHING):
        yield warn(f"{late} mails wait because all mail is paused.", "See /console/mail/gates.")
    elif late:
        yield fail(f"{late} mails should have left, the oldest at {oldest:%Y-%m-%d %H:%M} UTC.", "Start a worker.")
    else:
        yield ok("No mail is late")
    stuck = invariants.never_settled(db, now)
    yield expect(stuck, "Every mail came to an end", "{n} mails never came to an end.", "Start a worker; tell us.")
    yield from mail_checks.state_of_mail(db, now)
    silent = invariants.ended_without_a_reason(db)
    yield expect(silent, "Every unsent mail says why", "{n} unsent mails do not say why.", FAULT)


def data(db: DbSession, _settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check what must be true of the stored data."""
    yield expect(invariants.oversold(db), "No session is oversold", "{n} sessions are oversold.", FAULT)
    yield expect(
        invariants.doubled_places_in_line(db),
        "Waiting lists are in order",
        "{n} places in waiting lists are held twice.",
        FAULT,
    )
    yield expect(
        invariants.waiting_beside_a_free_place(db, now),
        "Nobody waits beside a free place",
        "In {n} sessions somebody waits although a place is free.",
        "Start a worker: it makes the offers.",
    )
    yield (
        ok("The audit trail cannot be altered")
        if invariants.audit_is_append_only(db)
        else fail("The audit trail can be altered.", "Its triggers are gone: restore them from migration 0007.")
    )
    yield _known_zones(db)


def _known_zones(db: DbSession) -> Finding:
    unknown = 0
    for zone in db.scalars(select(Person.timezone).distinct()):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            unknown += 1
    remedy = "Update the Python package tzdata."
    return expect(unknown, "Every person's time zone is known", "{n} time zones of people are unknown.", remedy)
