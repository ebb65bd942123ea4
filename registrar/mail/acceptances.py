"""What is written about mails that the server has accepted: the mails and their attempts, many in one statement.

The rows travel as one JSON text, so that the statement is the same however many there are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import TypeEngine

from registrar.db import DbSession
from registrar.mail import claims
from registrar.mail.claims import Owner
from registrar.mail.locks import lock
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rules import MailState, OutcomeKind


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is written about a mail that the server has accepted."""

    mail_id: int
    content_hash: str
    domain_group: str
    code: int | None
    text: str


def settle(db: DbSession, owner: Owner, accepted: Sequence[Acceptance], *, now: datetime) -> None:
    """Note these mails as sent, and the attempts; where the claim was lost meanwhile, nobody shall send it again."""
    if not accepted:
        return
    given = {"said": json.dumps([_row(each) for each in accepted]), "owner": owner.name, "at": now}
    sent: set[int] = set()
    for statement in _statements(db.get_bind().dialect.name):
        sent.update(db.connection().execute(statement, given).scalars())
    for each in accepted:
        if each.mail_id not in sent:
            _settle_late(db, owner, each, now=now)


def _row(each: Acceptance) -> tuple[int | str | None, ...]:
    """Return the values in the order of `_COLUMNS`."""
    detail = f"{each.code} {each.text}" if each.code else each.text
    return each.mail_id, each.content_hash, detail, each.domain_group, each.code, each.text


def _settle_late(db: DbSession, owner: Owner, late: Acceptance, *, now: datetime) -> None:
    """Record the attempt at a mail that is no longer this worker's, if there still is one."""
    lock(db, OutboxMail.id == late.mail_id)
    if db.scalar(select(OutboxMail.id).where(OutboxMail.id == late.mail_id)) is None:
        return
    said = (OutcomeKind.ACCEPTED, late.code, late.text)
    claims.add_attempt(db, late.mail_id, owner.name, *said, now=now, domain_group=late.domain_group)
    claims.settle_late_acceptance(db, late.mail_id, now=now, content_hash=late.content_hash)


@cache
def _statements(dialect: str) -> Sequence[Any]:
    """Return what writes the rows, built once: the last statements return the numbers of the mails that were held."""
    said = _said_rows(dialect)
    if dialect == "sqlite":
        return _attempts(said, _held(said)), _sent(said, claims.fence())
    held = _held(said).order_by(_OUTBOX.c.id).with_for_update(key_share=True, of=_OUTBOX).cte("held")
    sent = _sent(said, _OUTBOX.c.id.in_(select(held.c.id))).cte("sent")
    return (_attempts(said, select(sent.c.id)),)


def _said_rows(dialect: str) -> CTE:
    """Return the JSON text as a table."""
    said = bindparam("said", type_=Text)
    items: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(said).table_valued("value").c.value
        items = [func.json_extract(each, f"$[{at}]") for at in range(len(_COLUMNS))]
    else:
        rows = func.json_array_elements(sql_cast(said, JSON)).table_valued(column("value", JSON)).render_derived()
        items = [sql_cast(rows.c.value.op("->>")(at), type_) for at, type_ in enumerate(_COLUMNS.values())]
    return select(*[item.label(name) for name, item in zip(_COLUMNS, items, strict=True)]).cte("said")


def _held(said: CTE) -> Select[Any]:
    return select(_OUTBOX.c.id).where(_OUTBOX.c.id.in_(select(said.c.id)), claims.fence())


def _sent(said: CTE, held: ColumnElement[bool]) -> Update:
    return cast(
        Update,
        update(_OUTBOX)
        .where(_OUTBOX.c.id == said.c.id, held)
        .values(
            state=MailState.SENT,
            reason=None,
            detail=said.c.detail,
            content_hash=said.c.content_hash,
            finished_at=bindparam("at", type_=_OUTBOX.c.finished_at.type),
            attempts=_OUTBOX.c.attempts + 1,
            claimed_by=None,
            lease_until=None,
        )
        .returning(_OUTBOX.c.id),
    )


def _attempts(said: CTE, of: Select[Any]) -> Any:
    made = {
        "outbox_id": said.c.id,
        "worker": bindparam("owner"),
        "ended_at": bindparam("at", type_=_ATTEMPT.c.ended_at.type),
        "outcome": literal(OutcomeKind.ACCEPTED, _ATTEMPT.c.outcome.type),
        "code": said.c.code,
        "text": said.c.text,
        "domain_group": said.c.domain_group,
    }
    rows = select(*[value.label(name) for name, value in made.items()]).where(said.c.id.in_(of))
    return insert(_ATTEMPT).from_select(list(made), rows).returning(_ATTEMPT.c.outbox_id)


_OUTBOX = cast(Table, OutboxMail.__table__)
_ATTEMPT = cast(Table, MailAttempt.__table__)
_COLUMNS: dict[str, TypeEngine[Any]] = {
    "id": BigInteger(),
    "content_hash": Text(),
    "detail": Text(),
    "domain_group": Text(),
    "code": Integer(),
    "text": Text(),
}
