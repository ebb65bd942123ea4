"""Put mails into the outbox and take them back, in the transaction of the fact that causes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, null, or_, select, true, update

from registrar.db import DbSession, insert_missing, insert_selected
from registrar.mail.locks import lock
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Lane, MailState, Reason

USEFUL = timedelta(days=3)
"""How long a mail is worth sending if nothing else is said."""
WAITING = (MailState.SCHEDULED, MailState.QUEUED, MailState.DEFERRED)


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """A mail to be: what it is about (`key`, never twice), who composes it (`kind`) and whom it concerns."""

    key: str
    kind: str
    lane: Lane = Lane.PERSONAL
    due_at: datetime | None = None
    """Now, if not given."""
    expires_at: datetime | None = None
    """Three days after it is due, if not given."""
    person_id: int | None = None
    staff_id: int | None = None
    sign_up_id: int | None = None
    registration_id: int | None = None
    session_id: int | None = None
    application_id: int | None = None
    invitation_id: int | None = None
    rule_id: int | None = None
    campaign_id: int | None = None
    letter_version_id: int | None = None
    topic: str | None = None
    revision: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


def enqueue(db: DbSession, *mails: NewMail, now: datetime) -> int:
    """Add these mails to the outbox, except those whose key is there already; return how many are new."""
    return insert_missing(db, OutboxMail, [_row(mail, now) for mail in mails])


def enqueue_selected(db: DbSession, chosen: Select[Any], mail: NewMail, *, now: datetime) -> int:
    """Add one mail like this one for each row of a query, except those whose key is there; return how many are new.

    The columns of the query (`key` among them) are what differs from mail to mail: `person_id`, `registration_id` …
    """
    of = chosen.subquery()
    table = OutboxMail.__table__
    same = {name: value for name, value in _row(mail, now).items() if name not in of.c and name != "message_id"}
    columns = [
        null().label(name) if value is None else literal(value, table.c[name].type).label(name)
        for name, value in same.items()
    ]
    ids = _random_id(db.get_bind().dialect.name).label("message_id")
    return insert_selected(db, OutboxMail, select(*of.c, *columns, ids).where(true()))


def cancel_waiting(db: DbSession, reason: Reason, *conditions: ColumnElement[bool], now: datetime) -> None:
    """End the matching mails whose final dot has not been begun; once this is committed none of them starts any more.

    A mail that a worker has in hand loses its claim, so that the marker before the final dot fails (see `claims.mark`).
    """
    in_hand = and_(OutboxMail.state == MailState.SENDING, OutboxMail.marked_at.is_(None))
    waiting = or_(OutboxMail.state.in_(WAITING), in_hand)
    lock(db, waiting, *conditions)
    statement = update(OutboxMail).where(waiting, *conditions)
    ended = {"state": MailState.CANCELLED, "reason": reason, "finished_at": now}
    db.execute(
        statement.values(**ended, claimed_by=None, lease_until=None),
        execution_options={"synchronize_session": False},
    )


def look_again(db: DbSession, *conditions: ColumnElement[bool]) -> None:
    """Let the matching mails that a worker has in hand be composed anew, because what they speak of has changed.

    They lose their claim, so that the marker before the final dot fails; one whose final dot has begun is let alone.
    """
    in_hand = (OutboxMail.state == MailState.SENDING, OutboxMail.marked_at.is_(None))
    lock(db, *in_hand, *conditions)
    statement = update(OutboxMail).where(*in_hand, *conditions)
    db.execute(
        statement.values(state=MailState.QUEUED, claimed_by=None, lease_until=None),
        execution_options={"synchronize_session": False},
    )


def _random_id(dialect: str) -> ColumnElement[str]:
    if dialect == "sqlite":
        return func.lower(func.hex(func.randomblob(20)))
    return func.replace(cast(func.gen_random_uuid(), Text), "-", "")


def message_id(key: str) -> str:
    """Return the local part of the Message-ID: the same for every attempt at the same mail."""
    return sha256(key.encode()).hexdigest()[:40]


def _row(mail: NewMail, now: datetime) -> dict[str, Any]:
    due = mail.due_at or now
    row = {name: getattr(mail, name) for name in _COLUMNS}
    return row | {
        "lane": int(mail.lane),
        "state": MailState.QUEUED,
        "context": dict(mail.context),
        "detail": "",
        "attempts": 0,
        "created_at": now,
        "due_at": due,
        "next_at": due,
        "expires_at": mail.expires_at or due + USEFUL,
        "message_id": message_id(mail.key),
    }


_COLUMNS: Iterable[str] = (
    "key", "kind", "person_id", "staff_id", "sign_up_id", "registration_id", "session_id", "rule_id", "revision",
    "campaign_id", "letter_version_id", "topic", "application_id", "invitation_id",
)  # fmt: skip
