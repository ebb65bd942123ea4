"""How well mail arrives: what the mail servers answered by whose mailboxes, what came back, and how long it took."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from registrar.console.rules import Pace, pace
from registrar.db import DbSession
from registrar.mail.models import BounceReport, MailAttempt, OutboxMail
from registrar.mail.rules import Lane, MailState, OutcomeKind, ReportVerdict

MOST_GROUPS = 30
MOST_REFUSALS = 12
SAMPLE = 5000
"""How many of the newest acceptances tell how long mail takes."""
CAME_BACK = (ReportVerdict.HARD, ReportVerdict.SOFT, ReportVerdict.COMPLAINT)
ACCEPTED = frozenset({OutcomeKind.ACCEPTED})
PUT_OFF = frozenset({OutcomeKind.DEFERRED, OutcomeKind.GREYLISTED, OutcomeKind.HOST_DEFERRED})
REFUSED = frozenset({OutcomeKind.REJECTED_RECIPIENT, OutcomeKind.REJECTED_CONTENT, OutcomeKind.REJECTED_POLICY})


@dataclass
class Group:
    """What became of the attempts at the mailboxes of one provider or domain."""

    name: str
    """As `MailAttempt.domain_group`; empty where it is not known."""
    outcomes: Counter[OutcomeKind] = field(default_factory=Counter)
    came_back: int = 0

    @property
    def accepted(self) -> int:
        return self.outcomes[OutcomeKind.ACCEPTED]

    @property
    def put_off(self) -> int:
        return sum(self.outcomes[each] for each in PUT_OFF)

    @property
    def refused(self) -> int:
        return sum(self.outcomes[each] for each in REFUSED)

    @property
    def in_doubt(self) -> int:
        return self.outcomes[OutcomeKind.IN_DOUBT]

    @property
    def settled(self) -> int:
        """How many attempts had an end: being put off is none."""
        return self.accepted + self.refused + self.in_doubt

    @property
    def refused_share(self) -> float:
        """How many percent were refused or came back."""
        return 100 * min(self.refused + self.came_back, self.settled) / self.settled if self.settled else 0.0


@dataclass(frozen=True)
class Refusal:
    """An answer of a mail server that was no acceptance, and how often it was given."""

    outcome: OutcomeKind
    group: str
    code: int | None
    text: str
    count: int
    last_at: datetime


def groups(db: DbSession, since: datetime) -> list[Group]:
    """Return the outcomes of the attempts since a moment by whose mailboxes they were for, the largest first."""
    counted = select(MailAttempt.domain_group, MailAttempt.outcome, func.count()).where(MailAttempt.ended_at >= since)
    found: dict[str, Group] = {}
    for name, outcome, count in db.execute(counted.group_by(MailAttempt.domain_group, MailAttempt.outcome)):
        found.setdefault(name or "", Group(name or "")).outcomes[outcome] += count
    for name, count in _came_back(db, since):
        found.setdefault(name, Group(name)).came_back += count
    return sorted(found.values(), key=lambda each: (-each.outcomes.total(), each.name))


def total(groups: Sequence[Group]) -> Group:
    """Add the groups up."""
    everything = Group("")
    for each in groups:
        everything.outcomes += each.outcomes
        everything.came_back += each.came_back
    return everything


def _came_back(db: DbSession, since: datetime) -> Iterator[tuple[str, int]]:
    """Yield how many mails came back since a moment, by the mailboxes of their last attempt."""
    last = (
        select(MailAttempt.domain_group)
        .where(MailAttempt.outbox_id == BounceReport.outbox_id)
        .order_by(MailAttempt.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    proven = select(last.label("name")).where(
        BounceReport.received_at >= since, BounceReport.outbox_id.is_not(None), BounceReport.verdict.in_(CAME_BACK)
    )
    each = proven.subquery()
    for name, count in db.execute(select(each.c.name, func.count()).group_by(each.c.name)):
        yield name or "", count


def refusals(db: DbSession, since: datetime) -> list[Refusal]:
    """Return the different answers that were no acceptance, the latest first."""
    facts = (MailAttempt.outcome, MailAttempt.domain_group, MailAttempt.code, MailAttempt.text)
    last = func.max(MailAttempt.ended_at)
    statement = select(*facts, func.count(), last).where(
        MailAttempt.ended_at >= since, MailAttempt.outcome != OutcomeKind.ACCEPTED
    )
    rows = db.execute(statement.group_by(*facts).order_by(last.desc()).limit(MOST_REFUSALS))
    return [Refusal(outcome, group or "", code, text, count, at) for outcome, group, code, text, count, at in rows]


def paces(db: DbSession, since: datetime) -> dict[Lane, Pace]:
    """Return for each lane how long its newest mails took from their due time to their acceptance."""
    return {lane: found for lane in Lane if (found := _pace(db, lane, since))}


def _pace(db: DbSession, lane: Lane, since: datetime) -> Pace | None:
    statement = select(OutboxMail.due_at, OutboxMail.finished_at).where(
        OutboxMail.state == MailState.SENT, OutboxMail.finished_at >= since, OutboxMail.lane == int(lane)
    )
    newest = db.execute(statement.order_by(OutboxMail.finished_at.desc()).limit(SAMPLE))
    return pace([max((finished - due).total_seconds(), 0) for due, finished in newest if finished])
