"""Two organisers and two workers at once: one approval, one fan-out, one mail to each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from registrar.audit.models import AuditEntry
from registrar.campaigns import operations
from registrar.campaigns.fan_out import fan_out
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval
from registrar.campaigns.rules import EVERYBODY
from registrar.db import DbSession, alchemy
from registrar.errors import Conflict
from registrar.mail.models import OutboxMail
from tests.campaigns.conftest import HOLD, Agreeing
from tests.conftest import TestClock

Approve = Callable[..., Campaign]
PEOPLE = 25


def at_once(app: Flask, act: Callable[[DbSession, int], object], times: int) -> list[object]:
    """Do the same in so many threads, each with a database session of its own, and return what each did."""

    def one(number: int) -> object:
        with app.app_context(), DbSession(alchemy.engine) as db:
            done = act(db, number)
            db.commit()
            return done

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_two_approvals_at_once_one_counts(
    app: Flask, db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime
) -> None:
    agreeing()
    campaign_id = draft.id
    db.commit()

    def approve(own: DbSession, number: int) -> str:
        try:
            operations.approve(own, campaign_id, Approval(1, None), hold=HOLD, by=f"staff:{number}", now=now)
        except Conflict:
            own.rollback()
            return "refused"
        return f"staff:{number}"

    answers = at_once(app, approve, 4)

    db.expire_all()
    assert sorted(answers, key=str)[:3] == ["refused"] * 3
    assert draft.approved_by == sorted(answers, key=str)[3]
    approvals = select(AuditEntry.actor).where(AuditEntry.action == "campaign.approve")
    assert db.scalars(approvals).all() == [draft.approved_by]


def test_several_workers_write_to_each_once(
    app: Flask, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    for _ in range(PEOPLE):
        agreeing()
    campaign = approve(PEOPLE)
    moment = clock.advance(minutes=10)

    for _ in range(3):
        at_once(app, lambda own, _number: fan_out(own, moment), 4)

    db.expire_all()
    counted = select(func.count(), func.count(OutboxMail.person_id.distinct())).select_from(OutboxMail)
    assert db.execute(counted).one() == (PEOPLE, PEOPLE)
    assert (campaign.queued, campaign.cursor) == (PEOPLE, EVERYBODY)
