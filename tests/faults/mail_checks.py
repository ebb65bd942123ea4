"""What must hold between the ledger, its attempts and the mail server's journal, and for the audit trail."""

from collections import Counter
from collections.abc import Iterator

from registrar.mail.rules import TERMINAL, Lane, MailState, OutcomeKind
from tests.faults.findings import Evidence, Fault, Violation, grouped
from tests.faults.world import Accepted, MailRow

UNSENT = frozenset({MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED})
CHANGES = frozenset({"seat.skip", "seat.decline", "seat.take_again"})
"""Audit actions that raise a seat's counter of changes."""


def missing_mails(evidence: Evidence) -> Iterator[Violation]:
    """Whoever signed up is asked once to confirm, however often they send the form; the registered are told so."""
    asked = Counter(each.sign_up_id for each in evidence.world.mails if each.kind == "weekly.confirm")
    for sign_up in evidence.world.sign_ups:
        if asked[sign_up.id] != 1:
            fault = Fault.ASKED_TWICE if asked[sign_up.id] else Fault.SIGN_UP_WITHOUT_MAIL
            yield Violation(fault, sign_up.email_key)
    told = {each.registration_id for each in evidence.world.mails if each.kind == "weekly.confirmed"}
    for registration in evidence.world.registrations:
        if registration.id not in told:
            yield Violation(Fault.REGISTERED_WITHOUT_MAIL, f"registration {registration.id}")


def ledger(evidence: Evidence) -> Iterator[Violation]:
    """Each mail is there once, and each that was due has an end with a reason."""
    for key, count in Counter(each.key for each in evidence.world.mails).items():
        if count > 1:
            yield Violation(Fault.MAIL_TWICE_IN_LEDGER, f"{key}: {count} times")
    for mail in evidence.world.mails:
        if _is_forgotten(evidence, mail):
            yield Violation(Fault.MAIL_FORGOTTEN, f"{mail.key} is {mail.state}")
        if mail.state in UNSENT and not mail.reason:
            yield Violation(Fault.MAIL_WITHOUT_REASON, f"{mail.key} is {mail.state}")


def _is_forgotten(evidence: Evidence, mail: MailRow) -> bool:
    is_later = mail.next_at > evidence.world.drained_at and mail.state is not MailState.SENDING
    return mail.state not in TERMINAL and mail.state is not MailState.IN_DOUBT and not is_later


def deliveries(evidence: Evidence) -> Iterator[Violation]:
    """What the ledger says of each mail is what the mail server has in its journal."""
    journal = grouped(evidence.world.accepted, lambda each: each.message_id)
    for mail in evidence.world.mails:
        yield from _delivery(evidence, mail, journal.get(mail.message_id, []))
    known = {each.message_id for each in evidence.world.mails}
    for message_id in journal.keys() - known:
        yield Violation(Fault.ACCEPTED_UNKNOWN, message_id)


def _delivery(evidence: Evidence, mail: MailRow, accepted: list[Accepted]) -> Iterator[Violation]:
    doubtful = doubtful_attempts(evidence, mail)
    if mail.state is MailState.SENT and not accepted:
        yield Violation(Fault.SENT_BUT_NOT_ACCEPTED, mail.key)
    if mail.lane == Lane.CAMPAIGN and len(accepted) > 1:
        yield Violation(Fault.CAMPAIGN_TWICE, f"{mail.key}: {len(accepted)} times")
    elif len(accepted) > 1 + doubtful:
        yield Violation(Fault.ACCEPTED_TWICE, f"{mail.key}: {len(accepted)} times, {doubtful} in doubt")
    if accepted and mail.state not in {MailState.SENT, MailState.IN_DOUBT}:
        yield Violation(Fault.ACCEPTED_BUT_UNSENT, f"{mail.key} is {mail.state}")
    if wrong := {each.to for each in accepted} - {evidence.recipient(mail)}:
        yield Violation(Fault.MISDELIVERED, f"{mail.key} to {sorted(wrong)}")
    if mail.state is MailState.SENT and accepted and mail.content_hash not in {each.content_hash for each in accepted}:
        yield Violation(Fault.CONTENT_DIFFERS, mail.key)


def doubtful_attempts(evidence: Evidence, mail: MailRow) -> int:
    """Count the attempts at a mail of which nobody knows whether they arrived."""
    attempts = evidence.attempts_of.get(mail.id, [])
    return sum(each.outcome is OutcomeKind.IN_DOUBT for each in attempts)


def audit(evidence: Evidence) -> Iterator[Violation]:
    """One entry for each change, and none without one."""
    for sign_up in evidence.world.sign_ups:
        if "sign_up.ask" not in evidence.audited.get(("sign_up", sign_up.id), []):
            yield Violation(Fault.AUDIT_MISSING, f"sign_up.ask of sign-up {sign_up.id}")
    confirmed = Counter(each.email_key for each in evidence.world.sign_ups if each.is_confirmed)
    for registration in evidence.world.registrations:
        entries = evidence.audited.get(("registration", registration.id), []).count("registration.confirm")
        changes = confirmed[evidence.address_of_registration[registration.id]]
        yield from _entries(entries, changes, f"registration {registration.id}")
    for seat in evidence.world.seats:
        entries = sum(action in CHANGES for action in evidence.audited.get(("seat", seat.id), []))
        yield from _entries(entries, seat.changes, f"seat {seat.id}")


def _entries(entries: int, changes: int, subject: str) -> Iterator[Violation]:
    if entries != changes:
        fault = Fault.AUDIT_MISSING if entries < changes else Fault.AUDIT_UNFOUNDED
        yield Violation(fault, f"{subject}: changed {changes} times, {entries} entries")
