"""What may not be sent at the moment: everything, one kind, or one campaign; every worker asks before each batch."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from registrar.db import DbSession, insert_missing
from registrar.mail.models import MailGate
from registrar.mail.rules import GateReason

EVERYTHING = "all"
KIND = "kind:"
CAMPAIGN = "campaign:"


def kind_scope(kind: str) -> str:
    """Name the gate of one kind of mail."""
    return f"{KIND}{kind}"


def campaign_scope(campaign_id: int) -> str:
    """Name the gate of one campaign."""
    return f"{CAMPAIGN}{campaign_id}"


def close(
    db: DbSession,
    scope: str,
    reason: GateReason,
    *,
    by: str,
    now: datetime,
    detail: str = "",
    opens_at: datetime | None = None,
) -> bool:
    """Let nothing of this scope leave from now on; return False if it was closed already, for whatever reason."""
    row = {
        "scope": scope, "reason": reason, "detail": detail, "closed_at": now, "closed_by": by, "opens_at": opens_at,
    }  # fmt: skip
    return insert_missing(db, MailGate, [row]) == 1


def reopen(db: DbSession, scope: str) -> bool:
    """Let mail of this scope leave again; return whether it was closed."""
    return db.scalar(delete(MailGate).where(MailGate.scope == scope).returning(MailGate.id)) is not None


def reopen_for(db: DbSession, scope: str, reason: GateReason) -> None:
    """Let mail of this scope leave again if this is why it was held back."""
    db.execute(delete(MailGate).where(MailGate.scope == scope, MailGate.reason == reason))


def reopen_due(db: DbSession, *, now: datetime) -> None:
    """Open the gates whose time is over, and those closed by a jump of the clock that was put back since."""
    put_back = (MailGate.reason == GateReason.CLOCK) & (MailGate.closed_at > now)
    db.execute(
        delete(MailGate).where((MailGate.opens_at <= now) | put_back),
        execution_options={"synchronize_session": False},
    )


def is_distrusted(db: DbSession) -> bool:
    """Tell whether nothing may even be planned: the clock has jumped, or this may be a copy of the database."""
    reasons = (GateReason.CLOCK, GateReason.COPY)
    found = select(MailGate.id).where(MailGate.scope == EVERYTHING, MailGate.reason.in_(reasons))
    return db.scalar(found.limit(1)) is not None


def closed(db: DbSession) -> Sequence[MailGate]:
    """Return the gates that are closed, the oldest first."""
    return db.scalars(select(MailGate).order_by(MailGate.closed_at, MailGate.id)).all()


def find(db: DbSession, scope: str) -> MailGate | None:
    """Return this very gate if it is closed."""
    return db.scalar(select(MailGate).where(MailGate.scope == scope))


def is_closed(db: DbSession, scope: str) -> bool:
    """Tell whether this gate, or the one of everything, is closed."""
    return db.scalar(select(MailGate.id).where(MailGate.scope.in_([scope, EVERYTHING])).limit(1)) is not None
