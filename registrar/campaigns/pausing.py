"""A campaign stands still and goes on: by an organiser's hand, or by itself when something is not as approved."""

from datetime import datetime

from registrar.audit import operations as audit
from registrar.campaigns import queries
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import UNFINISHED, PauseReason
from registrar.db import DbSession
from registrar.errors import N_, Conflict
from registrar.mail import gate
from registrar.mail.rules import GateReason

WORKER = "worker"
WORDS = {
    PauseReason.GROWN: "There are {found} recipients now; {expected} were approved.",
    PauseReason.UNREADABLE: "Its conditions cannot be read, so nobody is mailed.",
    PauseReason.CANARY: "{came_back} of the first {of} mails came back or were refused.",
}
"""Notes at the gate, in the language of the machine's log; pages say it in the reader's own."""


def pause(db: DbSession, campaign_id: int, *, by: str, now: datetime) -> None:
    """Let none of its mails leave for now; pausing twice changes nothing."""
    campaign = _unfinished(db, campaign_id)
    if gate.close(db, gate.campaign_scope(campaign.id), GateReason.PAUSED, by=by, now=now):
        audit.record(db, by, "campaign.pause", campaign, now=now, reason=PauseReason.BY_HAND)


def resume(db: DbSession, campaign_id: int, *, by: str, now: datetime) -> None:
    """Let its mails leave again; what made it stop by itself is approved by this."""
    campaign = _unfinished(db, campaign_id)
    if gate.reopen(db, gate.campaign_scope(campaign.id)):
        audit.record(db, by, "campaign.resume", campaign, now=now, expected=campaign.expected)


def stop_by_itself(db: DbSession, campaign: Campaign, reason: PauseReason, *, now: datetime, **facts: int) -> int:
    """Pause until a person says how to go on; return 1, the step that it is."""
    detail = WORDS[reason].format(**facts)
    gate.close(db, gate.campaign_scope(campaign.id), GateReason.PAUSED, by=WORKER, now=now, detail=detail)
    audit.record(db, WORKER, "campaign.pause", campaign, now=now, reason=reason, **facts)
    return 1


def _unfinished(db: DbSession, campaign_id: int) -> Campaign:
    campaign = queries.locked(db, campaign_id)
    if campaign.state not in UNFINISHED:
        raise Conflict(N_("This mailing is not under way (any more)."))
    return campaign
