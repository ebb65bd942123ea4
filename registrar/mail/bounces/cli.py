"""The commands that take in what came back: one report from a pipe, or what waits in a mailbox."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from registrar import clock
from registrar.errors import Busy
from registrar.mail.bounces.imap import FAULTS
from registrar.mail.bounces.parsing import MOST_BYTES
from registrar.mail.bounces.worker import collect, sources, take_one

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the report and pipes it again."""
CHUNK = 65_536


@click.command()
@click.option("--recipient", help="The address that the report came to, as the mail server knows it.")
@with_appcontext
def bounce(recipient: str | None) -> None:
    """Take in one report from standard input: `registrar mail bounce < message`.

    Says nothing and ends with 0 once the report is stored; with 75 (try again later) if it cannot be stored now.
    """
    raw = _standard_input()
    if not raw.strip():
        raise click.UsageError("Nothing came in: pipe the message to this command.")
    try:
        take_one(raw, "pipe", clock.now(), recipient)
    except (SQLAlchemyError, Busy, OSError) as error:
        click.echo(f"The report could not be stored ({type(error).__name__}); it may be sent again.", err=True)
        sys.exit(TRY_AGAIN)


def _standard_input() -> bytes:
    """Read as much as matters, and the rest away, so that the mail server's pipe does not break."""
    stream = sys.stdin.buffer
    raw = stream.read(MOST_BYTES)
    while stream.read(CHUNK):
        pass
    return raw


@click.command()
@with_appcontext
def bounces() -> None:
    """Read the Maildir and the IMAP mailbox of reports once (the worker does so every minute)."""
    places = sources(current_app.extensions["registrar.settings"])
    if not places:
        raise click.ClickException("Neither bounce_maildir nor bounce_imap_url is set.")
    try:
        taken = sum(collect(opened(), clock.now()) for opened in places)
    except FAULTS as error:
        raise click.ClickException(f"The mailbox could not be read ({type(error).__name__}: {error}).") from error
    click.echo(f"{taken} taken.")
