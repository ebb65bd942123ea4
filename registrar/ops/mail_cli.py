"""`registrar mail test` and `registrar mail retention`: try the mail server, and see to the length of the mail log."""

import sys
from collections.abc import Iterator
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from registrar.clock import now
from registrar.db import DbSession, db, read_only
from registrar.mail import local, retention
from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.kinds import Draft
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rendering import write
from registrar.mail.rules import MailState
from registrar.mail.smtp_url import parse_smtp_url
from registrar.ops.findings import Finding, fail, ok
from registrar.ops.mail_trial import converse, is_accepted
from registrar.settings import Settings

KIND = "ops.trial"
CHUNK = 2000


@click.command("test")
@click.argument("address")
@with_appcontext
def test(address: str) -> None:
    """Send one real mail to ADDRESS now, and tell how the conversation went; exit with 1 if it was not accepted."""
    findings: list[Finding] = []
    for finding in _try(address, now()):
        findings.append(finding)
        click.echo(str(finding))
    sys.exit(0 if is_accepted(findings) else 1)


def _try(address: str, at: datetime) -> Iterator[Finding]:
    settings: Settings = current_app.extensions["registrar.settings"]
    try:
        wire_address(address)
    except BadAddress as error:
        yield fail(str(error), "Write an address like name@example.org.")
        return
    mail = _noted(db, at)
    letter = write(_draft(settings, address), mail, at)
    if settings.smtp_url is None:
        local.keep(db, mail.id, letter, now=at)
        mail.state, mail.finished_at = MailState.SENT, at
        db.commit()
        yield ok(f"Kept in the local outbox, since no mail server is set: {settings.base_url}/outbox")
        return
    db.rollback()  # the row was only needed to write the letter; no worker ever saw it
    yield from converse(parse_smtp_url(settings.smtp_url), letter)


def _noted(db: DbSession, at: datetime) -> OutboxMail:
    """Return a row for the letter, as every letter has one."""
    key = f"trial:{at.isoformat()}"
    enqueue(db, NewMail(key=key, kind=KIND), now=at)
    return db.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()


def _draft(settings: Settings, address: str) -> Draft:
    return Draft("", address, settings.default_locale, settings.default_timezone, "ops/trial")


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
def shorten(dry_run: bool) -> None:
    """Remove settled mails that are older than the mail log keeps them (REGISTRAR_MAIL_LOG_DAYS)."""
    settings: Settings = current_app.extensions["registrar.settings"]
    ends = retention.log_begins_at(settings, now())
    click.echo(f"The mail log is kept for {settings.mail_log_days} days: from {ends:%Y-%m-%d %H:%M} UTC on.")
    if dry_run:
        read_only(db)
        for kind, state, count in retention.outdated(db, ends):
            click.echo(f"{count:>9} {kind}, {state}")
        return
    removed = 0
    while count := retention.remove(db, ends, CHUNK):
        db.commit()
        removed += count
    click.echo(f"{removed} mails removed.")
