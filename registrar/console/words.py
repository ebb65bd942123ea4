"""The console's words for kinds of mail, states, reasons and answers."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l

from registrar.console.rules import ListState, Settlement, Sort
from registrar.mail.rules import Lane, MailState, OutcomeKind, Reason, ReportVerdict
from registrar.reminders.rule_words import rule_name
from registrar.weekly.models import Unsubscription
from registrar.weekly.rules import Scope, SeatState, Subscription

__all__ = ["rule_name"]
"""Beside what is written here: pages have all words in one place."""

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
    "reminders.waiting": _l("Place on the waiting list"),
    "reminders.after": _l("After the session"),
    "reminders.follow_up": _l("Summary and recording"),
    "campaigns.letter": _l("Mailing"),
    "campaigns.test": _l("Test of a mailing"),
    "applications.begin": _l("Begin an application"),
    "applications.invitation": _l("Invitation to a team of applicants"),
    "applications.link": _l("Link to one’s applications"),
    "applications.submitted": _l("Application submitted"),
    "applications.withdrawn": _l("Application withdrawn"),
    "applications.join_request": _l("Somebody asks to join a team of applicants"),
    "applications.grace": _l("More time for an application"),
    "applications.deadline": _l("Deadline of an application ahead"),
    "reviews.invitation": _l("Invitation to review"),
    "reviews.reminder": _l("Reviews still to write"),
    "reviews.decision": _l("Decision about an application"),
    "cohorts.offer": _l("Place offered from the waiting list"),
    "cohorts.offer_reminder": _l("Offer of a place about to lapse"),
    "cohorts.accepted": _l("Place in the cohort confirmed"),
    "cohorts.lapsed": _l("Offer of a place lapsed"),
    "accounts.sign_in": _l("Sign-in link of the team"),
    "accounts.invitation": _l("Invitation to the team"),
    "ops.trial": _l("Test mail"),
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
    Reason.WITHDRAWN: _l("They had given up their place, cancelled or withdrawn."),
    Reason.NOT_CONFIRMED: _l("The address was not confirmed."),
    Reason.SESSION_CANCELLED: _l("The session was cancelled."),
    Reason.RESCHEDULED: _l("What it speaks of was moved; another mail speaks of the new time."),
    Reason.SUPERSEDED: _l("A nearer or newer mail said the same, or what it asks for was done."),
    Reason.LATE: _l("The moment had passed before it could be sent."),
    Reason.SUPPRESSED: _l("The address is blocked: it bounced, or its owner said “not me”."),
    Reason.EXPIRED: _l("It could not be delivered while it was still useful."),
    Reason.ERASED: _l("The person was erased."),
    Reason.SMTP: _l("The mail server refused it."),
    Reason.FAULT: _l("The program could not write it; the log of the worker says why."),
    Reason.SWITCHED_OFF: _l("An organiser switched this reminder off."),
    Reason.TAKEN_BACK: _l("An organiser cancelled the mailing."),
    Reason.NO_BASIS: _l("Nothing that the person agreed to covers it, or they have left the team."),
}

SETTLEMENTS = {
    Settlement.ARRIVED: _l("It arrived"),
    Settlement.LOST: _l("It did not arrive"),
    Settlement.AGAIN: _l("Send it again"),
}

VERDICTS = {
    ReportVerdict.HARD: _l("Came back: the mailbox does not take it."),
    ReportVerdict.SOFT: _l("Came back: the mailbox does not take it for now."),
    ReportVerdict.DELAYED: _l("The recipient’s server is still trying."),
    ReportVerdict.COMPLAINT: _l("Its reader reported it as unwanted."),
    ReportVerdict.AUTO_REPLY: _l("An automatic answer came."),
    ReportVerdict.UNKNOWN: _l("Something came back; a person must look at it."),
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

SUBSCRIPTIONS = {
    Subscription.REMINDERS: _l("Reminders"),
    Subscription.FOLLOW_UPS: _l("Summaries and recordings"),
    Subscription.NEWS: _l("Added sessions"),
}

LOCALES = {"en": "English", "fr": "Français"}


def kind_name(kind: str) -> str:
    """Name a kind of mail; the key itself if it is new."""
    return str(KINDS.get(kind, kind))


def switched_off(unsubscriptions: Iterable[Unsubscription]) -> str:
    """Name the kinds of mail that a person has switched off."""
    return ", ".join(str(SUBSCRIPTIONS[each.subscription]) for each in unsubscriptions) or str(_l("none"))


def details(facts: Mapping[str, object]) -> str:
    """Write the facts of an audit entry on one line, without whole contents that are kept there to be undone."""
    return ", ".join(f"{name}: {value}" for name, value in facts.items() if not isinstance(value, dict))


ANSWERS = {
    "mail_scheduled": _l("It is written and waits for its time."),
    "mail_queued": _l("It is about to leave: the worker takes it %(at)s."),
    "mail_sending": _l("It is being sent right now."),
    "mail_sent": _l("Yes: sent %(at)s."),
    "mail_deferred": _l("Not yet: the mail server asked to wait. It is tried again %(at)s."),
    "mail_failed": _l("No: it could not be delivered."),
    "mail_skipped": _l("No: it was not sent."),
    "mail_cancelled": _l("No: it was taken back."),
    "mail_in_doubt": _l("Perhaps: it was handed over, but the mail server's answer was lost."),
    "mail_paused": _l("Not yet: it is written and waits, because mail is paused."),
    "came_back": _l("No: it was sent %(at)s, and came back."),
    "complained": _l("Yes: it was sent %(at)s, and they reported it as unwanted."),
    "disabled": _l("No: this reminder is switched off for the series."),
    "exempted": _l("No: this reminder is switched off for this session."),
    "not_waiting": _l("No: it goes to the waiting list, and a place is theirs or offered to them."),
    "not_settled": _l("No: it goes to those who have had their place for a day by then; they have not."),
    "suppressed": _l("No: nothing goes to this address since %(at)s."),
    "planned_paused": _l("Not yet: it is planned for %(at)s, and will wait if mail is still paused then."),
    "due_paused": _l("Not yet: it was due %(at)s and waits, because mail is paused."),
    "forgotten": _l("Nobody knows any more: it was due %(at)s, and the mail log is not kept so long."),
    "session_cancelled": _l("No: the session is cancelled."),
    "not_registered": _l("No: this person is not registered for the series."),
    "registration_cancelled": _l("No: the registration is cancelled."),
    "not_chosen": _l("No: they have not chosen this week."),
    "seat_waiting": _l("No: they are on the waiting list, not in the session."),
    "seat_offered": _l("Not yet: a place is offered to them, and they have not answered."),
    "seat_lapsed": _l("No: their offer lapsed, so they have no place."),
    "seat_skipped": _l("No: they skip this week."),
    "attended": _l("No: they were there, and it goes to those who missed the session."),
    "switched_off": _l("No: they have switched this kind of mail off."),
    "not_published": _l("Not yet: it leaves when the recording is published."),
    "planned": _l("Not yet: it is planned for %(at)s."),
    "about_to_be": _l("It was due %(at)s and is written as soon as the worker runs."),
    "plan_void": _l("No: the session moved or was cancelled before it was due %(at)s."),
    "plan_late": _l("No: no worker ran while it would have been useful."),
    "plan_superseded": _l("No: a nearer reminder was due by the time the worker ran."),
    "registered_later": _l("No: they registered after it was due %(at)s."),
    "not_among_them": _l("No: they were not among the recipients when it was due %(at)s (no confirmed place then)."),
}


def answer(code: str, at: str) -> str:
    """Say what became of one reminder; `at` is the moment in words."""
    return str(ANSWERS[code]) % {"at": at} if code in ANSWERS else code


OUTCOMES = {
    OutcomeKind.ACCEPTED: _l("accepted"),
    OutcomeKind.DEFERRED: _l("put off"),
    OutcomeKind.GREYLISTED: _l("put off for a few minutes (greylisting)"),
    OutcomeKind.HOST_DEFERRED: _l("the mail server was not ready"),
    OutcomeKind.REJECTED_RECIPIENT: _l("the address was refused"),
    OutcomeKind.REJECTED_CONTENT: _l("the content was refused"),
    OutcomeKind.REJECTED_POLICY: _l("the mail server refused us"),
    OutcomeKind.IN_DOUBT: _l("no answer after the mail was handed over"),
}


GROUPS = {
    "gmail": "Gmail",
    "microsoft": "Microsoft (Outlook, Hotmail)",
    "yahoo": "Yahoo, AOL",
    "apple": "Apple (iCloud)",
}
"""Names of those whose mailboxes are many; the others are named by their domain."""

LANES = {
    Lane.PERSONAL: _l("Confirmations, links and notices"),
    Lane.REMINDER: _l("Reminders"),
    Lane.CAMPAIGN: _l("Mailings"),
}


def group_name(group: str) -> str:
    """Name a group of mailboxes."""
    return GROUPS.get(group, group) or str(_l("not known"))


def seconds(number: float) -> str:
    """Say a short time: seconds up to two minutes, then minutes, then hours."""
    if number < 10:
        return f"{number:.1f} s"
    if number < 120:
        return f"{number:.0f} s"
    return f"{number / 60:.0f} min" if number < 7200 else f"{number / 3600:.0f} h"
