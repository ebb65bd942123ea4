"""`registrar mail test` and `registrar mail retention`: try the mail server, and see to the length of the mail log."""

import sys
from collections.abc import Iterator
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from registrar.clock import now
from registrar.db import db, read_only
from registrar.mail import local, retention
from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.kinds import Draft
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue, message_id
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
    if settings.smtp_url is None:
        yield _keep(settings, address, at)
        return
    unsaved = OutboxMail(id=0, key=_key(at), kind=KIND, context={}, due_at=at, message_id=message_id(_key(at)))
    # No row has the number 0: if this mail comes back, nobody else's mail is taken for it.
    yield from converse(parse_smtp_url(settings.smtp_url), write(_draft(settings, address), unsaved, at))


def _keep(settings: Settings, address: str, at: datetime) -> Finding:
    """Put the mail into the local outbox, with a row as every letter has one."""
    enqueue(db, NewMail(key=_key(at), kind=KIND), now=at)
    mail = db.scalars(select(OutboxMail).where(OutboxMail.key == _key(at))).one()
    local.keep(db, mail.id, write(_draft(settings, address), mail, at), now=at)
    mail.state, mail.finished_at = MailState.SENT, at
    db.commit()
    return ok(f"Kept in the local outbox, since no mail server is set: {settings.base_url}/outbox")


def _key(at: datetime) -> str:
    return f"trial:{at.isoformat()}"


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
        click.echo("Nothing was removed.")
        return
    removed = 0
    while count := retention.remove(db, ends, CHUNK):
        db.commit()
        removed += count
    click.echo(f"{removed} mails removed.")
