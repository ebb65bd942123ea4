"""Change the reminder rules of a series; what is not sent yet follows at once, and nobody is told the same twice."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse
from registrar.mail.models import OutboxMail
from registrar.mail.operations import WAITING, cancel_waiting
from registrar.mail.rules import Reason
from registrar.programmes.models import Programme, Session
from registrar.reminders import queries
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.operations import planned
from registrar.reminders.rules import (
    UNDO_WITHIN,
    Anchor,
    Audience,
    PlanState,
    WrongWords,
    check_timing,
    check_wall_clock,
    due_at,
    expires_at,
)
from registrar.web.locale import current_locale

MOST_RULES = 10


@dataclass(frozen=True)
class Details:
    """A rule as an organiser enters it."""

    anchor: Anchor
    lead: timedelta
    at_local: time | None
    audience: Audience
    template_id: int | None = None


def add(db: DbSession, programme: Programme, details: Details, *, by: str, now: datetime) -> ReminderRule:
    """Give a series one more rule; sessions for which its moment is over are left alone."""
    _lock(db, programme)
    _check(db, programme, details, now)
    others = queries.rules_of(db, programme.id)
    if len(others) >= MOST_RULES:
        raise Refusal(N_("A series has at most %(most)s reminders. Change one of them instead."), most=MOST_RULES)
    _refuse_the_same(others, details)
    rule = ReminderRule(
        programme_id=programme.id, lead=details.lead, at_local=details.at_local, template_id=details.template_id
    )
    rule.anchor, rule.audience = details.anchor, details.audience
    db.add(rule)
    db.flush()
    _plan(db, rule, now)
    audit.record(db, by, "reminder.add", rule, now=now, **_told(rule))
    return rule


def change(db: DbSession, rule: ReminderRule, details: Details, *, by: str, now: datetime) -> None:
    """Give a rule another moment or other words; plans that have not begun get the new moment."""
    programme = db.get_one(Programme, rule.programme_id)
    _lock(db, programme)
    _check(db, programme, details, now)
    _refuse_the_same([other for other in queries.rules_of(db, programme.id) if other.id != rule.id], details)
    before = _told(rule)
    moved = (rule.lead, rule.at_local) != (details.lead, details.at_local)
    rule.lead, rule.at_local, rule.template_id = details.lead, details.at_local, details.template_id
    db.flush()
    if moved:
        _redate(db, rule, now)
    _reword(db, rule)
    audit.record(db, by, "reminder.change", rule, now=now, before=before, after=_told(rule))


def switch_off(db: DbSession, rule: ReminderRule, *, by: str, now: datetime) -> int:
    """Send nothing more of this rule; return how many mails were taken back."""
    if rule.disabled_at is not None:
        return 0
    rule.disabled_at = now
    db.flush()
    taken = _take_back(db, ReminderPlan.rule_id == rule.id, OutboxMail.rule_id == rule.id, now=now)
    audit.record(db, by, "reminder.switch_off", rule, now=now, taken_back=taken)
    return taken


def switch_on(db: DbSession, rule: ReminderRule, *, by: str, now: datetime) -> None:
    """Send what is still ahead of this rule."""
    if rule.disabled_at is None:
        return
    rule.disabled_at = None
    db.flush()
    _restore(db, rule, now)
    audit.record(db, by, "reminder.switch_on", rule, now=now)


def exempt(db: DbSession, rule: ReminderRule, session: Session, *, by: str, now: datetime) -> int:
    """Send nothing of this rule about one session; return how many mails were taken back."""
    row = {"session_id": session.id, "rule_id": rule.id, "created_at": now}
    if not insert_missing(db, ReminderExemption, [row]):
        return 0
    plans = (ReminderPlan.rule_id == rule.id) & (ReminderPlan.session_id == session.id)
    mails = (OutboxMail.rule_id == rule.id) & (OutboxMail.session_id == session.id)
    taken = _take_back(db, plans, mails, now=now)
    audit.record(db, by, "reminder.exempt", rule, now=now, session=session.id, taken_back=taken)
    return taken


def include(db: DbSession, rule: ReminderRule, session: Session, *, by: str, now: datetime) -> None:
    """Let a rule write about this session again, if its moment is ahead."""
    exemption = db.get(ReminderExemption, (session.id, rule.id))
    if exemption is None:
        return
    db.delete(exemption)
    db.flush()
    _restore(db, rule, now)
    audit.record(db, by, "reminder.include", rule, now=now, session=session.id)


def _lock(db: DbSession, programme: Programme) -> None:
    """Let two organisers change the rules of a series one after the other."""
    statement = select(Programme.id).where(Programme.id == programme.id).with_for_update(key_share=True)
    db.execute(statement).one()


def _check(db: DbSession, programme: Programme, details: Details, now: datetime) -> None:
    check_timing(details, details.audience)
    if details.template_id is not None:
        template = db.get(LetterTemplate, details.template_id)
        if template is None or template.use is not LetterUse.REMINDER or template.archived_at is not None:
            raise WrongWords(N_("These words are not there any more. Choose others."))
    for session in queries.sessions_to_come(db, programme.id, now):
        check_wall_clock(details, session, session.title(current_locale()))


def _refuse_the_same(others: list[ReminderRule], details: Details) -> None:
    wanted = (details.anchor, details.lead, details.at_local, details.audience)
    for other in others:
        if (other.anchor, other.lead, other.at_local, other.audience) == wanted:
            if other.disabled_at is not None:
                raise Conflict(N_("This series has this reminder already, switched off. Switch it on again."))
            raise Conflict(N_("This series has this reminder already."))


def _plan(db: DbSession, rule: ReminderRule, now: datetime) -> None:
    """Plan a new rule where it is still ahead, and note where it came too late."""
    rows = [row for session in queries.in_reach(db, rule, now) if (row := planned(session, rule, now))]
    insert_missing(db, ReminderPlan, [row | _late(row["due_at"], now) for row in rows])


def _late(due: datetime, now: datetime) -> dict[str, Any]:
    """Return the end of a plan whose moment was over when its rule was made."""
    return {} if due > now - UNDO_WITHIN else {"state": PlanState.LATE, "finished_at": now}


def _redate(db: DbSession, rule: ReminderRule, now: datetime) -> None:
    """Give the plans that have written nothing yet the new moment; what is over by it is not sent afterwards."""
    unsent = (ReminderPlan.cursor == 0, ReminderPlan.state != PlanState.DONE, ReminderPlan.revision == Session.revision)
    plans = select(ReminderPlan).join(ReminderPlan.session).where(ReminderPlan.rule_id == rule.id, *unsent)
    fresh = {"populate_existing": True}
    for each in db.scalars(plans.with_for_update(of=ReminderPlan), execution_options=fresh).all():
        due = due_at(rule, each.session)
        if due is None:
            continue
        each.due_at, each.expires_at = due, expires_at(rule.anchor, due, each.session.starts_at)
        if each.state is not PlanState.VOID:
            end = _late(due, now) or {"state": PlanState.PLANNED, "finished_at": None}
            each.state, each.finished_at = end["state"], end["finished_at"]
    db.flush()
    _plan(db, rule, now)


def _reword(db: DbSession, rule: ReminderRule) -> None:
    """Write what waits in the words that the rule has now."""
    mails = update(OutboxMail).where(OutboxMail.rule_id == rule.id, OutboxMail.state.in_(WAITING))
    version = queries.newest_version(db, rule)
    db.execute(mails.values(letter_version_id=version), execution_options={"synchronize_session": False})


def _take_back(db: DbSession, plans: ColumnElement[bool], mails: ColumnElement[bool], *, now: datetime) -> int:
    """End the plans that have not finished, then the mails that wait, so that no fan-out adds to them behind us."""
    ended = update(ReminderPlan).where(plans, ReminderPlan.state == PlanState.PLANNED)
    values = {"state": PlanState.VOID, "finished_at": now}
    db.execute(ended.values(values), execution_options={"synchronize_session": "fetch"})
    cancel_waiting(db, Reason.SWITCHED_OFF, mails, now=now)
    taken = (OutboxMail.reason == Reason.SWITCHED_OFF, OutboxMail.finished_at == now)
    return db.scalar(select(func.count()).where(mails, *taken)) or 0


def _restore(db: DbSession, rule: ReminderRule, now: datetime) -> None:
    which = queries.switched_on_again(now).where(ReminderRule.id == rule.id)
    again = update(ReminderPlan).where(ReminderPlan.id.in_(which))
    values = {"state": PlanState.PLANNED, "finished_at": None}
    db.execute(again.values(values), execution_options={"synchronize_session": "fetch"})
    _plan(db, rule, now)


def _told(rule: ReminderRule) -> dict[str, object]:
    """Return what the audit trail keeps of a rule."""
    return {
        "anchor": rule.anchor,
        "minutes": int(rule.lead.total_seconds() // 60),
        "at": f"{rule.at_local:%H:%M}" if rule.at_local else None,
        "audience": rule.audience,
        "template": rule.template_id,
    }
