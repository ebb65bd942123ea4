"""Names of a campaign's states, choices and outcomes for the people who read the pages."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.audit.models import AuditEntry
from registrar.campaigns.rules import CampaignState, PauseReason, Registered, SeatWish
from registrar.campaigns.segments import Segment
from registrar.mail.rules import GateReason, MailState, Reason
from registrar.web.locale import country_name, long_date

STATES = {
    CampaignState.DRAFT: _l("Draft"),
    CampaignState.HELD: _l("Held"),
    CampaignState.CANARY: _l("First mails"),
    CampaignState.SENDING: _l("Sending"),
    CampaignState.DONE: _l("Sent"),
    CampaignState.CANCELLED: _l("Cancelled"),
}
STYLES = {
    CampaignState.DRAFT: "draft",
    CampaignState.HELD: "scheduled",
    CampaignState.CANARY: "sending",
    CampaignState.SENDING: "sending",
    CampaignState.DONE: "sent",
    CampaignState.CANCELLED: "cancelled",
}
"""Which of the known tags each looks like."""
LANGUAGES = {"en": "English", "fr": "Français"}
REGISTERED = {
    Registered.LIVE: _l("registered now"),
    Registered.CANCELLED: _l("registration cancelled"),
    Registered.EVER: _l("ever registered"),
}
SEATS = {
    SeatWish.CONFIRMED: _l("has a place"),
    SeatWish.WAITING: _l("on the waiting list"),
    SeatWish.SKIPPED: _l("skipped it"),
}
MAIL_STATES = {
    MailState.SCHEDULED: _l("Scheduled"),
    MailState.QUEUED: _l("Queued"),
    MailState.SENDING: _l("Sending"),
    MailState.SENT: _l("Sent"),
    MailState.DEFERRED: _l("Put off by the mail server"),
    MailState.FAILED: _l("Failed"),
    MailState.SKIPPED: _l("Not sent"),
    MailState.CANCELLED: _l("Taken back"),
    MailState.IN_DOUBT: _l("In doubt"),
}
REASONS = {
    Reason.UNSUBSCRIBED: _l("They stopped these mails."),
    Reason.NO_BASIS: _l("They no longer agree to mails."),
    Reason.SUPPRESSED: _l("Their address gets no mail."),
    Reason.ERASED: _l("They were erased."),
    Reason.EXPIRED: _l("It waited for too long."),
    Reason.SMTP: _l("The mail server refused it."),
    Reason.FAULT: _l("It could not be written."),
    Reason.TAKEN_BACK: _l("The mailing was cancelled."),
}
GATES = {
    GateReason.PAUSED: _l("An organiser paused it."),
    GateReason.CONTENT: _l("The mail server refuses what the letter says. Change the letter in a new mailing."),
}


def reason(of: Reason | None) -> str:
    """Say why a mail ended as it did; nothing if there is nothing to say."""
    return str(REASONS.get(of, of.value)) if of else ""


def pause(gate_reason: GateReason, entry: AuditEntry | None) -> str:
    """Say why a campaign stands still."""
    facts: Mapping[str, Any] = entry.details if entry and gate_reason is GateReason.PAUSED else {}
    match facts.get("reason"):
        case PauseReason.GROWN:
            text = _("There are %(found)s recipients now; %(expected)s were approved. Going on approves them all.")
        case PauseReason.UNREADABLE:
            text = _("Its conditions cannot be read any more, so nobody gets it. Cancel it, and choose them in a copy.")
        case PauseReason.CANARY:
            text = _("%(came_back)s of the first %(of)s mails came back or were refused. Look at them first.")
        case _:
            return str(GATES.get(gate_reason, gate_reason.value))
    return str(text % facts)


class Names:
    """What the numbers in a segment stand for."""

    def __init__(self, series: Mapping[int, str], sessions: Mapping[int, str], cohorts: Mapping[int, str]) -> None:
        self.series, self.sessions, self.cohorts = series, sessions, cohorts


def segment(of: Segment, names: Names) -> list[str]:
    """Write each condition of a segment as a line."""
    return [line for line in (*_of_series(of, names), *_of_sessions(of, names), *_of_person(of, names)) if line]


def _of_series(of: Segment, names: Names) -> list[str]:
    lines = []
    if of.series:
        lines.append(f"{_unknown(names.series, of.series)}: {REGISTERED[of.registered]}")
    if of.signed_up_since:
        lines.append(_("signed up on %(day)s or later", day=long_date(of.signed_up_since)))
    if of.signed_up_until:
        lines.append(_("signed up on %(day)s or earlier", day=long_date(of.signed_up_until)))
    if of.attended_series:
        lines.append(f"{_unknown(names.series, of.attended_series)}: {_how_often(of)}")
    return lines


def _how_often(of: Segment) -> str:
    least, most = of.attended_at_least, of.attended_at_most
    times = (
        [ngettext("attended at least %(num)s session", "attended at least %(num)s sessions", least)] if least else []
    )
    if most is not None:
        times.append(ngettext("attended at most %(num)s session", "attended at most %(num)s sessions", most))
    return ", ".join(times) or _("attended any number of sessions")


def _of_sessions(of: Segment, names: Names) -> list[str]:
    lines = []
    if of.seat_session:
        lines.append(f"{_unknown(names.sessions, of.seat_session)}: {SEATS[of.seat]}")
    if of.attended_session:
        lines.append(_("%(session)s: attended", session=_unknown(names.sessions, of.attended_session)))
    if of.missed_session:
        lines.append(_("%(session)s: missed", session=_unknown(names.sessions, of.missed_session)))
    return lines


def _of_person(of: Segment, names: Names) -> list[str]:
    lines = []
    if of.cohort:
        lines.append(_("from an institution selected in %(season)s", season=_unknown(names.cohorts, of.cohort)))
    if of.countries:
        lines.append(_("in %(countries)s", countries=", ".join(country_name(code) for code in of.countries)))
    if of.locale:
        lines.append(_("reads %(language)s", language=LANGUAGES.get(of.locale, of.locale)))
    for tags, text in (
        (of.tags_any, _("tagged with any of: %(tags)s")),
        (of.tags_all, _("tagged with all of: %(tags)s")),
        (of.tags_none, _("tagged with none of: %(tags)s")),
    ):
        lines.append(text % {"tags": ", ".join(tags)} if tags else "")
    return lines


def _unknown(names: Mapping[int, str], number: int) -> str:
    return names.get(number, f"№ {number}")
