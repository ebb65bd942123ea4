"""What is decided about one claimed mail before it leaves, and what is written when an attempt has ended."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func, select

from registrar.db import DbSession
from registrar.mail import claims
from registrar.mail.addresses import BadAddress
from registrar.mail.claims import Owner
from registrar.mail.kinds import NotNeeded, compose
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rendering import Written, write
from registrar.mail.rules import (
    CONSUMES_NO_ATTEMPT,
    MailState,
    Outcome,
    OutcomeKind,
    Reason,
    SuppressionReason,
    retry_delay,
)
from registrar.mail.suppression import is_suppressed, suppress

POLICY_WAIT = timedelta(minutes=5)
HOST_WAIT = timedelta(minutes=1)
MOST_FAULTS = 3
VOID = frozenset({Reason.WITHDRAWN, Reason.SESSION_CANCELLED, Reason.RESCHEDULED, Reason.ERASED})
"""Reasons that end a mail because its fact is no more; for the others it is skipped."""
FINDS_ITS_OWN_WAY = frozenset({"weekly.confirm"})
"""Kinds whose composer itself decides about suppressed addresses."""


@dataclass(frozen=True)
class Prepared:
    """A letter that may leave now."""

    mail_id: int
    letter: Written

    @property
    def content_hash(self) -> str:
        return sha256(self.letter.data).hexdigest()


def prepare(db: DbSession, mail: OutboxMail, *, now: datetime) -> Prepared:
    """Check the mail against the world as it is now and write it, or raise `NotNeeded` or `BadAddress`."""
    if now >= mail.expires_at:
        raise NotNeeded(Reason.EXPIRED)
    draft = compose(db, mail, now)
    if mail.kind not in FINDS_ITS_OWN_WAY and is_suppressed(db, draft.to_address):
        raise NotNeeded(Reason.SUPPRESSED)
    return Prepared(mail.id, write(draft, mail, now))


def end_unsent(db: DbSession, owner: Owner, mail: OutboxMail, *, reason: Reason, now: datetime) -> None:
    """End a mail that must not leave; one that may have arrived before stays in doubt, with the reason."""
    state = MailState.IN_DOUBT if claims.is_doubtful(db, mail.id) else _state_unsent(reason, mail.attempts)
    claims.settle(db, owner, mail.id, claims.ending(state, reason, now=now, detail=mail.detail))


def _state_unsent(reason: Reason, attempts: int) -> MailState:
    if reason is Reason.EXPIRED and attempts:
        return MailState.FAILED
    return MailState.CANCELLED if reason in VOID else MailState.SKIPPED


def end_bad_address(db: DbSession, owner: Owner, mail: OutboxMail, *, error: BadAddress, now: datetime) -> None:
    """End a mail to what can be no address."""
    claims.add_attempt(db, mail.id, owner.name, OutcomeKind.REJECTED_RECIPIENT, None, str(error), now=now)
    claims.settle(db, owner, mail.id, claims.ending(MailState.FAILED, Reason.SMTP, now=now, detail=str(error)))


def end_fault(db: DbSession, owner: Owner, mail: OutboxMail, *, error: Exception, now: datetime) -> None:
    """Note that the program failed at this mail; after three times in the same way it is given up.

    One that may have left is let alone: its claim ends as in doubt.
    """
    if mail.marked_at is not None:
        return
    detail = f"{type(error).__name__} while it was being prepared."
    claims.add_attempt(db, mail.id, owner.name, OutcomeKind.DEFERRED, None, detail, now=now)
    faults = _count(db, mail.id, MailAttempt.text == detail)
    if faults >= MOST_FAULTS:
        values = claims.ending(MailState.FAILED, Reason.FAULT, now=now)
    else:
        values = {"state": MailState.DEFERRED, "next_at": now + retry_delay(faults, random.random())}  # noqa: S311
    claims.settle(db, owner, mail.id, {**values, "attempts": mail.attempts + 1, "detail": detail})


def conclude(db: DbSession, owner: Owner, prepared: Prepared, outcome: Outcome, *, now: datetime) -> None:
    """Write what the mail server said; if the claim was lost meanwhile, the attempt is recorded all the same."""
    claims.add_attempt(db, prepared.mail_id, owner.name, outcome.kind, outcome.code, outcome.text, now=now)
    mail = db.get_one(OutboxMail, prepared.mail_id)
    held = claims.settle(db, owner, mail.id, _values(db, mail, prepared, outcome, now))
    if not held and outcome.kind is OutcomeKind.ACCEPTED:
        claims.settle_late_acceptance(db, mail.id, now=now, content_hash=prepared.content_hash)
    if outcome.suppress:
        suppress(db, prepared.letter.to_address, SuppressionReason.BOUNCE, now=now)


def _values(db: DbSession, mail: OutboxMail, prepared: Prepared, outcome: Outcome, now: datetime) -> dict[str, Any]:
    attempts = mail.attempts + (outcome.kind not in CONSUMES_NO_ATTEMPT)
    values: dict[str, Any] = {"attempts": attempts, "content_hash": prepared.content_hash}
    detail = f"{outcome.code} {outcome.text}" if outcome.code else outcome.text
    match outcome.kind:
        case OutcomeKind.ACCEPTED:
            return values | claims.ending(MailState.SENT, None, now=now, detail=detail)
        case OutcomeKind.REJECTED_RECIPIENT | OutcomeKind.REJECTED_CONTENT:
            return values | claims.ending(MailState.FAILED, Reason.SMTP, now=now, detail=detail)
        case OutcomeKind.IN_DOUBT:
            state = MailState.IN_DOUBT
        case OutcomeKind.HOST_DEFERRED | OutcomeKind.REJECTED_POLICY:
            state = MailState.QUEUED
        case _:
            state = MailState.DEFERRED
    next_at = _next_at(mail, outcome.kind, _count(db, mail.id), now)
    return values | {"state": state, "detail": detail, "next_at": next_at}


def _next_at(mail: OutboxMail, kind: OutcomeKind, tries: int, now: datetime) -> datetime:
    """Wait longer after each try; never beyond the end of the mail, where it is told as expired."""
    if kind is OutcomeKind.HOST_DEFERRED:
        return min(now + HOST_WAIT, mail.expires_at)
    delay = retry_delay(tries, random.random(), kind)  # noqa: S311 - it spreads retries and keeps no secret
    return min(now + (max(delay, POLICY_WAIT) if kind is OutcomeKind.REJECTED_POLICY else delay), mail.expires_at)


def _count(db: DbSession, mail_id: int, *conditions: ColumnElement[bool]) -> int:
    attempts = select(func.count()).select_from(MailAttempt)
    return db.scalar(attempts.where(MailAttempt.outbox_id == mail_id, *conditions)) or 0
