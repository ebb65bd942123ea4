"""A small world of mail in bulk in which nothing is wrong: a campaign, reminders, and what forbids them.

Ada and Ben got the campaign, Cleo had left the list, Dan's is in doubt and held; Eve's reminder was greylisted and then
accepted, Fay's session had moved. A minute later everything else is forbidden that could be.
"""

from datetime import timedelta

from registrar.mail.rules import Lane, MailState, OutcomeKind
from tests.faults.clean import ADA, BEN, CLEO, DAN, EVE, FAY, NAMES, NOW, address
from tests.faults.world import Accepted, AttemptRow, Ban, Banned, MailRow, PersonRow, Rate, RegistrationRow, World

CAMPAIGN, RULE, SESSION = 5, 7, 1
AT_FIRST = NOW - timedelta(hours=1)
LATER = NOW + timedelta(minutes=1)
GREYLISTED = NOW - timedelta(minutes=6)
CAMPAIGN_MAIL = {who: 100 + who for who in (ADA, BEN, CLEO, DAN)}
REMINDER_MAIL = {who: 200 + who for who in (EVE, FAY)}


def bulk_world() -> World:
    """Return the world; whoever has mail is a person with a registration of the same number."""
    sent = [CAMPAIGN_MAIL[ADA], CAMPAIGN_MAIL[BEN], REMINDER_MAIL[EVE]]
    return World(
        drained_at=LATER,
        people=tuple(PersonRow(id=who, email_key=address(who)) for who in NAMES),
        registrations=tuple(RegistrationRow(id=who, programme_id=1, person_id=who) for who in NAMES),
        mails=_mails(),
        attempts=(
            *(AttemptRow(mail_id=id, outcome=OutcomeKind.ACCEPTED, ended_at=NOW) for id in sent[:2]),
            AttemptRow(mail_id=CAMPAIGN_MAIL[DAN], outcome=OutcomeKind.IN_DOUBT, ended_at=NOW),
            AttemptRow(mail_id=REMINDER_MAIL[EVE], outcome=OutcomeKind.GREYLISTED, ended_at=GREYLISTED),
            AttemptRow(mail_id=REMINDER_MAIL[EVE], outcome=OutcomeKind.ACCEPTED, ended_at=NOW),
        ),
        accepted=(begun(ADA), begun(BEN, seconds=1), begun(DAN, seconds=2), begun(EVE, seconds=3)),
        bans=_bans(),
        rates=(Rate(burst=2, per_second=1.0), Rate(burst=5, per_second=0.1, domain="example.org")),
    )


def begun(who: int, *, seconds: float = 0) -> Accepted:
    """Return the acceptance of somebody's mail, so long after the others began."""
    mail_id = CAMPAIGN_MAIL.get(who) or REMINDER_MAIL[who]
    began_at = NOW + timedelta(seconds=seconds)
    return Accepted(message_id=f"m{mail_id}", to=address(who), content_hash=f"h{mail_id}", began_at=began_at)


def _mails() -> tuple[MailRow, ...]:
    return (
        _campaign(ADA, MailState.SENT),
        _campaign(BEN, MailState.SENT),
        _campaign(CLEO, MailState.SKIPPED, "unsubscribed"),
        _campaign(DAN, MailState.IN_DOUBT),
        _reminder(EVE, MailState.SENT),
        _reminder(FAY, MailState.CANCELLED, "rescheduled"),
    )


def _campaign(who: int, state: MailState, reason: str | None = None) -> MailRow:
    key, kind = f"campaign:{CAMPAIGN}:{who}", "campaigns.letter"
    return _mail(CAMPAIGN_MAIL[who], key, kind, state, reason, lane=Lane.CAMPAIGN, person_id=who, campaign_id=CAMPAIGN)


def _reminder(who: int, state: MailState, reason: str | None = None) -> MailRow:
    key, kind = f"reminder:{SESSION}:{who}:{RULE}:g0", "reminders.before"
    values = {"registration_id": who, "session_id": SESSION, "rule_id": RULE, "revision": 0}
    return _mail(REMINDER_MAIL[who], key, kind, state, reason, lane=Lane.REMINDER, person_id=who, **values)


def _mail(
    id: int, key: str, kind: str, state: MailState, reason: str | None, *, lane: Lane, person_id: int, **given: int
) -> MailRow:
    return MailRow(
        id=id,
        key=key,
        kind=kind,
        state=state,
        reason=reason,
        next_at=NOW,
        message_id=f"m{id}",
        content_hash=f"h{id}",
        lane=lane,
        person_id=person_id,
        topic="weekly",
        marked_at=NOW if state in {MailState.SENT, MailState.IN_DOUBT} else None,
        expires_at=LATER,
        campaign_id=given.get("campaign_id"),
        registration_id=given.get("registration_id"),
        session_id=given.get("session_id"),
        rule_id=given.get("rule_id"),
        revision=given.get("revision"),
    )


def _bans() -> tuple[Banned, ...]:
    return (
        Banned(ban=Ban.OPTED_OUT, since=AT_FIRST, person_id=CLEO, topic="weekly", kind="campaigns.letter"),
        Banned(ban=Ban.RESCHEDULED, since=AT_FIRST, session_id=2, revision=0),
        Banned(ban=Ban.PAUSED, since=AT_FIRST, until=NOW, kind="campaigns.letter"),
        Banned(ban=Ban.PAUSED, since=LATER),
        Banned(ban=Ban.CANCELLED, since=LATER, campaign_id=CAMPAIGN),
        Banned(ban=Ban.UNSUBSCRIBED, since=LATER, registration_id=EVE, kind="reminders.before"),
        Banned(ban=Ban.WITHDRAWN, since=LATER, registration_id=EVE),
        Banned(ban=Ban.SUPPRESSED, since=LATER, person_id=ADA),
        Banned(ban=Ban.SWITCHED_OFF, since=LATER, rule_id=RULE),
        Banned(ban=Ban.RESCHEDULED, since=LATER, session_id=SESSION, revision=0),
    )
