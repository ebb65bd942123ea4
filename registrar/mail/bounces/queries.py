"""What is known of reports: those that wait, the past ones, and how an address has fared."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import defer

from registrar.db import DbSession
from registrar.mail.bounces import rules
from registrar.mail.bounces.rules import Sent
from registrar.mail.claims import is_doubtful
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import MailState, ReportState

MOST_MAILS = 100
"""How far back an address is looked at, in mails."""


def waiting(db: DbSession) -> int:
    """Count the reports that a person must look at."""
    return db.scalar(select(func.count()).where(BounceReport.state == ReportState.WAITING)) or 0


def has_left(db: DbSession, mail: OutboxMail) -> bool:
    """Tell whether a mail has been handed over, or may have been."""
    under_way = mail.state is MailState.SENDING and mail.marked_at is not None
    return mail.state in {MailState.SENT, MailState.IN_DOUBT} or under_way or is_doubtful(db, mail.id)


def history(db: DbSession, mail: OutboxMail) -> Sequence[Sent]:
    """Return the newest mails to the same recipient, and which of them came back softly."""
    ended = OutboxMail.finished_at.is_not(None) & OutboxMail.state.in_([MailState.SENT, MailState.FAILED])
    statement = select(OutboxMail.id, OutboxMail.state, OutboxMail.finished_at).where(_same_recipient(mail), ended)
    mails = db.execute(statement.order_by(OutboxMail.finished_at.desc()).limit(MOST_MAILS)).all()
    of_these = BounceReport.outbox_id.in_([found.id for found in mails])
    reports = db.execute(select(BounceReport.outbox_id, BounceReport.verdict, BounceReport.status).where(of_these))
    soft = {outbox_id for outbox_id, verdict, status in reports if rules.counts(verdict, status)}
    # A mail that failed without coming back was refused at once: it says nothing about what was accepted.
    told = [found for found in mails if found.id in soft or found.state is MailState.SENT]
    return [Sent(found.finished_at or mail.created_at, found.id in soft) for found in told]


def _same_recipient(mail: OutboxMail) -> ColumnElement[bool]:
    for name in ("person_id", "staff_id", "sign_up_id", "invitation_id"):
        if (number := getattr(mail, name)) is not None:
            return getattr(OutboxMail, name) == number  # type: ignore[no-any-return]  # a column
    return OutboxMail.id == mail.id


def newest(db: DbSession, states: Sequence[ReportState], *, offset: int, limit: int) -> Sequence[BounceReport]:
    """Return reports in these states, the newest first, without their whole text."""
    statement = select(BounceReport).where(BounceReport.state.in_(states)).options(defer(BounceReport.raw))
    ordered = statement.order_by(BounceReport.received_at.desc(), BounceReport.id.desc())
    return db.scalars(ordered.offset(offset).limit(limit)).all()
