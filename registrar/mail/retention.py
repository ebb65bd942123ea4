"""How long the mail log is kept: settled mails go after a while, with their attempts; what waits or is in doubt stays.

A removed mail never comes back to life under its key: it goes only when its usefulness, too, is over for as long, and
nothing writes a mail whose usefulness is over (a late reminder ends with its plan).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Row, and_, delete, func, select

from registrar.db import DbSession
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import TERMINAL, MailState, ReportState
from registrar.settings import Settings

EXTENSION = "registrar.mail.retention"
CHUNK = 500
PAUSE = timedelta(hours=1)


def log_begins_at(settings: Settings, now: datetime) -> datetime:
    """Return from when on the log is kept."""
    return now - timedelta(days=settings.mail_log_days)


def shorten(db: DbSession, now: datetime) -> int:
    """Remove some old mails, if this worker has not looked for an hour; return how many went."""
    looked = current_app.extensions.setdefault(EXTENSION, {})
    if now < looked.get("next_at", now):
        return 0
    removed = remove(db, log_begins_at(current_app.extensions["registrar.settings"], now), CHUNK)
    if removed < CHUNK:
        looked["next_at"] = now + PAUSE
    return removed


JOBS = (shorten,)


def remove(db: DbSession, before: datetime, limit: int) -> int:
    """Remove up to `limit` mails that were settled before a moment; return how many."""
    ids = db.scalars(
        select(OutboxMail.id).where(_is_outdated(before)).limit(limit).with_for_update(skip_locked=True)
    ).all()
    if ids:
        db.execute(delete(OutboxMail).where(OutboxMail.id.in_(ids)), execution_options={"synchronize_session": False})
    return len(ids)


def outdated(db: DbSession, before: datetime) -> Sequence[Row[str, MailState, int]]:
    """Count by kind and state what would go."""
    counted = select(OutboxMail.kind, OutboxMail.state, func.count()).where(_is_outdated(before))
    return db.execute(
        counted.group_by(OutboxMail.kind, OutboxMail.state).order_by(OutboxMail.kind, OutboxMail.state)
    ).all()


def _is_outdated(before: datetime) -> ColumnElement[bool]:
    """Tell in SQL whether a mail is settled and was useful only before a moment, and nobody has to look at it."""
    waits = select(BounceReport.id).where(
        BounceReport.outbox_id == OutboxMail.id, BounceReport.state == ReportState.WAITING
    )
    return and_(
        OutboxMail.state.in_(TERMINAL), OutboxMail.finished_at < before, OutboxMail.expires_at < before, ~waits.exists()
    )
