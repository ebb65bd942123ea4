"""The end of a season: a frozen call stays as it is, until an administrator says why it must change after all."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import N_, Refusal

FROZEN = N_("The season is over: nothing of this call changes any more.")


def refuse_if_frozen(call: Call) -> None:
    """Refuse to change anything of a call whose season is over."""
    if call.frozen_at is not None:
        raise Refusal(FROZEN)


def freeze(db: DbSession, call_id: int, *, by: str, now: datetime) -> Call:
    """End the season of a call."""
    call = _locked(db, call_id)
    refuse_if_frozen(call)
    if now < call.closes_at + call.grace:
        raise Refusal(N_("Teams can still apply. Freeze the call once its deadline is over."))
    call.frozen_at = now
    audit.record(db, by, "call.freeze", call, now=now)
    return call


def thaw(db: DbSession, call_id: int, reason: str, *, by: str, now: datetime) -> Call:
    """Let a call change again; the reason stands in its history."""
    call = _locked(db, call_id)
    if call.frozen_at is None:
        raise Refusal(N_("This call is not frozen."))
    if not reason.strip():
        raise Refusal(N_("Say why the call must change after all."))
    call.frozen_at = None
    audit.record(db, by, "call.thaw", call, now=now, reason=reason.strip())
    return call


def _locked(db: DbSession, call_id: int) -> Call:
    statement = select(Call).where(Call.id == call_id).with_for_update(of=Call)
    return db.scalars(statement, execution_options={"populate_existing": True}).one()
