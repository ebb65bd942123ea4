"""Sign-ups before they are confirmed: asked for, mailed again, refused by the owner of the address, forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, bindparam, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict
from registrar.mail.models import OutboxMail, Suppression
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Reason, SuppressionReason
from registrar.people.rules import CONSENT_TEXT_VERSION
from registrar.programmes.models import Programme
from registrar.tokens import Tokens
from registrar.weekly.models import SignUp
from registrar.weekly.rules import CONFIRM_WITHIN, RESEND_AFTER, Scope
from registrar.weekly.signup import queries

KEPT = timedelta(days=7)
"""How long a sign-up that nobody confirmed is kept."""
OPEN = (SignUp.confirmed_at.is_(None), SignUp.refused_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Details:
    """What somebody typed on the sign-up page; `session_ids` is empty for the whole season."""

    email: str
    email_key: str
    name: str
    institution: str | None
    country: str | None
    timezone: str
    locale: str
    scope: Scope
    session_ids: list[int]


def sign_up(db: DbSession, programme: Programme, details: Details, *, mails_a_day: int, now: datetime) -> None:
    """Keep what was typed until the owner of the address confirms it, and queue the mail that asks for that.

    Nothing here looks at who is known: the same statements run for every address. One mail in five minutes, and at
    most `mails_a_day` to one address over all series.
    """
    may_mail = queries.confirmations_today(db, details.email_key, now) < mails_a_day
    found = _keep(db, programme, details, now, mailed_at=now if may_mail else None)
    if may_mail and found.mailed_at == now:
        _mail(db, found, now)
    audit.record(db, "anyone", "sign_up.ask", found, now=now, scope=found.scope)


def resend(db: DbSession, programme_id: int, email_key: str, *, mails_a_day: int, now: datetime) -> None:
    """Queue the confirmation mail again if a sign-up waits for it and the limits allow it; else do nothing."""
    if queries.confirmations_today(db, email_key, now) >= mails_a_day:
        return
    statement = update(SignUp).where(
        SignUp.programme_id == programme_id, SignUp.email_key == email_key, *OPEN, _is_due(now)
    )
    statement = statement.values(mail_number=SignUp.mail_number + 1, mailed_at=now)
    found = db.scalar(statement.returning(SignUp), execution_options={"populate_existing": True})
    if found:
        _mail(db, found, now)


def refuse(db: DbSession, tokens: Tokens, found: SignUp, *, now: datetime) -> None:
    """Take the owner's word that it was not them: nothing is registered, and no more such mails reach the address."""
    statement = update(SignUp).where(SignUp.id == found.id, SignUp.confirmed_at.is_(None))
    if not db.scalar(statement.values(refused_at=now).returning(SignUp.id)):
        raise Conflict(N_("This registration was already confirmed. You can cancel it on your own page."))
    row = {"address_hash": refusal_hash(tokens, found.email_key), "reason": SuppressionReason.NOT_ME, "created_at": now}
    insert_missing(db, Suppression, [row])
    cancel_waiting(db, Reason.SUPPRESSED, OutboxMail.sign_up_id == found.id, now=now)
    audit.record(db, "anyone", "sign_up.refuse", found, now=now)


def allow(db: DbSession, tokens: Tokens, found: SignUp, *, now: datetime) -> None:
    """Undo "not me": this address may be mailed again when somebody signs up with it."""
    lift_refusal(db, tokens, found.email_key)
    audit.record(db, "anyone", "sign_up.allow", found, now=now)


def lift_refusal(db: DbSession, tokens: Tokens, email_key: str) -> None:
    """Forget that the owner of this address once said "not me"."""
    db.execute(delete(Suppression).where(Suppression.address_hash == refusal_hash(tokens, email_key)))


def is_refused(db: DbSession, tokens: Tokens, email_key: str) -> bool:
    """Tell whether the owner of this address said "not me"."""
    wanted = Suppression.address_hash == refusal_hash(tokens, email_key)
    return db.scalar(select(Suppression.id).where(wanted)) is not None


def refusal_hash(tokens: Tokens, email_key: str) -> str:
    """Return the keyed hash for "not me": another one than for bounces, which would stop reminders as well."""
    return tokens.keyed_hash(f"not me: {email_key}")


def forget_unconfirmed(db: DbSession, now: datetime) -> int:
    """Delete what was typed a week ago and never confirmed; return how many (a job of the worker)."""
    statement = delete(SignUp).where(SignUp.confirmed_at.is_(None), SignUp.updated_at < now - KEPT)
    result = db.execute(statement, execution_options={"synchronize_session": False, "preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount


def _keep(db: DbSession, programme: Programme, details: Details, now: datetime, mailed_at: datetime | None) -> SignUp:
    """Store or replace the open sign-up of this address in one statement, so that two at once are one."""
    row = {
        **vars(details),
        "programme_id": programme.id,
        "consent_version": CONSENT_TEXT_VERSION,
        "mailed_at": mailed_at,
    }
    row |= {"created_at": now, "updated_at": now, "mail_number": 1 if mailed_at else 0, "due": now - RESEND_AFTER}
    statement = _upsert(db.get_bind().dialect.name, may_mail=mailed_at is not None)
    kept = db.execute(statement, row).one()
    return SignUp(id=kept.id, mail_number=kept.mail_number, mailed_at=kept.mailed_at, scope=details.scope)


@cache
def _upsert(dialect: str, *, may_mail: bool) -> Any:
    """Build the statement once: building it anew costs as much as running it."""
    table = cast(Table, SignUp.__table__)
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)
    kept = ("programme_id", "email_key", "created_at", "mail_number", "mailed_at", "confirmed_at", "refused_at", "id")
    changed: dict[str, Any] = {
        each.name: statement.excluded[each.name] for each in table.columns if each.name not in kept
    }
    if may_mail:
        due = SignUp.mailed_at.is_(None) | (SignUp.mailed_at <= bindparam("due", type_=SignUp.mailed_at.type))
        changed["mail_number"] = case((due, SignUp.mail_number + 1), else_=SignUp.mail_number)
        changed["mailed_at"] = case((due, statement.excluded.mailed_at), else_=SignUp.mailed_at)
    statement = statement.on_conflict_do_update(
        index_elements=[SignUp.programme_id, SignUp.email_key], index_where=OPEN[0] & OPEN[1], set_=changed
    )
    return statement.returning(SignUp.id, SignUp.mail_number, SignUp.mailed_at)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return SignUp.mailed_at.is_(None) | (SignUp.mailed_at <= now - RESEND_AFTER)


def _mail(db: DbSession, found: SignUp, now: datetime) -> None:
    mail = NewMail(
        key=f"confirm:{found.id}:{found.mail_number}",
        kind=queries.CONFIRM,
        sign_up_id=found.id,
        context={"number": found.mail_number},
        expires_at=now + CONFIRM_WITHIN,
    )
    enqueue(db, mail, now=now)


JOBS = (forget_unconfirmed,)
