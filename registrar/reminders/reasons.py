"""Why a reminder is not sent after all: asked for each mail at the last moment."""

from datetime import datetime

from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.reminders.audiences import subscription_of
from registrar.reminders.facts import Facts, Recipient
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import SETTLED_AFTER, Anchor, Audience, covers, is_served, kind_of
from registrar.weekly.rules import SeatState

TAKEN = frozenset({SeatState.OFFERED, SeatState.CONFIRMED})
"""Who was on the waiting list has been told of these by a mail of their own."""


def reason_against(facts: Facts, mail: OutboxMail) -> Reason | None:
    """Return why the mail must not go out as the world is now; None if it may."""
    to = facts.recipients.get(mail.registration_id or 0)
    rule = facts.rules.get(mail.rule_id or 0)
    if to is None or to.cancelled_at is not None:
        return Reason.WITHDRAWN
    if facts.session.cancelled_at is not None:
        return Reason.SESSION_CANCELLED
    if rule is None or kind_of(rule.anchor, rule.audience) != mail.kind:
        return Reason.SWITCHED_OFF
    return _by_seat(rule, to) or _by_time(facts, mail, rule) or _by_wish(facts, mail, rule, to)


def _by_seat(rule: ReminderRule, to: Recipient) -> Reason | None:
    if rule.audience is not Audience.WAITING:
        return None if to.state is SeatState.CONFIRMED else Reason.WITHDRAWN
    if to.state is SeatState.WAITING:
        return None
    return Reason.SUPERSEDED if to.state in TAKEN else Reason.WITHDRAWN


def _by_time(facts: Facts, mail: OutboxMail, rule: ReminderRule) -> Reason | None:
    session = facts.session
    if rule.anchor is Anchor.START:
        if session.revision != mail.revision:
            return Reason.RESCHEDULED
        return Reason.LATE if facts.now >= session.starts_at else None
    if rule.anchor is Anchor.END:
        return Reason.RESCHEDULED if facts.now < session.ends_at else None
    return Reason.SUPERSEDED if session.published_at is None else None


def _by_wish(facts: Facts, mail: OutboxMail, rule: ReminderRule, to: Recipient) -> Reason | None:
    """Return why this person needs or wants no such mail."""
    if (to.registration_id, subscription_of(rule)) in facts.unwanted:
        return Reason.UNSUBSCRIBED
    if rule.audience is Audience.MISSED and to.id in facts.came:
        return Reason.SUPERSEDED
    is_repeated = rule.anchor is Anchor.START and _is_repeated(facts, mail, rule, to)
    return Reason.SUPERSEDED if is_repeated else None


def _is_repeated(facts: Facts, mail: OutboxMail, rule: ReminderRule, to: Recipient) -> bool:
    """Tell whether another mail has said the same, or is about to."""
    if is_served(to.confirmed_at, mail.due_at):
        return True
    if (told_at := facts.told_at.get(to.registration_id)) is not None and told_at >= mail.due_at:
        return True
    if rule.audience is Audience.SETTLED and not _is_settled(to, mail.due_at):
        return True
    return any(
        covers(nearer.rule.audience, rule.audience) or _is_settled(to, nearer.due_at)
        for nearer in facts.nearer[rule.id]
    )


def _is_settled(to: Recipient, due: datetime) -> bool:
    return max(to.confirmed_at, to.state_at) <= due - SETTLED_AFTER
