"""Pause mail and let it go again, by hand."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail import gate
from registrar.mail.models import MailGate
from registrar.mail.rules import GateReason


def pause(db: DbSession, scope: str, why: str, *, by: str, now: datetime) -> None:
    """Let nothing of this scope leave until somebody resumes it."""
    if not gate.close(db, scope, GateReason.PAUSED, by=by, now=now, detail=why):
        raise Conflict(N_("This is paused already."))
    closed = db.scalars(select(MailGate).where(MailGate.scope == scope)).one()
    audit.record(db, by, "mail.pause", closed, now=now, scope=scope)


def resume(db: DbSession, closed: MailGate, *, by: str, now: datetime) -> None:
    """Let mail of this scope leave again; a copy of a database is opened only on the machine that may send."""
    if closed.reason is GateReason.COPY:
        raise Refusal(N_("Open it on the machine that may send, by “registrar mail open”."))
    audit.record(db, by, "mail.resume", closed, now=now, scope=closed.scope, reason=closed.reason)
    gate.reopen(db, closed.scope)
