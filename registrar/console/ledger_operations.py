"""Send a mail again on purpose, and settle by hand what is in doubt."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, update

from registrar.accounts.models import Staff
from registrar.audit import operations as audit
from registrar.console.rules import Settlement
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import USEFUL, NewMail, enqueue
from registrar.mail.rules import Lane, MailState, Reason

BY_HAND = "Noted by hand."
COPIED = (
    "kind", "person_id", "staff_id", "sign_up_id", "registration_id", "session_id", "rule_id", "campaign_id",
    "letter_version_id", "topic", "revision", "context", "application_id", "invitation_id",
)  # fmt: skip


def send_again(db: DbSession, mail: OutboxMail, *, by: str, now: datetime) -> None:
    """Queue a copy of a mail that failed, once; the first row stays as it is."""
    if mail.state is not MailState.FAILED:
        raise Refusal(N_("Only a mail that failed can be sent again."))
    same = {name: getattr(mail, name) for name in COPIED}
    again = NewMail(
        key=f"{mail.key}:again-{mail.id}",
        lane=Lane(mail.lane),
        expires_at=mail.expires_at if mail.expires_at > now else None,
        **same,
    )
    if not enqueue(db, again, now=now):
        raise Refusal(N_("This mail was already sent again. See the newer one."))
    audit.record(db, by, "mail.send_again", mail, now=now)


def settle(db: DbSession, mail: OutboxMail, how: Settlement, *, by: str, now: datetime) -> None:
    """End the doubt about one mail: it arrived, it did not, or the same mail is sent again."""
    if not _settle(db, how, [OutboxMail.id == mail.id], now):
        raise Conflict(N_("This mail is not in doubt any more."))
    audit.record(db, by, "mail.settle", mail, now=now, how=how)


def settle_all(
    db: DbSession, conditions: list[ColumnElement[bool]], how: Settlement, *, by: Staff, now: datetime
) -> int:
    """End the doubt about every mail that fulfils the conditions; return how many there were."""
    settled = _settle(db, how, conditions, now)
    if settled:
        audit.record(db, f"staff:{by.id}", "mail.settle_all", by, now=now, how=how, count=settled)
    return settled


def _settle(db: DbSession, how: Settlement, conditions: list[ColumnElement[bool]], now: datetime) -> int:
    doubtful = (OutboxMail.state == MailState.IN_DOUBT, OutboxMail.claimed_by.is_(None))
    statement = update(OutboxMail).where(*doubtful, *conditions).values(_values(how, now))
    return cast(CursorResult[Any], db.execute(statement, execution_options={"synchronize_session": False})).rowcount


def _values(how: Settlement, now: datetime) -> dict[str, Any]:
    """Return what the row says then; sent again, it keeps its Message-ID, which mail programs show once."""
    if how is Settlement.ARRIVED:
        return {"state": MailState.SENT, "reason": None, "finished_at": now, "detail": BY_HAND}
    if how is Settlement.LOST:
        return {"state": MailState.FAILED, "reason": Reason.EXPIRED, "finished_at": now, "detail": BY_HAND}
    still_useful = case((OutboxMail.expires_at > now, OutboxMail.expires_at), else_=now + USEFUL)
    queued = {"state": MailState.QUEUED, "reason": None, "finished_at": None}
    return {**queued, "next_at": now, "expires_at": still_useful}
