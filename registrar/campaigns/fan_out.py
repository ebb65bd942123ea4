"""The worker's part in a campaign: start it when its hold is over, spread it over the outbox, end it when sent."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, literal, select

from registrar.audit import operations as audit
from registrar.campaigns import audience, pausing, queries
from registrar.campaigns.audience import Recipients, Span
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import (
    CANARY_WAIT,
    CHUNK,
    EVERYBODY,
    LETTER,
    MOST_WAITING,
    USEFUL,
    CampaignState,
    PauseReason,
    canary_failed,
    has_grown,
    move,
)
from registrar.campaigns.segments import BadSegment
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue_selected
from registrar.mail.rules import Lane
from registrar.people.models import Person

WORKER = "worker"


def fan_out(db: DbSession, now: datetime) -> int:
    """Let every campaign that may go on take its next step; return how many mails and moves that made."""
    return sum(_step(db, campaign, now) for campaign in queries.in_hand(db, now))


def finish(db: DbSession, now: datetime) -> int:
    """End the campaigns whose mails are all settled; return how many."""
    over = queries.settled(db)
    for campaign in over:
        _become(db, campaign, CampaignState.DONE, now)
        campaign.finished_at = now
    return len(over)


JOBS = (fan_out, finish)


def _step(db: DbSession, campaign: Campaign, now: datetime) -> int:
    """Take the next step; one whose conditions cannot be read stands still, so that it keeps nobody else's back."""
    try:
        return _taken(db, campaign, now)
    except BadSegment:
        return pausing.stop_by_itself(db, campaign, PauseReason.UNREADABLE, now=now)


def _taken(db: DbSession, campaign: Campaign, now: datetime) -> int:
    match campaign.state:
        case CampaignState.HELD:
            return _start(db, campaign, now)
        case CampaignState.CANARY:
            return _judge_canary(db, campaign, now)
        case _:
            return _next_chunk(db, campaign, now)


def _start(db: DbSession, campaign: Campaign, now: datetime) -> int:
    """Begin, unless many more people are meant than were approved: then a person looks again.

    What is found becomes what is expected, so that going on after the pause approves it.
    """
    expected, found = campaign.expected or 0, audience.count(db, audience.recipients_of(campaign, now))
    if has_grown(expected, found):
        campaign.expected = found
        facts = {"expected": expected, "found": found}
        return pausing.stop_by_itself(db, campaign, PauseReason.GROWN, now=now, **facts)
    campaign.started_at = now
    if campaign.canary_size is None:
        _become(db, campaign, CampaignState.SENDING, now)
        return 1 + _next_chunk(db, campaign, now)
    _become(db, campaign, CampaignState.CANARY, now)
    campaign.starts_at = now + CANARY_WAIT
    return 1 + _queue(db, campaign, campaign.canary_size, now)


def _judge_canary(db: DbSession, campaign: Campaign, now: datetime) -> int:
    """Go on with the others if the first few arrived; else go on only when a person says so."""
    if queries.untried(db, campaign.id):
        return 0
    _become(db, campaign, CampaignState.SENDING, now)
    bad = queries.came_back(db, campaign.id)
    if canary_failed(campaign.queued, bad):
        facts = {"came_back": bad, "of": campaign.queued}
        pausing.stop_by_itself(db, campaign, PauseReason.CANARY, now=now, **facts)
    return 1


def _next_chunk(db: DbSession, campaign: Campaign, now: datetime) -> int:
    if queries.waiting(db, campaign.id, MOST_WAITING) > MOST_WAITING - CHUNK:
        return 0
    return _queue(db, campaign, CHUNK, now)


def _queue(db: DbSession, campaign: Campaign, size: int, now: datetime) -> int:
    """Write the mails of the next recipients together with the cursor, so that a crash repeats or loses nothing.

    Who agreed to mail after the start is not among them.
    """
    whom = audience.recipients_of(campaign, campaign.started_at or now)
    ahead = Span(campaign.cursor)
    last, found = _end_of_chunk(db, replace(whom, span=ahead), size)
    if found:
        campaign.queued += _write(db, campaign, replace(whom, span=replace(ahead, last=last)), now)
    campaign.cursor = last if found == size else EVERYBODY
    return max(found, 1)


def _end_of_chunk(db: DbSession, whom: Recipients, size: int) -> tuple[int, int]:
    """Return the last person of the next chunk and how many persons it holds."""
    ahead = select(Person.id).where(*audience.conditions(whom))
    chunk = ahead.order_by(Person.id).limit(size).subquery()
    last, found = db.execute(select(func.max(chunk.c.id), func.count()).select_from(chunk)).one()
    return last or 0, found


def _write(db: DbSession, campaign: Campaign, whom: Recipients, now: datetime) -> int:
    key = (literal(f"campaign:{campaign.id}:") + cast(Person.id, Text)).label("key")
    chosen: Any = select(key, Person.id.label("person_id")).where(*audience.conditions(whom))
    return enqueue_selected(db, chosen, _mail(campaign, now), now=now)


def _mail(campaign: Campaign, now: datetime) -> NewMail:
    """Return what the mails of a campaign have in common."""
    return NewMail(
        key="",
        kind=LETTER,
        lane=Lane.CAMPAIGN,
        expires_at=now + USEFUL,
        campaign_id=campaign.id,
        letter_version_id=campaign.version_id,
        topic=campaign.programme.slug,
    )


def _become(db: DbSession, campaign: Campaign, state: CampaignState, now: datetime) -> None:
    campaign.state = move(campaign.state, state)
    audit.record(db, WORKER, f"campaign.{state}", campaign, now=now, queued=campaign.queued)
