"""What is closed, how much waits behind it, and who is there to send it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, text

from registrar.accounts.models import Staff
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.console import reach
from registrar.db import Base, DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport, MailGate, MailMachine, OutboxMail, WorkerBeat
from registrar.mail.rules import MailState, ReportState

MOST = 1000
"""Badges count no further: who has more to look at needs no number."""
MOST_WAITING = 100_000
MOST_LISTED = 20

# Written out, so that the planner sees that the partial index fits.
_WAITS = text("outbox.state IN ('queued', 'deferred')")


@dataclass(frozen=True)
class Signs:
    """How many things about mail wait for a person."""

    in_doubt: int
    reports: int
    closed: int


@dataclass(frozen=True)
class Closed:
    """A closed gate, and the campaign that it is about."""

    gate: MailGate
    campaign: Campaign | None = None


def signs(db: DbSession, staff: Staff) -> Signs:
    """Count what waits for a person, each from its index and no further than `MOST`."""
    return Signs(
        _some(db, OutboxMail, (OutboxMail.state == MailState.IN_DOUBT) & reach.mails(staff)),
        _some(db, BounceReport, BounceReport.state == ReportState.WAITING),
        db.scalar(select(func.count()).select_from(MailGate)) or 0,
    )


def closed(db: DbSession) -> list[Closed]:
    """Return what is closed, the oldest first, with the campaigns that are."""
    gates = gate.closed(db)
    named = {each.scope: gate_campaign(each.scope) for each in gates}
    ids = [campaign_id for campaign_id in named.values() if campaign_id]
    statement = select(Campaign).where(Campaign.id.in_(ids))
    campaigns = {each.id: each for each in db.scalars(statement)} if ids else {}
    return [Closed(each, campaigns.get(named[each.scope] or 0)) for each in gates]


def gate_campaign(scope: str) -> int | None:
    """Return the campaign that a gate is about, if it is about one."""
    prefix, _, number = scope.partition(":")
    return int(number) if prefix == "campaign" and number.isdecimal() else None


def _some(db: DbSession, model: type[Base], condition: ColumnElement[bool]) -> int:
    found = select(model.id).where(condition).limit(MOST).subquery()  # type: ignore[attr-defined]  # both have an id
    return db.scalar(select(func.count()).select_from(found)) or 0


@dataclass(frozen=True)
class Waiting:
    """How many mails wait, in all and by kind; counted no further than `MOST_WAITING`."""

    total: int
    kinds: dict[str, int]
    campaigns: dict[int, int]

    @property
    def is_cut(self) -> bool:
        """Whether more wait than were counted."""
        return self.total >= MOST_WAITING

    def behind(self, scope: str) -> int:
        """Return how many wait behind a gate."""
        if scope == gate.EVERYTHING:
            return self.total
        if campaign := gate_campaign(scope):
            return self.campaigns.get(campaign, 0)
        return self.kinds.get(scope.removeprefix(gate.kind_scope("")), 0)


def waiting(db: DbSession) -> Waiting:
    """Count the mails that wait for their time or for a worker, from the index of those alone."""
    some = select(OutboxMail.kind, OutboxMail.campaign_id).where(_WAITS).limit(MOST_WAITING).subquery()
    kinds: Counter[str] = Counter()
    campaigns: Counter[int] = Counter()
    counted = select(some.c.kind, some.c.campaign_id, func.count()).group_by(some.c.kind, some.c.campaign_id)
    for kind, campaign, count in db.execute(counted):
        kinds[kind] += count
        campaigns[campaign or 0] += count
    return Waiting(kinds.total(), dict(kinds), dict(campaigns))


def pausable_campaigns(db: DbSession) -> Sequence[Campaign]:
    """Return the mailings that have been approved and are not over, the newest first."""
    running = (CampaignState.HELD, CampaignState.CANARY, CampaignState.SENDING)
    return db.scalars(select(Campaign).where(Campaign.state.in_(running)).order_by(Campaign.id.desc())).all()


def machines(db: DbSession) -> Sequence[MailMachine]:
    """Return the machines that have been admitted to send, the latest seen first."""
    return db.scalars(select(MailMachine).order_by(MailMachine.seen_at.desc()).limit(MOST_LISTED)).all()


def workers(db: DbSession) -> Sequence[WorkerBeat]:
    """Return the workers seen in the last days, the latest first."""
    return db.scalars(select(WorkerBeat).order_by(WorkerBeat.beat_at.desc()).limit(MOST_LISTED)).all()


def people_of(db: DbSession, actors: Iterable[str]) -> dict[str, str]:
    """Return the names of those of the team among the actors of the audit trail."""
    ids = {int(number) for kind, _, number in (each.partition(":") for each in actors) if kind == "staff"}
    found = db.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all() if ids else []
    return {f"staff:{staff_id}": name for staff_id, name in found}
