"""What must be true of the stored data, whoever wrote it: seats, waiting lists, mail and the audit trail."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, text

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.programmes.models import Session
from registrar.weekly.models import Seat
from registrar.weekly.rules import TAKING, SeatState

FREE_FOR = timedelta(minutes=1)
"""How long a place may be free while somebody waits for it."""
OVERDUE = timedelta(minutes=10)
"""How long after its time a mail may still wait."""
WITH_REASON = (MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED)
UNSETTLED = (MailState.SCHEDULED, MailState.QUEUED, MailState.SENDING, MailState.DEFERRED)
TRIGGERS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry' "
    "AND name IN ('audit_entry_no_update', 'audit_entry_no_delete')",
    "postgresql": "SELECT 2 * count(*) FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass "
    "AND tgname = 'audit_entry_append_only' AND tgenabled <> 'D'",
}


def oversold(db: DbSession) -> int:
    """Count the sessions with more confirmed and offered seats than places."""
    taken = _taken()
    statement = select(func.count()).select_from(Session).join(taken, taken.c.session_id == Session.id)
    return db.scalar(statement.where(taken.c.seats > Session.capacity)) or 0


def doubled_places_in_line(db: DbSession) -> int:
    """Count the numbers of waiting lists that two people hold."""
    twice = (
        select(Seat.session_id)
        .where(Seat.queue_number.is_not(None))
        .group_by(Seat.session_id, Seat.queue_number)
        .having(func.count() > 1)
    )
    return db.scalar(select(func.count()).select_from(twice.subquery())) or 0


def waiting_beside_a_free_place(db: DbSession, now: datetime) -> int:
    """Count the coming sessions in which somebody has waited for more than a minute while a place is free."""
    taken = _taken()
    waits = select(Seat.id).where(
        Seat.session_id == Session.id, Seat.state == SeatState.WAITING, Seat.state_at < now - FREE_FOR
    )
    has_room = or_(Session.capacity.is_(None), func.coalesce(taken.c.seats, 0) < Session.capacity)
    statement = select(func.count()).select_from(Session).outerjoin(taken, taken.c.session_id == Session.id)
    coming = and_(Session.starts_at > now, Session.cancelled_at.is_(None))
    return db.scalar(statement.where(coming, has_room, waits.exists())) or 0


def ended_without_a_reason(db: DbSession) -> int:
    """Count the mails that were not sent and do not say why."""
    return _mails(db, OutboxMail.state.in_(WITH_REASON) & OutboxMail.reason.is_(None))


def never_settled(db: DbSession, now: datetime) -> int:
    """Count the mails whose time is over and which have come to no end."""
    return _mails(db, OutboxMail.state.in_(UNSETTLED) & (OutboxMail.expires_at < now - OVERDUE))


def overdue(db: DbSession, now: datetime) -> tuple[int, datetime | None]:
    """Count the mails that should have left ten minutes ago, and return when the oldest was due."""
    statement = select(func.count(), func.min(OutboxMail.next_at)).where(
        OutboxMail.state.in_((MailState.QUEUED, MailState.DEFERRED)), OutboxMail.next_at < now - OVERDUE
    )
    count, oldest = db.execute(statement).one()
    return count, oldest


def in_state(db: DbSession, state: MailState) -> int:
    """Count the mails in a state."""
    return _mails(db, OutboxMail.state == state)


def audit_is_append_only(db: DbSession) -> bool:
    """Tell whether the triggers that keep the audit trail from being altered are in place."""
    found = db.scalar(text(TRIGGERS[db.get_bind().dialect.name]))
    return bool(found == 2)


def _taken() -> Subquery:
    """Return how many places of each session are confirmed or offered."""
    seats = select(Seat.session_id, func.count().label("seats")).where(Seat.state.in_(TAKING))
    return seats.group_by(Seat.session_id).subquery()


def _mails(db: DbSession, condition: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count(OutboxMail.id)).where(condition)) or 0
