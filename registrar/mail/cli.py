"""The commands about mail: the worker that delivers it, and the gates that hold it back."""

import signal
from datetime import UTC, datetime, timedelta
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from registrar import clock
from registrar.audit import operations as audit
from registrar.db import db
from registrar.mail import beats, gate
from registrar.mail.bounces.cli import bounce, bounces
from registrar.mail.bounces.worker import collecting, look
from registrar.mail.claims import LEASE, new_owner
from registrar.mail.machines import Machine
from registrar.mail.rules import GateReason
from registrar.mail.shelf import shelf
from registrar.mail.worker import Worker, worker_for
from registrar.settings import Environment, Settings, SettingsError


class MomentType(click.ParamType[datetime]):
    """A moment in ISO 8601; UTC where no offset is given."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("Write a moment like 2027-01-13T17:00:00+01:00.", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is due any more.")
@click.option(
    "--now", "at", type=MomentType(), help="Work as if it were this moment (with --once; never in production)."
)
@click.option(
    "--lease",
    type=click.FloatRange(1, 3600),
    default=LEASE.total_seconds(),
    show_default=True,
    help="Seconds after which others take over from a worker that is gone.",
)
@with_appcontext
def worker(once: bool, at: datetime | None, lease: float) -> None:
    """Plan reminders and deliver mail; several workers may run at once."""
    settings: Settings = current_app.extensions["registrar.settings"]
    if at and settings.environment is Environment.PRODUCTION:
        raise click.UsageError("--now is refused in production: it would send mail at the wrong time.")
    if at and not once:
        raise click.UsageError("--now needs --once.")
    check_signing_key()
    it = worker_for(settings, new_owner(timedelta(seconds=lease)))
    if once:
        _stop_on_signals(it)
        look()
        click.echo(f"{it.run_once(at or clock.now())} done.")
    else:
        work_until_stopped(it)


def check_signing_key() -> None:
    """Stop the start if mails are to be signed with a key that cannot be used."""
    try:
        _ = shelf().signer
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def work_until_stopped(it: Worker) -> None:
    """Work until SIGTERM or SIGINT; the mail in hand is finished, the rest given back."""
    _stop_on_signals(it)
    with collecting():
        it.run()


def _stop_on_signals(it: Worker) -> None:
    """Finish the message in hand, give back the rest, then end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        it.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


mail = click.Group("mail", help="Look after the mail.", commands=[bounce, bounces])
SCOPE = click.option(
    "--scope", default=gate.EVERYTHING, show_default=True, help="all, kind:<kind> or campaign:<number>."
)


@mail.command("open")
@SCOPE
@with_appcontext
def open_gate(scope: str) -> None:
    """Let mail leave again; with `all`, also admit this machine to send for this database."""
    settings: Settings = current_app.extensions["registrar.settings"]
    now = clock.now()
    if scope == gate.EVERYTHING:
        _admit_this_machine(settings, now)
    if found := gate.find(db, scope):
        audit.record(db, "command", "mail.open", found, now=now, scope=scope, reason=found.reason)
        gate.reopen(db, scope)
    db.commit()
    click.echo("Mail leaves again." if found else "It was open.")


def _admit_this_machine(settings: Settings, now: datetime) -> None:
    try:
        Machine(settings.data_dir).admit(now)
    except BlockingIOError:
        raise click.ClickException(
            "A worker that stands still keeps the machine's file. End it and try again."
        ) from None


@mail.command("close")
@SCOPE
@with_appcontext
def close_gate(scope: str) -> None:
    """Hold mail back until it is opened again."""
    now = clock.now()
    closed = gate.close(db, scope, GateReason.PAUSED, by="command", now=now)
    if closed and (found := gate.find(db, scope)):
        audit.record(db, "command", "mail.close", found, now=now, scope=scope)
    db.commit()
    click.echo("Nothing of this leaves now." if closed else "It was closed already.")


@mail.command()
@with_appcontext
def status() -> None:
    """Say what is held back, and when a worker was last seen."""
    for closed in gate.closed(db):
        until = f", opens {closed.opens_at:%Y-%m-%d %H:%M} UTC" if closed.opens_at else ""
        click.echo(f"{closed.scope} is closed ({closed.reason}){until}. {closed.detail}".rstrip())
    seen = beats.last_seen_at(db)
    click.echo(f"A worker was last seen at {seen:%Y-%m-%d %H:%M:%S} UTC." if seen else "No worker has been seen.")
