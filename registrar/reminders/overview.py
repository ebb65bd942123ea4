"""The rules of a series and what each of them does for each of its sessions, as organisers see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from registrar.db import DbSession
from registrar.letters.models import LetterTemplate
from registrar.programmes.models import Programme, Session
from registrar.reminders import queries
from registrar.reminders.audiences import recipients, wanted
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.rules import Anchor, PlanState, due_at

LATELY = timedelta(days=14)
"""How long after its end a session is still shown."""
Key = tuple[int, int]
"""A session and a rule."""


class Outlook(StrEnum):
    """What a rule does about one session."""

    AHEAD = "ahead"
    UNKNOWN = "unknown"
    """Its moment is not known yet: nothing is published."""
    UNDER_WAY = "under_way"
    SENT = "sent"
    LATE = "late"
    SUPERSEDED = "superseded"
    EXEMPT = "exempt"
    """Switched off for this session."""
    OFF = "off"
    """Switched off for the series."""
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Cell:
    """One rule and one session."""

    session: Session
    rule: ReminderRule
    outlook: Outlook
    due_at: datetime | None
    queued: int
    """How many mails have been written."""


@dataclass(frozen=True)
class Line:
    """One rule with its words, and what it does next for how many."""

    rule: ReminderRule
    words: LetterTemplate | None
    next: Cell | None
    count: int


def lines(db: DbSession, programme: Programme, now: datetime) -> list[Line]:
    """Return the rules of a series in the order in which they are due around a session."""
    cells = matrix(db, programme, now)
    rules = in_order(db, programme.id, now)
    words = {each.id: each for each in db.scalars(select(LetterTemplate))}
    found = []
    for rule in rules:
        mine = [cell for row in cells for cell in row if cell.rule.id == rule.id and cell.outlook is Outlook.AHEAD]
        coming = min(mine, key=lambda each: each.due_at or now, default=None)
        found.append(Line(rule, words.get(rule.template_id or 0), coming, count(db, coming) if coming else 0))
    return found


def matrix(db: DbSession, programme: Programme, now: datetime) -> list[list[Cell]]:
    """Return a row of cells for each session to come or just over, in the order of time."""
    shown = (Session.programme_id == programme.id, Session.ends_at > now - LATELY)
    sessions = db.scalars(select(Session).where(*shown).order_by(Session.starts_at, Session.id)).all()
    return rows(db, sessions, in_order(db, programme.id, now), now)


def rows(db: DbSession, sessions: Sequence[Session], rules: Sequence[ReminderRule], now: datetime) -> list[list[Cell]]:
    """Return what each rule does about each of these sessions."""
    ids = [session.id for session in sessions]
    plans = _plans(db, ids)
    exempt = _exempt(db, ids)
    return [[_cell(session, rule, plans, exempt, now) for rule in rules] for session in sessions]


def count(db: DbSession, cell: Cell) -> int:
    """Return how many would get the mail if it left now."""
    if cell.due_at is None:
        return 0
    whom = recipients(cell.rule, cell.session.id, cell.due_at, func.count()).where(wanted(cell.rule))
    return db.scalar(whom) or 0


def in_order(db: DbSession, programme_id: int, now: datetime) -> list[ReminderRule]:
    """Return the rules of a series as their mails leave around its next session, what waits for a publication last."""
    session = next(iter(queries.sessions_to_come(db, programme_id, now)), None)
    rules = queries.rules_of(db, programme_id)

    def place(rule: ReminderRule) -> tuple[bool, datetime, timedelta]:
        due = due_at(rule, session) if session else None
        return rule.anchor is Anchor.PUBLISHED, due or now, rule.lead

    return sorted(rules, key=place)


def _cell(
    session: Session, rule: ReminderRule, plans: Mapping[Key, ReminderPlan], exempt: Iterable[Key], now: datetime
) -> Cell:
    key = (session.id, rule.id)
    plan, due = plans.get(key), due_at(rule, session)
    is_begun = plan is not None and (plan.cursor > 0 or plan.state is PlanState.DONE)
    at = plan.due_at if plan and is_begun else due
    outlook = _outlook(session, rule, plan if plan and plan.state is not PlanState.VOID else None, due, now)
    if outlook in {Outlook.AHEAD, Outlook.UNKNOWN, Outlook.UNDER_WAY} and key in exempt:
        outlook = Outlook.EXEMPT
    return Cell(session, rule, outlook, at, plan.queued if plan else 0)


ENDED = {
    PlanState.DONE: Outlook.SENT,
    PlanState.LATE: Outlook.LATE,
    PlanState.SUPERSEDED: Outlook.SUPERSEDED,
}


def _outlook(
    session: Session, rule: ReminderRule, plan: ReminderPlan | None, due: datetime | None, now: datetime
) -> Outlook:
    if plan is not None and plan.state in ENDED:
        return ENDED[plan.state]
    if session.cancelled_at is not None:
        return Outlook.CANCELLED
    if rule.disabled_at is not None:
        return Outlook.OFF
    if due is None:
        return Outlook.UNKNOWN
    if due > now:
        return Outlook.AHEAD
    return Outlook.UNDER_WAY if plan is not None else Outlook.LATE


def _plans(db: DbSession, ids: Sequence[int]) -> dict[Key, ReminderPlan]:
    """Return the newest plan of each session and rule."""
    found = select(ReminderPlan).where(ReminderPlan.session_id.in_(ids)).order_by(ReminderPlan.revision)
    return {(plan.session_id, plan.rule_id): plan for plan in db.scalars(found)}


def _exempt(db: DbSession, ids: Sequence[int]) -> set[Key]:
    found = select(ReminderExemption).where(ReminderExemption.session_id.in_(ids))
    return {(each.session_id, each.rule_id) for each in db.scalars(found)}
