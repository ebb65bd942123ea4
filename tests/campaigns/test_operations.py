"""Approving, taking back and cancelling: each once, by a person who knows how many it is for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.campaigns import fan_out, operations, pausing
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval, WrongCount
from registrar.campaigns.rules import CampaignState
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail import gate
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Programme
from tests import factories
from tests.campaigns.conftest import BY, HOLD, Agreeing
from tests.conftest import TestClock

Approve = Callable[..., Campaign]


def approving(db: DbSession, draft: Campaign, seen: int, typed: int | None, now: datetime) -> Campaign:
    return operations.approve(db, draft.id, Approval(seen, typed), hold=HOLD, by=BY, now=now)


def test_approval_holds_it_and_fixes_words_and_number(
    db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime
) -> None:
    agreeing()

    approving(db, draft, 1, None, now)

    assert (draft.state, draft.expected, draft.starts_at) == (CampaignState.HELD, 1, now + HOLD)
    assert (draft.approved_by, draft.approved_at) == (BY, now)
    assert draft.version_id == db.scalars(select(LetterVersion.id)).one()


def test_it_is_approved_once(db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime) -> None:
    agreeing()
    approving(db, draft, 1, None, now)

    with pytest.raises(Conflict):
        approving(db, draft, 1, None, now)
    approvals = select(AuditEntry.actor).where(AuditEntry.action == "campaign.approve")
    assert db.scalars(approvals).all() == [BY]


def test_nobody_is_refused(db: DbSession, draft: Campaign, now: datetime) -> None:
    with pytest.raises(Refusal):
        approving(db, draft, 0, None, now)
    assert draft.state is CampaignState.DRAFT


@pytest.mark.parametrize("typed", [None, 100, 102])
def test_above_a_hundred_the_number_must_be_typed(
    db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime, typed: int | None
) -> None:
    for _ in range(101):
        agreeing()

    with pytest.raises(WrongCount) as refused:
        approving(db, draft, 101, typed, now)
    assert refused.value.found == 101
    assert approving(db, draft, 101, 101, now).expected == 101


def test_a_segment_that_has_grown_since_it_was_seen_is_refused(
    db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime
) -> None:
    for _ in range(12):
        agreeing()

    with pytest.raises(WrongCount):
        approving(db, draft, 1, None, now)
    assert approving(db, draft, 2, None, now).expected == 12


def test_a_letter_without_words_cannot_be_sent(
    db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime
) -> None:
    agreeing()
    for version in db.scalars(select(LetterVersion)):
        db.delete(version)

    with pytest.raises(Refusal, match="no words"):
        approving(db, draft, 1, None, now)


def test_a_chosen_time_is_kept_unless_the_hold_ends_later(
    db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime
) -> None:
    agreeing()
    later = now + timedelta(days=2)
    operations.schedule(db, draft.id, later, "Europe/Paris", None, by=BY, now=now)
    assert approving(db, draft, 1, None, now).starts_at == later

    operations.take_back(db, draft.id, hold=HOLD, by=BY, now=now)
    assert (draft.state, draft.starts_at) == (CampaignState.DRAFT, later)
    assert approving(db, draft, 1, None, later - timedelta(minutes=3)).starts_at == later + timedelta(minutes=7)


def test_a_time_that_has_passed_is_refused(db: DbSession, draft: Campaign, agreeing: Agreeing, now: datetime) -> None:
    agreeing()
    with pytest.raises(Refusal):
        operations.schedule(db, draft.id, now, "Europe/Paris", None, by=BY, now=now)
    operations.schedule(db, draft.id, now + HOLD, "Europe/Paris", None, by=BY, now=now)

    with pytest.raises(Refusal):
        approving(db, draft, 1, None, now + HOLD)


def test_what_is_held_can_be_taken_back_and_changed(
    db: DbSession, draft: Campaign, agreeing: Agreeing, approve: Approve, now: datetime
) -> None:
    agreeing()
    approve(1)
    with pytest.raises(Conflict):
        operations.choose(db, draft.id, Segment(locale="fr"), by=BY, now=now)

    operations.take_back(db, draft.id, hold=HOLD, by=BY, now=now)

    assert (draft.state, draft.starts_at, draft.version_id, draft.approved_by) == (
        CampaignState.DRAFT, None, None, None,
    )  # fmt: skip
    operations.choose(db, draft.id, Segment(locale="fr"), by=BY, now=now)
    assert draft.segment == {"locale": "fr"}


def test_cancelling_takes_back_what_waits(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing(), agreeing()
    campaign = approve(2)
    moment = clock.advance(minutes=10)
    fan_out.fan_out(db, moment)
    first, second = db.scalars(select(OutboxMail).order_by(OutboxMail.id))
    first.state = MailState.SENT
    db.flush()
    pausing.pause(db, campaign.id, by=BY, now=moment)

    operations.cancel(db, campaign.id, by=BY, now=moment)
    db.refresh(second)

    assert (campaign.state, campaign.finished_at) == (CampaignState.CANCELLED, moment)
    assert (first.state, second.state, second.reason) == (MailState.SENT, MailState.CANCELLED, Reason.TAKEN_BACK)
    assert gate.is_closed(db, gate.campaign_scope(campaign.id)) is False
    assert fan_out.fan_out(db, moment) == 0
    with pytest.raises(Conflict):
        operations.cancel(db, campaign.id, by=BY, now=moment)


def test_what_has_left_cannot_be_taken_back(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing()
    campaign = approve(1)
    moment = clock.advance(minutes=10)
    fan_out.fan_out(db, moment)

    with pytest.raises(Conflict):
        operations.take_back(db, campaign.id, hold=HOLD, by=BY, now=moment)


def test_a_copy_is_a_draft_of_its_own(
    db: DbSession, draft: Campaign, agreeing: Agreeing, approve: Approve, now: datetime
) -> None:
    agreeing()
    approve(1)

    copy = operations.duplicate(db, draft, "News again", by=BY, now=now)

    assert (copy.state, copy.segment, copy.template_id) == (CampaignState.DRAFT, draft.segment, draft.template_id)
    assert (copy.expected, copy.starts_at, copy.cursor, copy.queued) == (None, None, 0, 0)


def test_a_reminder_is_no_letter_for_a_campaign(db: DbSession, series: Programme, now: datetime) -> None:
    reminder = factories.stored(db, LetterTemplate(name="Soon", use=LetterUse.REMINDER, created_at=now))

    with pytest.raises(Refusal):
        operations.create(db, "News", series, reminder, timezone="Europe/Paris", by=BY, now=now)
