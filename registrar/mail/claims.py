"""Who works on which mail: claims with a lease, fenced by their owner, and what happens to claims whose lease ran out.

A claim is committed before any network. `leased_at` is the machine's time, also where `now` is a moment that somebody
wants to see: a worker that plays the future must not take the mail out of the hands of one that works in the present.
Rows that another transaction has locked are passed over, or waited for in the order of their numbers (`locks`), so that
workers and pages cannot deadlock over them.
"""

import json
import os
import secrets
import socket
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CursorResult,
    String,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import InstrumentedAttribute

from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.locks import lock
from registrar.mail.models import MailAttempt, MailGate, OutboxMail
from registrar.mail.rules import Lane, MailState, OutcomeKind, Reason

LEASE = timedelta(seconds=60)
BATCH = 20
LEFT_BEHIND = "The worker ended before the answer of the mail server was recorded."

# Written out, so that the planner sees that the partial index fits.
_WAITS = text("outbox.state IN ('queued', 'deferred')")
_FREE: dict[str, Any] = {"claimed_by": None, "lease_until": None}
_PLAIN = {"synchronize_session": False}


class LostClaim(Exception):  # noqa: N818 - it says what happened, and is no fault
    """Another worker has taken this mail over."""


@dataclass(frozen=True)
class Owner:
    """One worker: its name fences every change it makes."""

    name: str
    lease: timedelta = LEASE


def new_owner(lease: timedelta = LEASE) -> Owner:
    """Name this process so that no other one ever has the same name."""
    return Owner(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}", lease)


def claim(
    db: DbSession,
    owner: Owner,
    *,
    now: datetime,
    leased_at: datetime,
    limit: int = BATCH,
    lanes: Iterable[Lane] = tuple(Lane),
    in_hand: Collection[int] = (),
) -> list[int]:
    """Take up to `limit` mails that are due and may leave, the lowest lane first; return their ids in that order.

    What the worker still has in hand is not claimed again, though it may have lost the claim: the marker tells two
    workers apart, and not two copies of one mail in the hands of the same one. Each lane is asked on its own: the
    index then ends the search at those that are due, however many wait for later.
    """
    taken: list[int] = []
    closed = [found.scope for found in gate.closed(db)]
    allowed = [*_open(closed), *([OutboxMail.id.not_in(in_hand)] if in_hand else [])]
    for lane in lanes:
        if len(taken) < limit and gate.EVERYTHING not in closed:
            taken += _claim_lane(db, owner, lane, allowed, now, leased_at, limit - len(taken))
    return taken


def _claim_lane(
    db: DbSession, owner: Owner, lane: Lane, allowed: Sequence[Any], now: datetime, leased_at: datetime, limit: int
) -> list[int]:
    due = (
        select(OutboxMail.id)
        .where(_WAITS, OutboxMail.lane == int(lane), OutboxMail.next_at <= now, *allowed)
        .order_by(OutboxMail.lane, OutboxMail.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = db.execute(
        update(OutboxMail)
        .where(OutboxMail.id.in_(select(due.c.id)))
        .values(state=MailState.SENDING, claimed_by=owner.name, lease_until=leased_at + owner.lease, marked_at=None)
        .returning(OutboxMail.next_at, OutboxMail.id),
        execution_options=_PLAIN,
    )
    return [row.id for row in sorted(taken, key=lambda row: (row.next_at, row.id))]


def _open(closed: Sequence[str]) -> list[Any]:
    """Return the conditions that leave out what a closed gate holds back."""
    kinds = [scope.removeprefix(gate.KIND) for scope in closed if scope.startswith(gate.KIND)]
    campaigns = [int(scope.removeprefix(gate.CAMPAIGN)) for scope in closed if scope.startswith(gate.CAMPAIGN)]
    conditions: list[Any] = [OutboxMail.kind.not_in(kinds)] if kinds else []
    if campaigns:
        conditions.append(or_(OutboxMail.campaign_id.is_(None), OutboxMail.campaign_id.not_in(campaigns)))
    return conditions


def renew(db: DbSession, owner: Owner, *, leased_at: datetime) -> None:
    """Prolong the lease of everything this worker still holds."""
    held = select(OutboxMail.id).where(*_held(owner)).with_for_update(skip_locked=True).cte("held")
    _set(db, [OutboxMail.id.in_(select(held.c.id))], {"lease_until": leased_at + owner.lease})


def release(db: DbSession, owner: Owner, ids: Iterable[int]) -> None:
    """Put back what has been claimed and not been begun."""
    unbegun = [*_held(owner), OutboxMail.marked_at.is_(None), OutboxMail.id.in_(list(ids))]
    lock(db, *unbegun)
    _set(db, unbegun, {"state": MailState.QUEUED, **_FREE})


def postpone(db: DbSession, owner: Owner, moments: Iterable[tuple[int, datetime]]) -> None:
    """Put mails back until a moment of their own; it counts as no attempt."""
    for mail_id, next_at in sorted(moments):
        settle(db, owner, mail_id, {"state": MailState.QUEUED, "next_at": next_at})


def mark(db: DbSession, owner: Owner, mail_id: int, *, now: datetime) -> None:
    """Note that the mail may be accepted from here on, or raise `LostClaim`."""
    if not mark_all(db, owner, [mail_id], now=now):
        raise LostClaim


def mark_all(db: DbSession, owner: Owner, ids: Sequence[int], *, now: datetime) -> set[int]:
    """Note that these mails may be accepted from here on; return those of which it is true once this is committed.

    Not among them is what was cancelled or taken over meanwhile, and what a gate holds back that has just been closed.
    """
    if not ids:
        return set()
    dialect = db.get_bind().dialect.name
    given = json.dumps(ids) if dialect == "sqlite" else ids
    marked = db.connection().execute(_mark(dialect), {"ids": given, "owner": owner.name, "marked": now})
    return set(marked.scalars())


def settle(db: DbSession, owner: Owner, mail_id: int, values: dict[str, Any]) -> bool:
    """Write what became of a mail and let go of it; return False if somebody else has it now."""
    return _set(db, [*_held(owner), OutboxMail.id == mail_id], {**values, **_FREE}) == 1


def settle_late_acceptance(db: DbSession, mail_id: int, *, now: datetime, content_hash: str) -> None:
    """Note that a mail taken for lost was accepted after all, if nobody has begun to send it again."""
    waiting = OutboxMail.state.in_([MailState.IN_DOUBT, MailState.QUEUED, MailState.DEFERRED])
    sent = {"state": MailState.SENT, "reason": None, "finished_at": now, "content_hash": content_hash}
    _set(db, [OutboxMail.id == mail_id, OutboxMail.claimed_by.is_(None), waiting], sent)


def recover(db: DbSession, owner: Owner, *, now: datetime, leased_at: datetime, in_hand: Collection[int] = ()) -> int:
    """End the claims of workers that are gone: back in the queue, or in doubt where the final dot may have been sent.

    What this worker holds without having it in hand was left behind when the database failed it, and is ended too.
    """
    gone = or_(OutboxMail.lease_until < leased_at, OutboxMail.claimed_by == owner.name)
    found = select(OutboxMail).where(OutboxMail.state == MailState.SENDING, gone, OutboxMail.id.not_in(in_hand))
    left = db.scalars(found.with_for_update(skip_locked=True)).all()
    for mail in left:
        _recover_one(db, mail, now)
    db.flush()
    return len(left)


def _recover_one(db: DbSession, mail: OutboxMail, now: datetime) -> None:
    if mail.marked_at is None:
        mail.state = MailState.QUEUED
    else:
        mail.state, mail.next_at, mail.attempts = MailState.IN_DOUBT, now, mail.attempts + 1
        add_attempt(db, mail.id, mail.claimed_by or "", OutcomeKind.IN_DOUBT, None, LEFT_BEHIND, now=now)
    mail.claimed_by = mail.lease_until = None


def resend_doubtful(db: DbSession, *, now: datetime) -> int:
    """Queue the doubtful mails again, with the same Message-ID, except campaigns: those wait for a person."""
    doubtful = [
        OutboxMail.state == MailState.IN_DOUBT,
        OutboxMail.finished_at.is_(None),
        OutboxMail.lane < int(Lane.CAMPAIGN),
        OutboxMail.next_at <= now,
    ]
    lock(db, *doubtful)
    return _set(db, doubtful, {"state": MailState.QUEUED})


def is_doubtful(db: DbSession, mail_id: int) -> bool:
    """Tell whether an earlier attempt at this mail may have arrived."""
    attempts = select(MailAttempt.id).where(
        MailAttempt.outbox_id == mail_id, MailAttempt.outcome == OutcomeKind.IN_DOUBT
    )
    return db.scalar(attempts.limit(1)) is not None


def add_attempt(
    db: DbSession,
    mail_id: int,
    worker: str,
    outcome: OutcomeKind,
    code: int | None,
    text: str,
    *,
    now: datetime,
    domain_group: str | None = None,
) -> None:
    """Record one attempt."""
    what = {"worker": worker, "outcome": outcome, "code": code, "text": text, "domain_group": domain_group}
    db.add(MailAttempt(outbox_id=mail_id, ended_at=now, **what))


def ending(state: MailState, reason: Reason | None, *, now: datetime, detail: str = "") -> dict[str, Any]:
    """Return the values of a mail that is over."""
    return {"state": state, "reason": reason, "detail": detail, "finished_at": now}


def _held(owner: Owner) -> list[Any]:
    return [OutboxMail.claimed_by == owner.name, OutboxMail.state == MailState.SENDING]


def _set(db: DbSession, conditions: Sequence[Any], values: dict[str, Any]) -> int:
    columns: dict[InstrumentedAttribute[Any], Any] = {
        getattr(OutboxMail, name): value for name, value in values.items()
    }
    result = db.execute(update(OutboxMail).where(*conditions).values(columns), execution_options=_PLAIN)
    return cast(CursorResult[Any], result).rowcount


_OUTBOX = cast(Table, OutboxMail.__table__)
_GATE = cast(Table, MailGate.__table__)
_HELD_BACK = exists().where(
    or_(
        _GATE.c.scope == gate.EVERYTHING,
        _GATE.c.scope == literal(gate.KIND) + _OUTBOX.c.kind,
        _GATE.c.scope == literal(gate.CAMPAIGN) + sql_cast(_OUTBOX.c.campaign_id, String),
    )
)


@cache
def _mark(dialect: str) -> Any:
    """Return the statement, built once, that takes the numbers of the mails as one parameter."""
    held = select(_OUTBOX.c.id).where(_among(dialect), fence(), _OUTBOX.c.marked_at.is_(None), ~_HELD_BACK)
    to_mark = held.with_for_update(skip_locked=True, of=_OUTBOX, key_share=True).cte("to_mark")
    chosen = update(_OUTBOX).where(_OUTBOX.c.id.in_(select(to_mark.c.id)))
    return chosen.values(marked_at=bindparam("marked")).returning(_OUTBOX.c.id)


def fence() -> ColumnElement[bool]:
    """Return the condition that a mail is still held by its `owner`, a parameter.

    `||` keeps SQLite from going through all mails in this state instead of through the numbers that are given.
    """
    is_sending = type_coerce(_OUTBOX.c.state, Text).concat("") == MailState.SENDING.value
    return and_(_OUTBOX.c.claimed_by == bindparam("owner"), is_sending)


def _among(dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        return _OUTBOX.c.id.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))
    return _OUTBOX.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
