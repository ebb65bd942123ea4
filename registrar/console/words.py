"""The console's words for kinds of mail, states, reasons and reminder rules."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.console.rules import ListState, Sort
from registrar.mail.rules import MailState, Reason
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor
from registrar.weekly.rules import Scope, SeatState

KINDS = {
    "weekly.confirm": _l("Confirm your registration"),
    "weekly.confirmed": _l("Welcome"),
    "weekly.link": _l("Personal link"),
    "weekly.offer": _l("A place is offered"),
    "weekly.seated": _l("A place was taken"),
    "weekly.skipped": _l("Week skipped"),
    "weekly.returned": _l("Week taken again"),
    "weekly.cancelled_registration": _l("Registration cancelled"),
    "weekly.moved": _l("Session moved"),
    "weekly.session_cancelled": _l("Session cancelled"),
    "weekly.reinstated": _l("Session takes place after all"),
    "weekly.added": _l("Session added"),
    "reminders.before": _l("Reminder"),
    "reminders.follow_up": _l("Summary and recording"),
    "accounts.sign_in": _l("Sign-in link of the team"),
    "accounts.invitation": _l("Invitation to the team"),
}

STATES = {
    MailState.SCHEDULED: _l("Scheduled"),
    MailState.QUEUED: _l("Queued"),
    MailState.SENDING: _l("Sending"),
    MailState.SENT: _l("Sent"),
    MailState.DEFERRED: _l("Will be tried again"),
    MailState.FAILED: _l("Failed"),
    MailState.SKIPPED: _l("Not sent"),
    MailState.CANCELLED: _l("Taken back"),
    MailState.IN_DOUBT: _l("In doubt"),
}

REASONS = {
    Reason.UNSUBSCRIBED: _l("They had switched this kind of mail off."),
    Reason.WITHDRAWN: _l("They had given up their place, or cancelled."),
    Reason.NOT_CONFIRMED: _l("The address was not confirmed."),
    Reason.SESSION_CANCELLED: _l("The session was cancelled."),
    Reason.RESCHEDULED: _l("The session was moved; another mail speaks of the new time."),
    Reason.SUPERSEDED: _l("A nearer or newer mail said the same."),
    Reason.LATE: _l("The moment had passed before it could be sent."),
    Reason.SUPPRESSED: _l("The address is blocked: it bounced, or its owner said “not me”."),
    Reason.EXPIRED: _l("It could not be delivered while it was still useful."),
    Reason.ERASED: _l("The person was erased."),
    Reason.SMTP: _l("The mail server refused it."),
}

LIST_STATES = {
    ListState.ACTIVE: _l("Registered"),
    ListState.CANCELLED: _l("Cancelled"),
    ListState.CONFIRMED: _l("Seat confirmed"),
    ListState.WAITING: _l("On the waiting list"),
    ListState.OFFERED: _l("Place offered"),
    ListState.LAPSED: _l("Offer lapsed"),
    ListState.SKIPPED: _l("Skipped"),
    ListState.ATTENDED: _l("Attended"),
    ListState.MISSED: _l("Missed"),
}

SORTS = {
    Sort.NEWEST: _l("Newest first"),
    Sort.OLDEST: _l("Oldest first"),
    Sort.NAME: _l("By name"),
    Sort.COUNTRY: _l("By country"),
}

SCOPES = {Scope.SEASON: _l("Whole season"), Scope.CHOSEN: _l("Chosen weeks")}

SEATS = {
    SeatState.CONFIRMED: _l("Confirmed"),
    SeatState.WAITING: _l("Waiting list"),
    SeatState.OFFERED: _l("Place offered"),
    SeatState.LAPSED: _l("Offer lapsed"),
    SeatState.SKIPPED: _l("Skipped"),
}

LOCALES = {"en": "English", "fr": "Français"}


def kind_name(kind: str) -> str:
    """Name a kind of mail; the key itself if it is new."""
    return str(KINDS.get(kind, kind))


def rule_name(rule: ReminderRule) -> str:
    """Name a reminder rule by its lead: `24 hours before`."""
    if rule.anchor is Anchor.PUBLISHED:
        return str(_l("After the recording is published"))
    return _before(rule.lead)


def _before(lead: timedelta) -> str:
    minutes = int(lead.total_seconds() // 60)
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        return str(ngettext("%(num)s day before", "%(num)s days before", minutes // (24 * 60)))
    if minutes % 60 == 0:
        return str(ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60))
    return str(ngettext("%(num)s minute before", "%(num)s minutes before", minutes))
