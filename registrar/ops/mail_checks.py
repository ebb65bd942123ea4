"""The doctor's checks of mail: settings that do not fit together, what is closed, in doubt or late."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy import func, select

from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport, MailGate
from registrar.mail.rules import GateReason, ReportState
from registrar.mail.smtp_url import BadSmtpUrl, Security, parse_smtp_url
from registrar.ops.findings import Finding, fail, ok, warn
from registrar.reminders.models import ReminderPlan
from registrar.reminders.rules import PlanState
from registrar.settings import Settings

PLAN_LATE = timedelta(minutes=10)
REMEDIES = {
    GateReason.PAUSED: "Resume it at /console/mail/gates when it may leave.",
    GateReason.COPY: "If this machine is the only one that sends with this data: `registrar mail open`.",
    GateReason.CLOCK: "Check the clock of the server, then resume at /console/mail/gates.",
    GateReason.CONTENT: "Change the letter, or cancel the mailing at /console/mail/campaigns.",
}


def settings_for_mail(settings: Settings) -> Iterator[Finding]:
    """Check the settings that belong together."""
    yield from _password(settings)
    yield from _reading(settings)
    if settings.dkim_key_file and not os.access(settings.dkim_key_file, os.R_OK):
        yield fail("The DKIM key cannot be read.", "Mend REGISTRAR_DKIM_KEY_FILE, or let the worker's user read it.")


def state_of_mail(db: DbSession, now: datetime) -> Iterator[Finding]:
    """Check what keeps mail from leaving, and what waits for a person."""
    closed = gate.closed(db)
    for each in closed:
        yield warn(f"Closed since {each.closed_at:%Y-%m-%d %H:%M} UTC: {_scope(each)}.", REMEDIES[each.reason])
    if not closed:
        yield ok("Nothing about mail is paused")
    reports = db.scalar(select(func.count()).where(BounceReport.state == ReportState.WAITING))
    if reports:
        yield warn(f"Mails that came back and wait for a person: {reports}.", "See /console/mail/reports.")
    yield _plans(db, now)


def _scope(closed: MailGate) -> str:
    return f"{'all mail' if closed.scope == gate.EVERYTHING else closed.scope} ({closed.reason})"


def _plans(db: DbSession, now: datetime) -> Finding:
    """Check that reminders are written when they are due."""
    late = select(func.count(), func.min(ReminderPlan.due_at)).where(
        ReminderPlan.state == PlanState.PLANNED, ReminderPlan.due_at < now - PLAN_LATE
    )
    count, oldest = db.execute(late).one()
    if count:
        return fail(f"Reminders that are late: {count}, the oldest due {oldest:%Y-%m-%d %H:%M} UTC.", "Start a worker.")
    return ok("No reminder is late")


def _password(settings: Settings) -> Iterator[Finding]:
    """Check that no password crosses a network in the clear."""
    if settings.smtp_url is None:
        return
    try:
        server = parse_smtp_url(settings.smtp_url)
    except BadSmtpUrl as error:
        yield fail(str(error), "Mend REGISTRAR_SMTP_URL.")
        return
    if server.security is Security.PLAIN and server.password and not is_here(server.host):
        yield fail(
            "The password of the mail server would cross the network in the clear.",
            "Write smtp+starttls:// or smtps:// in REGISTRAR_SMTP_URL.",
        )


def is_here(host: str) -> bool:
    """Tell whether a mail server is on this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _reading(settings: Settings) -> Iterator[Finding]:
    """Check that somebody reads what comes back."""
    folder = settings.bounce_maildir
    if settings.bounce_address is None:
        if settings.smtp_url:
            yield warn(
                "What comes back goes to the sender, and nobody reads it here.",
                "Set REGISTRAR_BOUNCE_ADDRESS and REGISTRAR_BOUNCE_MAILDIR or REGISTRAR_BOUNCE_IMAP_URL.",
            )
    elif folder is None and settings.bounce_imap_url is None:
        yield warn(
            "The bounce address is set, but no mailbox is read.",
            "Set REGISTRAR_BOUNCE_MAILDIR or REGISTRAR_BOUNCE_IMAP_URL, unless your server pipes it to "
            "`registrar mail bounce`.",
        )
    if folder is not None:
        yield _maildir(folder)


def _maildir(folder: Path) -> Finding:
    if all(os.access(folder / each, os.R_OK | os.W_OK | os.X_OK) for each in ("new", "cur")):
        return ok("The mailbox for bounces can be read")
    return fail("The mailbox for bounces cannot be read.", "Mend REGISTRAR_BOUNCE_MAILDIR: a Maildir with new and cur.")
