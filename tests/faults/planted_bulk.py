"""Faults to plant into the clean world of mail in bulk, each with what the checker must find then."""

from dataclasses import replace
from datetime import timedelta

from registrar.mail.rules import MailState, OutcomeKind
from tests.faults.clean import ADA, BEN, CLEO, DAN, EVE, NOW
from tests.faults.clean_bulk import (
    AT_FIRST,
    CAMPAIGN,
    CAMPAIGN_MAIL,
    LATER,
    REMINDER_MAIL,
    RULE,
    SESSION,
    begun,
    bulk_world,
)
from tests.faults.findings import Fault
from tests.faults.planted import Plant, added, both, changed, without
from tests.faults.world import AttemptRow, Ban, Banned, World

BEFORE = NOW - timedelta(minutes=1)


def forbidden(ban: Ban, **which: object) -> Plant:
    """Let a ban of the clean world begin before its mail did."""
    return changed("bans", {"ban": ban, "since": LATER, **which}, since=BEFORE)


def sent_to_cleo(world: World) -> World:
    """Let a worker forget to ask whether Cleo has left the list."""
    mail = {"id": CAMPAIGN_MAIL[CLEO]}
    return both(
        changed("mails", mail, state=MailState.SENT, reason=None, marked_at=NOW),
        added("attempts", AttemptRow(mail_id=CAMPAIGN_MAIL[CLEO], outcome=OutcomeKind.ACCEPTED, ended_at=NOW)),
        added("accepted", begun(CLEO, seconds=4)),
    )(world)


def sent_again(who: int, outcome: OutcomeKind) -> Plant:
    """Send a campaign's mail a second time, after an attempt that ended so."""
    return both(
        changed("mails", {"id": CAMPAIGN_MAIL[who]}, state=MailState.SENT),
        added("attempts", AttemptRow(mail_id=CAMPAIGN_MAIL[who], outcome=outcome, ended_at=NOW)),
        added("accepted", begun(who, seconds=4)),
    )


PLANTED_BULK: dict[str, tuple[Plant, set[Fault]]] = {
    "a campaign's mail doubled": (sent_again(ADA, OutcomeKind.ACCEPTED), {Fault.CAMPAIGN_TWICE}),
    "a campaign's doubtful mail sent again": (sent_again(DAN, OutcomeKind.ACCEPTED), {Fault.CAMPAIGN_TWICE}),
    "a campaign's mail that two rows of the ledger share": (
        added("mails", replace(bulk_world().mails[2], id=999)),
        {Fault.MAIL_TWICE_IN_LEDGER},
    ),
    "a campaign that went on after it was cancelled": (
        forbidden(Ban.CANCELLED, campaign_id=CAMPAIGN),
        {Fault.BEGUN_AFTER_CANCELLATION},
    ),
    "a campaign's mail to somebody who had left the list": (sent_to_cleo, {Fault.BEGUN_AFTER_OPT_OUT}),
    "a mail while everything was paused": (forbidden(Ban.PAUSED), {Fault.BEGUN_WHILE_PAUSED}),
    "a mail while its kind was paused": (
        changed("bans", {"ban": Ban.PAUSED, "until": NOW}, until=LATER),
        {Fault.BEGUN_WHILE_PAUSED},
    ),
    "a mail while its campaign was paused": (
        added("bans", Banned(ban=Ban.PAUSED, since=AT_FIRST, campaign_id=CAMPAIGN)),
        {Fault.BEGUN_WHILE_PAUSED},
    ),
    "a reminder that was unsubscribed from": (
        forbidden(Ban.UNSUBSCRIBED, registration_id=EVE),
        {Fault.BEGUN_AFTER_UNSUBSCRIPTION},
    ),
    "a reminder to somebody who had withdrawn": (
        forbidden(Ban.WITHDRAWN, registration_id=EVE),
        {Fault.BEGUN_AFTER_WITHDRAWAL},
    ),
    "a mail to a suppressed address": (forbidden(Ban.SUPPRESSED, person_id=ADA), {Fault.BEGUN_TO_SUPPRESSED}),
    "a reminder of a rule that was switched off": (
        forbidden(Ban.SWITCHED_OFF, rule_id=RULE),
        {Fault.BEGUN_BY_RULE_SWITCHED_OFF},
    ),
    "a reminder of the time before the move": (
        forbidden(Ban.RESCHEDULED, session_id=SESSION),
        {Fault.BEGUN_FOR_FORMER_TIME},
    ),
    "a reminder begun after it had expired": (
        changed("mails", {"id": REMINDER_MAIL[EVE]}, expires_at=BEFORE),
        {Fault.BEGUN_AFTER_EXPIRY},
    ),
    "a marker set by nobody": (
        changed("mails", {"id": CAMPAIGN_MAIL[CLEO]}, marked_at=NOW),
        {Fault.MARK_WITHOUT_CLAIM},
    ),
    "a final dot without a marker": (
        changed("mails", {"id": CAMPAIGN_MAIL[BEN]}, marked_at=None),
        {Fault.OUTCOME_WITHOUT_MARK},
    ),
    "an acceptance that no attempt tells of": (
        without("attempts", mail_id=CAMPAIGN_MAIL[BEN]),
        {Fault.ACCEPTED_WITHOUT_ATTEMPT, Fault.MARK_WITHOUT_CLAIM},
    ),
    "a doubt that was forgotten": (
        without("attempts", mail_id=CAMPAIGN_MAIL[DAN]),
        {Fault.ACCEPTED_WITHOUT_ATTEMPT, Fault.MARK_WITHOUT_CLAIM},
    ),
    "everything at once in spite of the provider's rate": (
        changed("accepted", {}, began_at=NOW),
        {Fault.RATE_EXCEEDED},
    ),
    "a domain served faster than it wants": (
        changed("rates", {"domain": "example.org"}, burst=1),
        {Fault.RATE_EXCEEDED},
    ),
    "impatience after greylisting": (
        changed("attempts", {"outcome": OutcomeKind.GREYLISTED}, ended_at=NOW - timedelta(minutes=4)),
        {Fault.GREYLIST_TOO_SOON},
    ),
    "a campaign's mail left in the queue": (
        changed("mails", {"id": CAMPAIGN_MAIL[CLEO]}, state=MailState.QUEUED),
        {Fault.MAIL_FORGOTTEN},
    ),
    "a campaign's mail to somebody else": (
        changed("accepted", {"message_id": f"m{CAMPAIGN_MAIL[BEN]}"}, to="else@example.org"),
        {Fault.MISDELIVERED},
    ),
}
