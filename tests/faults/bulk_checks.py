"""What must hold of mail in bulk: markers and attempts, what was forbidden when it began, rates, greylisting."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from registrar.mail.rules import GREYLIST_WAIT, MailState, OutcomeKind
from tests.faults.findings import Evidence, Fault, Violation, grouped
from tests.faults.world import Accepted, AttemptRow, Ban, Banned, MailRow, Rate

AFTER_THE_DOT = frozenset({OutcomeKind.ACCEPTED, OutcomeKind.IN_DOUBT})
NAMED = ("kind", "campaign_id", "rule_id", "person_id", "registration_id", "session_id", "revision", "topic")
FAULTS = {
    Ban.CANCELLED: Fault.BEGUN_AFTER_CANCELLATION,
    Ban.OPTED_OUT: Fault.BEGUN_AFTER_OPT_OUT,
    Ban.UNSUBSCRIBED: Fault.BEGUN_AFTER_UNSUBSCRIPTION,
    Ban.WITHDRAWN: Fault.BEGUN_AFTER_WITHDRAWAL,
    Ban.SUPPRESSED: Fault.BEGUN_TO_SUPPRESSED,
    Ban.SWITCHED_OFF: Fault.BEGUN_BY_RULE_SWITCHED_OFF,
    Ban.RESCHEDULED: Fault.BEGUN_FOR_FORMER_TIME,
    Ban.PAUSED: Fault.BEGUN_WHILE_PAUSED,
}


def claims(evidence: Evidence) -> Iterator[Violation]:
    """Nothing is marked that nobody holds, and nothing was accepted that was not marked and recorded."""
    journal = grouped(evidence.world.accepted, lambda each: each.message_id)
    for mail in evidence.world.mails:
        attempts = evidence.attempts_of.get(mail.id, [])
        ended = sum(each.outcome in AFTER_THE_DOT for each in attempts)
        if mail.marked_at and not mail.claimed_by and not attempts:
            yield Violation(Fault.MARK_WITHOUT_CLAIM, mail.key)
        if mail.state is MailState.SENT and not mail.marked_at and len(attempts) == 1:
            yield Violation(Fault.OUTCOME_WITHOUT_MARK, mail.key)
        if mail.state is not MailState.SENDING and len(journal.get(mail.message_id, [])) > ended:
            yield Violation(Fault.ACCEPTED_WITHOUT_ATTEMPT, f"{mail.key}: {ended} attempts")


def bans(evidence: Evidence) -> Iterator[Violation]:
    """No mail begins after it was forbidden, or after it has expired."""
    mails = {mail.message_id: mail for mail in evidence.world.mails}
    for accepted in evidence.world.accepted:
        mail = mails.get(accepted.message_id)
        if mail is not None and accepted.began_at is not None:
            yield from _forbidden(evidence, mail, accepted)


def _forbidden(evidence: Evidence, mail: MailRow, accepted: Accepted) -> Iterator[Violation]:
    assert accepted.began_at is not None
    looked_at = accepted.began_at - evidence.world.grace
    for ban in evidence.world.bans:
        is_over = ban.until is not None and accepted.began_at >= ban.until
        if _fits(ban, mail) and looked_at > ban.since and not is_over:
            yield Violation(FAULTS[ban.ban], f"{mail.key}: {looked_at - ban.since} later")
    if mail.expires_at is not None and looked_at > mail.expires_at:
        yield Violation(Fault.BEGUN_AFTER_EXPIRY, mail.key)


def _fits(ban: Banned, mail: MailRow) -> bool:
    given = {name: value for name in NAMED if (value := getattr(ban, name)) is not None}
    return all(getattr(mail, name) == value for name, value in given.items())


def rates(evidence: Evidence) -> Iterator[Violation]:
    """A bucket that is filled at the rate is never emptier than empty."""
    for rate in evidence.world.rates:
        began = sorted(
            each.began_at
            for each in evidence.world.accepted
            if each.began_at is not None and each.to.endswith(f"@{rate.domain}" if rate.domain else "")
        )
        waits = [(later - earlier).total_seconds() for earlier, later in pairwise(began)]
        if worst := _overdrawn(rate, waits):
            yield Violation(Fault.RATE_EXCEEDED, f"{rate.domain or 'all'}: {worst:.1f} too many at once")


def _overdrawn(rate: Rate, waits: list[float]) -> float:
    """Return by how much the bucket was overdrawn at worst; a mail's share of a second is forgiven."""
    left, worst = rate.burst - 1.0, 0.0
    for wait in waits:
        left = min(left + wait * rate.per_second, rate.burst) - 1
        worst = max(worst, -left)
    return worst if worst > 1 else 0.0


def greylisting(evidence: Evidence) -> Iterator[Violation]:
    """Who asks to wait is not asked again within five minutes."""
    for mail in evidence.world.mails:
        for earlier, later in pairwise(evidence.attempts_of.get(mail.id, [])):
            if earlier.outcome is OutcomeKind.GREYLISTED and _between(earlier, later) < GREYLIST_WAIT:
                yield Violation(Fault.GREYLIST_TOO_SOON, mail.key)


def _between(earlier: AttemptRow, later: AttemptRow) -> timedelta:
    assert earlier.ended_at is not None
    assert later.ended_at is not None
    return later.ended_at - earlier.ended_at
