"""Whom a rule is for, as queries over registrations: the fan-out, the forecast and the preview ask the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import SETTLED_AFTER, Anchor, Audience
from registrar.weekly.models import Attendance, Registration, Seat, Unsubscription
from registrar.weekly.rules import SeatState, Subscription


def subscription_of(rule: ReminderRule) -> Subscription:
    """Return what somebody unsubscribes from who wants no mail of this rule."""
    return Subscription.REMINDERS if rule.anchor is Anchor.START else Subscription.FOLLOW_UPS


def recipients(rule: ReminderRule, session_id: int, due: datetime, *columns: Any) -> Select[Any]:
    """Select registrations that a rule writes to when it is due.

    Who confirmed after a reminder was due has been told the time by the confirmation.
    """
    state = SeatState.WAITING if rule.audience is Audience.WAITING else SeatState.CONFIRMED
    statement = (
        select(*columns)
        .select_from(Registration)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(Registration.cancelled_at.is_(None), Seat.session_id == session_id, Seat.state == state)
    )
    return statement.where(*_conditions(rule, session_id, due))


def wanted(rule: ReminderRule) -> ColumnElement[bool]:
    """Leave out who has unsubscribed from this kind of mail."""
    return ~exists().where(
        Unsubscription.registration_id == Registration.id, Unsubscription.subscription == subscription_of(rule)
    )


def _conditions(rule: ReminderRule, session_id: int, due: datetime) -> list[ColumnElement[bool]]:
    if rule.audience is Audience.MISSED:
        came = exists().where(Attendance.session_id == session_id, Attendance.person_id == Registration.person_id)
        return [~came]
    if rule.audience is Audience.SETTLED:
        return [Registration.confirmed_at <= due - SETTLED_AFTER, Seat.state_at <= due - SETTLED_AFTER]
    if rule.anchor is Anchor.START:
        return [Registration.confirmed_at <= due, Seat.state_at <= due]
    return []
