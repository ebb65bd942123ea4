"""Did this person get a session's reminders, and if not, why: one answer per rule."""

from dataclasses import dataclass
from datetime import datetime

from registrar.console.why_facts import Facts
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, ReportVerdict
from registrar.reminders.audiences import subscription_of
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import SETTLED_AFTER, Anchor, Audience, PlanState, due_at, kind_of
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import SeatState

WAITING = frozenset({MailState.SCHEDULED, MailState.QUEUED, MailState.DEFERRED})
BACK = {ReportVerdict.HARD: "came_back", ReportVerdict.SOFT: "came_back", ReportVerdict.COMPLAINT: "complained"}


@dataclass(frozen=True)
class Answer:
    """What is said about one rule: a code that `words.answer` turns into a sentence, with its moment and the mail."""

    rule: ReminderRule
    code: str
    at: datetime | None = None
    mail: OutboxMail | None = None


def answers(known: Facts, now: datetime, log_begins_at: datetime) -> list[Answer]:
    """Return one answer per rule, in the order in which they are due; before `log_begins_at` nothing is known."""
    return [_answer(known, rule, now, log_begins_at) for rule in known.rules]


def _answer(known: Facts, rule: ReminderRule, now: datetime, log_begins_at: datetime) -> Answer:
    if mail := known.mails.get(rule.id):
        return _by_mail(known, rule, mail)
    plan = known.plans.get(rule.id)
    due = plan.due_at if plan else due_at(rule, known.session)
    if (reason := _not_for_them(known, rule, due)) is not None:
        return Answer(rule, reason)
    if plan is not None and plan.state is not PlanState.PLANNED:
        return Answer(rule, _by_plan(known, plan, log_begins_at), plan.due_at)
    if due is None:
        return Answer(rule, "not_published")
    if known.suppression:
        return Answer(rule, "suppressed", known.suppression.created_at)
    if known.is_paused(kind_of(rule.anchor, rule.audience)):
        return Answer(rule, "planned_paused" if due > now else "due_paused", due)
    return Answer(rule, "planned" if due > now else "about_to_be", due)


def _by_mail(known: Facts, rule: ReminderRule, mail: OutboxMail) -> Answer:
    """Return what became of the mail that was written."""
    if mail.state is MailState.SENT:
        back = next((BACK[each.verdict] for each in mail.reports if each.verdict in BACK), None)
        return Answer(rule, back or "mail_sent", mail.finished_at, mail)
    if mail.state in WAITING:
        code = "mail_paused" if known.is_paused(mail.kind) else f"mail_{mail.state}"
        return Answer(rule, code, mail.next_at, mail)
    return Answer(rule, f"mail_{mail.state}", mail.finished_at, mail)


def _not_for_them(known: Facts, rule: ReminderRule, due: datetime | None) -> str | None:
    """Return why this person gets nothing by this rule, whatever the time is."""
    if rule.disabled_at:
        return "disabled"
    if rule.id in known.exempted:
        return "exempted"
    if known.session.cancelled_at:
        return "session_cancelled"
    if known.registration is None:
        return "not_registered"
    if known.registration.cancelled_at:
        return "registration_cancelled"
    if known.seat is None:
        return "not_chosen"
    return _not_in_audience(known, rule, known.registration, known.seat, due)


def _not_in_audience(
    known: Facts, rule: ReminderRule, registration: Registration, seat: Seat, due: datetime | None
) -> str | None:
    if rule.audience is Audience.WAITING and seat.state is not SeatState.WAITING:
        return "not_waiting" if seat.state in {SeatState.CONFIRMED, SeatState.OFFERED} else f"seat_{seat.state}"
    if rule.audience is not Audience.WAITING and seat.state is not SeatState.CONFIRMED:
        return f"seat_{seat.state}"
    if rule.audience is Audience.MISSED and known.attended:
        return "attended"
    has_settled = due is None or max(registration.confirmed_at, seat.state_at) <= due - SETTLED_AFTER
    if rule.audience is Audience.SETTLED and not has_settled:
        return "not_settled"
    return "switched_off" if subscription_of(rule) in known.switched_off else None


def _by_plan(known: Facts, plan: ReminderPlan, log_begins_at: datetime) -> str:
    """Return why a plan that has ended wrote no mail to this person."""
    if plan.state is not PlanState.DONE:
        return f"plan_{plan.state}"
    if plan.due_at < log_begins_at:
        return "forgotten"
    later = known.registration is not None and known.registration.confirmed_at > plan.due_at
    later = later or (known.seat is not None and known.seat.state_at > plan.due_at)
    is_before = plan.rule.anchor is Anchor.START
    return "registered_later" if later and is_before else "not_among_them"
