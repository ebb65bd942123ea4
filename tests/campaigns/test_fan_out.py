"""A campaign is spread over the outbox once, in chunks, and stands still where a person must look."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from registrar.campaigns import fan_out, operations, pausing, queries
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval
from registrar.campaigns.rules import CANARY_WAIT, EVERYBODY, CampaignState
from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport, LocalMail, OutboxMail
from registrar.mail.rules import GateReason, Lane, MailState, ReportMethod, ReportState, ReportVerdict
from tests import factories
from tests.campaigns.conftest import BY, HOLD, Agreeing, agrees
from tests.conftest import TestClock

Approve = Callable[..., Campaign]
Work = Callable[[], int]


def mails(db: DbSession) -> Sequence[OutboxMail]:
    return db.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()


def step(db: DbSession, now: datetime) -> int:
    """Run the jobs once, as the worker does."""
    done = sum(job(db, now) for job in fan_out.JOBS)
    db.commit()
    return done


def test_nothing_leaves_while_it_is_held(db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve) -> None:
    agreeing()
    campaign = approve(1)

    assert step(db, clock.advance(minutes=9, seconds=59)) == 0
    assert mails(db) == []
    assert campaign.state is CampaignState.HELD


def test_each_recipient_gets_one_mail(db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve) -> None:
    people = [agreeing() for _ in range(3)]
    campaign = approve(3)
    moment = clock.advance(minutes=10)

    step(db, moment)
    step(db, moment)

    found = mails(db)
    assert [mail.key for mail in found] == [f"campaign:{campaign.id}:{person.id}" for person in people]
    assert {(mail.kind, mail.lane, mail.topic) for mail in found} == {
        ("campaigns.letter", Lane.CAMPAIGN, campaign.programme.slug)
    }
    assert {mail.letter_version_id for mail in found} == {campaign.version_id}
    assert (campaign.queued, campaign.cursor, campaign.state) == (3, EVERYBODY, CampaignState.SENDING)


def test_a_fan_out_goes_on_from_its_cursor(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "CHUNK", 2)
    people = [agreeing() for _ in range(5)]
    campaign = approve(5)
    moment = clock.advance(minutes=10)

    cursors = []
    while campaign.cursor != EVERYBODY:
        step(db, moment)
        cursors.append((campaign.cursor, campaign.queued))

    assert cursors == [(people[1].id, 2), (people[3].id, 4), (EVERYBODY, 5)]


def test_a_step_that_is_lost_is_repeated_without_a_second_mail(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing()
    campaign = approve(1)
    moment = clock.advance(minutes=10)
    fan_out.fan_out(db, moment)
    db.rollback()
    assert mails(db) == []

    step(db, moment)
    campaign.cursor = 0
    step(db, moment)

    assert [mail.key for mail in mails(db)] == [f"campaign:{campaign.id}:{mails(db)[0].person_id}"]
    assert campaign.queued == 1


def test_the_fan_out_waits_while_enough_of_its_mails_wait(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "CHUNK", 2)
    monkeypatch.setattr(fan_out, "MOST_WAITING", 4)
    for _ in range(7):
        agreeing()
    approve(7)
    moment = clock.advance(minutes=10)

    while step(db, moment):
        pass
    assert len(mails(db)) == 4

    mails(db)[0].state = mails(db)[1].state = MailState.SENT
    db.flush()
    while step(db, moment):
        pass
    assert len(mails(db)) == 6


def test_who_agreed_after_the_start_is_not_among_them(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "CHUNK", 1)
    first = agreeing()
    campaign = approve(1)
    moment = clock.advance(minutes=10)
    step(db, moment)
    late = factories.person(db)
    agrees(db, late, clock.advance(seconds=1))
    factories.registration(db, campaign.programme, person_id=late.id)

    step(db, clock.advance(minutes=1))

    assert [mail.person_id for mail in mails(db)] == [first.id]
    assert campaign.cursor == EVERYBODY


def test_many_more_recipients_than_approved_wait_for_a_person(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, now: datetime
) -> None:
    agreeing()
    campaign = approve(1)
    for _ in range(11):
        agreeing()
    moment = clock.advance(minutes=10)

    step(db, moment)
    assert (campaign.state, campaign.expected, len(mails(db))) == (CampaignState.HELD, 12, 0)
    paused = queries.last_pause(db, campaign.id)
    assert paused is not None
    assert paused.details == {"reason": "grown", "expected": 1, "found": 12}

    pausing.resume(db, campaign.id, by=BY, now=moment)
    step(db, moment)
    assert (campaign.state, len(mails(db))) == (CampaignState.SENDING, 12)


def test_a_pause_holds_the_fan_out_back(db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve) -> None:
    agreeing()
    campaign = approve(1)
    pausing.pause(db, campaign.id, by=BY, now=clock.now)
    moment = clock.advance(minutes=10)

    assert step(db, moment) == 0
    pausing.resume(db, campaign.id, by=BY, now=moment)
    assert step(db, moment) > 0
    assert gate.is_closed(db, gate.campaign_scope(campaign.id)) is False


@pytest.mark.parametrize("scope", [gate.EVERYTHING, gate.kind_scope("campaigns.letter")])
def test_a_pause_of_all_or_of_the_kind_holds_it_back_too(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, scope: str
) -> None:
    agreeing()
    approve(1)
    gate.close(db, scope, GateReason.PAUSED, by=BY, now=clock.now)

    assert step(db, clock.advance(minutes=10)) == 0


def test_the_first_few_get_it_first(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    people = [agreeing() for _ in range(5)]
    campaign = approve(5, canary_size=2)

    clock.advance(minutes=10)
    work()
    assert [mail.person_id for mail in mails(db)] == [people[0].id, people[1].id]
    assert (campaign.state, campaign.starts_at) == (CampaignState.CANARY, clock.now + CANARY_WAIT)

    clock.advance(minutes=30)
    work()
    assert [mail.state for mail in mails(db)] == [MailState.SENT] * 5
    assert campaign.state is CampaignState.DONE


def test_first_mails_that_come_back_stop_the_others(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    for _ in range(5):
        agreeing()
    campaign = approve(5, canary_size=2)
    clock.advance(minutes=10)
    work()
    report: dict[str, Any] = {
        "source": "pipe",
        "verdict": ReportVerdict.HARD,
        "method": ReportMethod.DSN,
        "diagnostic": "",
    }
    report |= {"state": ReportState.APPLIED, "fingerprint": "1", "received_at": clock.now}
    factories.stored(db, BounceReport(outbox_id=mails(db)[0].id, **report))

    clock.advance(minutes=30)
    work()

    assert len(mails(db)) == 2
    assert gate.is_closed(db, gate.campaign_scope(campaign.id)) is True
    pausing.resume(db, campaign.id, by=BY, now=clock.now)
    work()
    assert len(mails(db)) == 5


def test_a_campaign_is_done_when_its_mails_are_settled(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    person = agreeing()
    campaign = approve(1)

    clock.advance(minutes=10)
    work()

    assert (campaign.state, campaign.finished_at) == (CampaignState.DONE, clock.now)
    assert [letter.recipient for letter in db.scalars(select(LocalMail))] == [person.email]


def test_conditions_that_nobody_can_read_stop_their_campaign_and_no_other(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, draft: Campaign
) -> None:
    agreeing()
    copy = operations.duplicate(db, draft, "Copy", by=BY, now=clock.now)
    approve(1)
    operations.approve(db, copy.id, Approval(1, None), hold=HOLD, by=BY, now=clock.now)
    draft.segment = {"everybody": True}
    moment = clock.advance(minutes=10)

    step(db, moment)

    assert gate.is_closed(db, gate.campaign_scope(draft.id)) is True
    assert [mail.campaign_id for mail in mails(db)] == [copy.id]
