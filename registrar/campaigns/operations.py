"""What organisers do with a campaign: write, approve, take back, cancel, copy."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registrar.audit import operations as audit
from registrar.campaigns import audience, queries
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import (
    TEST_LETTER,
    CampaignState,
    has_grown,
    leaves_at,
    move,
    needs_typed_count,
)
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse
from registrar.mail import gate
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Reason
from registrar.programmes.models import Programme


class WrongCount(Refusal):
    """The number of recipients that the organiser saw or typed is not the one there is; `found` is."""

    def __init__(self, message: str, found: int) -> None:
        super().__init__(message, found=found)
        self.found = found


@dataclass(frozen=True)
class Approval:
    """What the organiser agreed to on the last page before a campaign leaves."""

    seen: int
    """How many recipients the page showed."""
    typed: int | None
    """The number as it was typed by hand, if it was asked for."""


def create(
    db: DbSession, name: str, programme: Programme, template: LetterTemplate, *, timezone: str, by: str, now: datetime
) -> Campaign:
    """Begin a draft for nobody yet."""
    _check_use(template)
    campaign = Campaign(name=name, programme_id=programme.id, template_id=template.id, timezone=timezone, segment={})
    campaign.created_at, campaign.created_by = now, by
    db.add(campaign)
    db.flush()
    audit.record(db, by, "campaign.create", campaign, now=now)
    return campaign


def describe(
    db: DbSession, campaign_id: int, name: str, programme: Programme, template: LetterTemplate, *,
    by: str, now: datetime,
) -> None:  # fmt: skip
    """Change what a draft is called, in whose name it is sent and in which words."""
    _check_use(template)
    campaign = _draft(db, campaign_id)
    campaign.name, campaign.programme_id, campaign.template_id = name, programme.id, template.id
    audit.record(db, by, "campaign.describe", campaign, now=now)


def choose(db: DbSession, campaign_id: int, segment: Segment, *, by: str, now: datetime) -> None:
    """Say whom a draft is for."""
    campaign = _draft(db, campaign_id)
    campaign.segment = segment.stored()
    audit.record(db, by, "campaign.choose", campaign, now=now, segment=campaign.segment)


def schedule(
    db: DbSession, campaign_id: int, starts_at: datetime | None, timezone: str, canary_size: int | None, *,
    by: str, now: datetime,
) -> None:  # fmt: skip
    """Say when a draft is to leave (None: as soon as its hold is over) and how many get it first."""
    if starts_at is not None and starts_at <= now:
        raise Refusal(N_("That moment has passed. Choose a later one."))
    campaign = _draft(db, campaign_id)
    campaign.starts_at, campaign.timezone, campaign.canary_size = starts_at, timezone, canary_size
    facts = {"starts_at": starts_at.isoformat() if starts_at else None, "canary": canary_size}
    audit.record(db, by, "campaign.schedule", campaign, now=now, **facts)


def approve(
    db: DbSession, campaign_id: int, approval: Approval, *, hold: timedelta, by: str, now: datetime
) -> Campaign:
    """Let a draft leave when its hold is over, in the words as they are now, to as many as the organiser knows of."""
    campaign = _draft(db, campaign_id)
    found = audience.count(db, audience.recipients_of(campaign, now))
    _check_count(found, approval)
    if campaign.starts_at is not None and campaign.starts_at <= now:
        raise Refusal(N_("The time at which it was to leave has passed. Choose a later one."))
    version = queries.newest_version(db, campaign.template_id)
    if version is None:
        raise Refusal(N_("The letter has no words yet. Write it first."))
    campaign.state = move(campaign.state, CampaignState.HELD)
    campaign.version_id, campaign.expected = version.id, found
    campaign.approved_at, campaign.approved_by = now, by
    campaign.starts_at = leaves_at(now, hold, campaign.starts_at)
    facts = {"recipients": found, "words": version.id, "starts_at": campaign.starts_at.isoformat()}
    audit.record(db, by, "campaign.approve", campaign, now=now, **facts)
    return campaign


def take_back(db: DbSession, campaign_id: int, *, hold: timedelta, by: str, now: datetime) -> None:
    """Make a draft again of what is only held; a time that was chosen for it stays."""
    campaign = queries.locked(db, campaign_id)
    if campaign.state is not CampaignState.HELD:
        raise Conflict(N_("It has left already. Pause or cancel it instead."))
    campaign.state = move(campaign.state, CampaignState.DRAFT)
    if campaign.approved_at and campaign.starts_at == campaign.approved_at + hold:
        campaign.starts_at = None
    campaign.version_id = campaign.expected = campaign.approved_at = campaign.approved_by = None
    gate.reopen(db, gate.campaign_scope(campaign.id))
    audit.record(db, by, "campaign.take_back", campaign, now=now)


def cancel(db: DbSession, campaign_id: int, *, by: str, now: datetime) -> None:
    """Send no more of it: what waits is taken back, what a worker has in hand is asked again before it leaves."""
    campaign = queries.locked(db, campaign_id)
    if campaign.state in {CampaignState.DONE, CampaignState.CANCELLED}:
        raise Conflict(N_("This mailing is over already."))
    campaign.state = move(campaign.state, CampaignState.CANCELLED)
    campaign.finished_at = now
    cancel_waiting(db, Reason.TAKEN_BACK, OutboxMail.campaign_id == campaign.id, now=now)
    gate.reopen(db, gate.campaign_scope(campaign.id))
    audit.record(db, by, "campaign.cancel", campaign, now=now, queued=campaign.queued)


def discard(db: DbSession, campaign_id: int, *, by: str, now: datetime) -> None:
    """Delete a draft that was never approved."""
    campaign = _draft(db, campaign_id)
    audit.record(db, by, "campaign.discard", campaign, now=now)
    db.delete(campaign)


def duplicate(db: DbSession, original: Campaign, name: str, *, by: str, now: datetime) -> Campaign:
    """Begin a draft with the same words for the same segment."""
    copy = Campaign(name=name, segment=dict(original.segment), timezone=original.timezone)
    copy.programme_id, copy.template_id = original.programme_id, original.template_id
    copy.canary_size, copy.created_at, copy.created_by = original.canary_size, now, by
    db.add(copy)
    db.flush()
    audit.record(db, by, "campaign.duplicate", copy, now=now, of=original.id)
    return copy


def send_test(
    db: DbSession, campaign: Campaign, staff_id: int, locale: str, person_id: int | None, *, by: str, now: datetime
) -> None:
    """Mail the letter as it is now to a member of the team, as that person of the segment would get it."""
    version = queries.newest_version(db, campaign.template_id)
    if version is None:
        raise Refusal(N_("The letter has no words yet. Write it first."))
    mail = NewMail(
        key=f"campaign-test:{campaign.id}:{staff_id}:{locale}:{version.id}:{int(now.timestamp())}",
        kind=TEST_LETTER,
        staff_id=staff_id,
        letter_version_id=version.id,
        context={"campaign": campaign.id, "locale": locale, "as": person_id},
    )
    enqueue(db, mail, now=now)
    audit.record(db, by, "campaign.test", campaign, now=now, to=staff_id)


def _check_count(found: int, approval: Approval) -> None:
    if not found:
        raise Refusal(N_("Nobody would get it. Choose recipients first."))
    if needs_typed_count(found) and approval.typed != found:
        message = N_("There are %(found)s recipients. Type exactly this number to confirm it.")
        raise WrongCount(message, found)
    if has_grown(approval.seen, found):
        raise WrongCount(N_("There are %(found)s recipients now. Look again, then approve."), found)


def _check_use(template: LetterTemplate) -> None:
    if template.use is not LetterUse.CAMPAIGN or template.archived_at is not None:
        raise Refusal(N_("This letter cannot be used for a mailing."))


def _draft(db: DbSession, campaign_id: int) -> Campaign:
    campaign = queries.locked(db, campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        raise Conflict(N_("This mailing is approved already, so it cannot be changed. Take it back first."))
    return campaign
