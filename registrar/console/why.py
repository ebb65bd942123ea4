"""Did this person get a session's reminders, and if not, why: one answer per rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import Anchor, Audience, PlanState, due_at
from registrar.weekly.models import Attendance, Registration, Seat, Unsubscription
from registrar.weekly.rules import SeatState, Subscription


@dataclass(frozen=True)
class Facts:
    """What is known about one person and one session."""

    person: Person
    session: Session
    registration: Registration | None
    seat: Seat | None
    switched_off: frozenset[Subscription]
    rules: list[ReminderRule]
    plans: dict[int, ReminderPlan]
    """The newest plan of each rule."""
    mails: dict[int, OutboxMail]
    """The newest mail of each rule."""
    attended: bool


@dataclass(frozen=True)
class Answer:
    """What is said about one rule: a code that `words.answer` turns into a sentence, with its moment and the mail."""

    rule: ReminderRule
    code: str
    at: datetime | None = None
    mail: OutboxMail | None = None


def facts(db: DbSession, person: Person, session: Session) -> Facts:
    """Read everything that decides about this person's reminders of a session."""
    wanted = select(Registration).where(
        Registration.person_id == person.id, Registration.programme_id == session.programme_id
    )
    registration = db.scalar(wanted)
    registration_id = registration.id if registration else 0
    seat = select(Seat).where(Seat.registration_id == registration_id, Seat.session_id == session.id)
    off = select(Unsubscription.subscription).where(Unsubscription.registration_id == registration_id)
    rules = select(ReminderRule).where(ReminderRule.programme_id == session.programme_id)
    plans = select(ReminderPlan).where(ReminderPlan.session_id == session.id).order_by(ReminderPlan.revision)
    mails = select(OutboxMail).where(
        OutboxMail.session_id == session.id,
        OutboxMail.registration_id == registration_id,
        OutboxMail.rule_id.is_not(None),
    )
    presence = select(Attendance.id).where(Attendance.person_id == person.id, Attendance.session_id == session.id)
    return Facts(
        person,
        session,
        registration,
        db.scalar(seat),
        frozenset(db.scalars(off)),
        list(db.scalars(rules.order_by(ReminderRule.anchor.desc(), ReminderRule.lead.desc()))),
        {plan.rule_id: plan for plan in db.scalars(plans)},
        {mail.rule_id: mail for mail in db.scalars(mails.order_by(OutboxMail.id)) if mail.rule_id},
        db.scalar(presence) is not None,
    )


def answers(known: Facts, now: datetime) -> list[Answer]:
    """Return one answer per rule, in the order in which they are due."""
    return [_answer(known, rule, now) for rule in known.rules]


def _answer(known: Facts, rule: ReminderRule, now: datetime) -> Answer:
    mail = known.mails.get(rule.id)
    if mail is not None:
        at = mail.next_at if mail.state in {MailState.QUEUED, MailState.DEFERRED} else mail.finished_at
        return Answer(rule, f"mail_{mail.state}", at, mail)
    if (reason := _not_for_them(known, rule)) is not None:
        return Answer(rule, reason)
    plan = known.plans.get(rule.id)
    due = plan.due_at if plan else due_at(rule, known.session)
    if plan is not None and plan.state is not PlanState.PLANNED:
        return Answer(rule, _by_plan(known, plan), plan.due_at)
    if due is None:
        return Answer(rule, "not_published")
    return Answer(rule, "planned" if due > now else "about_to_be", due)


def _not_for_them(known: Facts, rule: ReminderRule) -> str | None:
    """Return why this person gets nothing by this rule, whatever the time is."""
    if rule.disabled_at:
        return "disabled"
    if known.session.cancelled_at:
        return "session_cancelled"
    if known.registration is None:
        return "not_registered"
    if known.registration.cancelled_at:
        return "registration_cancelled"
    if known.seat is None:
        return "not_chosen"
    if known.seat.state is not SeatState.CONFIRMED:
        return f"seat_{known.seat.state}"
    if rule.audience is Audience.MISSED and known.attended:
        return "attended"
    return "switched_off" if _kind(rule) in known.switched_off else None


def _kind(rule: ReminderRule) -> Subscription:
    return Subscription.REMINDERS if rule.anchor is Anchor.START else Subscription.FOLLOW_UPS


def _by_plan(known: Facts, plan: ReminderPlan) -> str:
    """Return why a plan that has ended wrote no mail to this person."""
    if plan.state is not PlanState.DONE:
        return f"plan_{plan.state}"
    later = known.registration is not None and known.registration.confirmed_at > plan.due_at
    return "registered_later" if later else "not_among_them"
