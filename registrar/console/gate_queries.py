"""What is closed, and how much waits behind it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from registrar.campaigns.models import Campaign
from registrar.db import Base, DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport, MailGate, OutboxMail
from registrar.mail.rules import MailState, ReportState

MOST = 1000
"""Badges count no further: who has more to look at needs no number."""


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


def signs(db: DbSession) -> Signs:
    """Count what waits for a person, each from its index and no further than `MOST`."""
    return Signs(
        _some(db, OutboxMail, OutboxMail.state == MailState.IN_DOUBT),
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
