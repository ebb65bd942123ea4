"""What is decided about one claimed mail before it leaves, and what is written when an attempt has ended."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, select

from registrar.db import DbSession
from registrar.mail import acceptances, claims, gate
from registrar.mail.acceptances import Acceptance
from registrar.mail.addresses import BadAddress
from registrar.mail.claims import Owner
from registrar.mail.domains import group_of
from registrar.mail.freezing import Keys
from registrar.mail.kinds import Composed, Draft, NotNeeded, compose, compose_all
from registrar.mail.locks import lock
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rendering import Written, write
from registrar.mail.rules import (
    CONSUMES_NO_ATTEMPT,
    GateReason,
    Lane,
    MailState,
    Outcome,
    OutcomeKind,
    Reason,
    SuppressionReason,
    retry_delay,
)
from registrar.mail.suppression import is_suppressed, suppress, suppressed_among

log = structlog.get_logger()

WORKER = "worker"
POLICY_WAIT = timedelta(minutes=5)
HOST_WAIT = timedelta(minutes=1)
MOST_FAULTS = 3
VOID = frozenset(
    {
        Reason.WITHDRAWN,
        Reason.SESSION_CANCELLED,
        Reason.RESCHEDULED,
        Reason.ERASED,
        Reason.SWITCHED_OFF,
        Reason.TAKEN_BACK,
    }
)
"""Reasons that end a mail because its fact is no more or an organiser said so; for the others it is skipped."""
FINDS_ITS_OWN_WAY = frozenset({"weekly.confirm"})
"""Kinds whose composer itself decides about suppressed addresses."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter that may leave now."""

    mail_id: int
    lane: int
    campaign_id: int | None
    is_back: bool
    """Whether it has been given a moment of its own before, because a rate or the server let it wait."""
    letter: Written

    @property
    def content_hash(self) -> str:
        return sha256(self.letter.data).hexdigest()

    @property
    def domain_group(self) -> str:
        return group_of(self.letter.to_address)


Answer = Prepared | Exception
"""A letter that may leave, `NotNeeded`, `BadAddress`, or the fault of the program that kept it from being written."""


def prepare(db: DbSession, mail: OutboxMail, *, now: datetime) -> Prepared:
    """Check the mail against the world as it is now and write it, or raise `NotNeeded` or `BadAddress`."""
    if now >= mail.expires_at:
        raise NotNeeded(Reason.EXPIRED)
    draft = compose(db, mail, now)
    if mail.kind not in FINDS_ITS_OWN_WAY and is_suppressed(db, draft.to_address):
        raise NotNeeded(Reason.SUPPRESSED)
    return _prepared(draft, mail, now, Keys())


def prepare_all(db: DbSession, mails: Sequence[OutboxMail], *, now: datetime) -> dict[int, Answer]:
    """Do as `prepare` for many mails with a few queries; only faults are answered where one may have harmed others.

    A composer that breaks a query breaks the whole transaction on PostgreSQL, so that the others are to be asked again.
    """
    expired = {mail.id: NotNeeded(Reason.EXPIRED) for mail in mails if now >= mail.expires_at}
    composed = compose_all(db, [mail for mail in mails if mail.id not in expired], now)
    faults = {number: answer for number, answer in composed.items() if _is_fault(answer)}
    if faults:
        return dict(faults)  # type: ignore[arg-type]  # mypy does not see that a fault is an exception
    to = {mail.id: answer.to_address for mail in mails if isinstance(answer := composed.get(mail.id), Draft)}
    theirs = {mail.id for mail in mails if mail.kind in FINDS_ITS_OWN_WAY}
    suppressed = suppressed_among(db, {address for number, address in to.items() if number not in theirs})
    answers: dict[int, Answer] = dict(expired)
    keys = Keys()
    for mail in mails:
        if mail.id not in expired:
            is_suppressed = mail.id not in theirs and to.get(mail.id) in suppressed
            answers[mail.id] = (
                NotNeeded(Reason.SUPPRESSED) if is_suppressed else _answer(composed[mail.id], mail, now, keys)
            )
    return answers


def _is_fault(answer: Composed) -> bool:
    return isinstance(answer, Exception) and not isinstance(answer, NotNeeded)


def _answer(composed: Composed, mail: OutboxMail, now: datetime, keys: Keys) -> Answer:
    if isinstance(composed, Exception):
        return composed
    try:
        return _prepared(composed, mail, now, keys)
    except Exception as error:  # noqa: BLE001 - whatever one mail does, the others leave
        return error


def _prepared(draft: Draft, mail: OutboxMail, now: datetime, keys: Keys) -> Prepared:
    return Prepared(mail.id, mail.lane, mail.campaign_id, mail.next_at > mail.due_at, write(draft, mail, now, keys))


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
    group = prepared.domain_group
    said = (outcome.kind, outcome.code, outcome.text)
    claims.add_attempt(db, prepared.mail_id, owner.name, *said, now=now, domain_group=group)
    mail = db.get_one(OutboxMail, prepared.mail_id)
    held = claims.settle(db, owner, mail.id, _values(db, mail, prepared, outcome, now))
    if _is_about_a_campaign(prepared, outcome):
        _pause_campaign(db, owner, prepared, outcome, now)
    if not held and outcome.kind is OutcomeKind.ACCEPTED:
        claims.settle_late_acceptance(db, mail.id, now=now, content_hash=prepared.content_hash)
    if outcome.suppress:
        address, said_by = prepared.letter.to_address, prepared.mail_id
        suppress(db, address, SuppressionReason.BOUNCE, now=now, detail=outcome.text, outbox_id=said_by)


def conclude_all(db: DbSession, owner: Owner, ended: Sequence[tuple[Prepared, Outcome]], *, now: datetime) -> None:
    """Write what the mail server said about several mails; the acceptances, which are many, in few statements."""
    accepted = [each for each in ended if each[1].kind is OutcomeKind.ACCEPTED]
    if len(accepted) < len(ended):
        lock(db, OutboxMail.id.in_([prepared.mail_id for prepared, _ in ended]))
    acceptances.settle(db, owner, [_acceptance(*each) for each in accepted], now=now)
    for prepared, outcome in ended:
        if outcome.kind is not OutcomeKind.ACCEPTED:
            conclude(db, owner, prepared, outcome, now=now)


def _acceptance(prepared: Prepared, outcome: Outcome) -> Acceptance:
    return Acceptance(prepared.mail_id, prepared.content_hash, prepared.domain_group, outcome.code, outcome.text)


def _is_about_a_campaign(prepared: Prepared, outcome: Outcome) -> bool:
    """Whether the server refused what a campaign says, so that it would refuse it to everybody."""
    refused = outcome.kind is OutcomeKind.REJECTED_CONTENT
    return refused and prepared.lane == Lane.CAMPAIGN and prepared.campaign_id is not None


def _pause_campaign(db: DbSession, owner: Owner, prepared: Prepared, outcome: Outcome, now: datetime) -> None:
    scope = gate.campaign_scope(prepared.campaign_id or 0)
    gate.close(db, scope, GateReason.CONTENT, by=WORKER, now=now, detail=f"{outcome.code} {outcome.text}")
    log.warning("mail.campaign_paused", campaign=prepared.campaign_id, worker=owner.name)


def _values(db: DbSession, mail: OutboxMail, prepared: Prepared, outcome: Outcome, now: datetime) -> dict[str, Any]:
    attempts = mail.attempts + (outcome.kind not in CONSUMES_NO_ATTEMPT)
    values: dict[str, Any] = {"attempts": attempts, "content_hash": prepared.content_hash}
    detail = f"{outcome.code} {outcome.text}" if outcome.code else outcome.text
    if _is_about_a_campaign(prepared, outcome):
        return values | {"state": MailState.DEFERRED, "detail": detail, "next_at": min(now, mail.expires_at)}
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
