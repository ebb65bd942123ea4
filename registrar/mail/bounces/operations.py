"""Take a report in, once: what is proven is acted on, what is not waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict
from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.bounces import neighbours, queries, rules
from registrar.mail.bounces.parsing import MOST_BYTES, read
from registrar.mail.bounces.rules import Report
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import MailState, Reason, ReportState, ReportVerdict, SuppressionReason, move
from registrar.mail.suppression import is_suppressed, stop, suppress
from registrar.mail.verp import proven_mail

MOST_KEPT_WHOLE = 500
"""Reports that wait with their whole text; a flood of others waits without it."""
NO_HARM = frozenset({ReportVerdict.DELAYED, ReportVerdict.AUTO_REPLY})
BOUNCED = frozenset({ReportVerdict.HARD, ReportVerdict.SOFT})


@dataclass(frozen=True)
class Proof:
    """What an authenticated address proves: that somebody has had this mail of ours in hand."""

    is_authentic: bool
    mail: OutboxMail | None
    """None also where the mail is no longer kept, or cannot be the one that the report speaks of."""


def fingerprint(raw: bytes) -> str:
    """Return what tells whether two reports are the same, however their lines end."""
    return sha256(raw[:MOST_BYTES].replace(b"\r\n", b"\n")).hexdigest()


def take(db: DbSession, raw: bytes, source: str, *, now: datetime, recipient: str | None = None) -> BounceReport | None:
    """Record a report and act on it if it is proven; return None if it was taken before.

    `recipient` is the address that the mail server delivered it to, where it says so.
    """
    raw = raw[:MOST_BYTES]
    report = read(raw)
    proof = _prove(db, report, recipient, now)
    state = _state(report, proof)
    row = {
        "fingerprint": fingerprint(raw), "source": source, "received_at": now,
        "outbox_id": proof.mail.id if proof.mail else None, "verdict": report.verdict, "method": report.method,
        "status": report.status, "diagnostic": report.diagnostic, "state": state,
        "raw": raw if state is ReportState.WAITING and queries.waiting(db) < MOST_KEPT_WHOLE else None,
    }  # fmt: skip
    if not insert_missing(db, BounceReport, [row]):
        return None
    taken = db.scalars(select(BounceReport).where(BounceReport.fingerprint == row["fingerprint"])).one()
    if proof.mail and state is ReportState.APPLIED:
        _apply(db, taken, proof.mail, report, now)
    return taken


def _prove(db: DbSession, report: Report, recipient: str | None, now: datetime) -> Proof:
    """Find the one mail that the addresses prove; two different ones prove nothing."""
    came_to = [recipient, *report.sent_to] if recipient else report.sent_to
    proven = {found for address in came_to if (found := proven_mail(address)) is not None}
    if len(proven) != 1:
        return Proof(is_authentic=False, mail=None)
    mail = db.get(OutboxMail, proven.pop())
    if mail is None:
        return Proof(is_authentic=True, mail=None)
    plausible = queries.has_left(db, mail) and not _contradicts(report, mail)
    return Proof(is_authentic=plausible, mail=mail if plausible else None)


def _contradicts(report: Report, mail: OutboxMail) -> bool:
    """Tell whether the report speaks of another mail, or was written before this one."""
    too_old = report.written_at is not None and report.written_at < mail.created_at - rules.CLOCKS_DIFFER
    ids = {found.rpartition("@")[0] for found in report.message_ids}
    return too_old or bool(ids and mail.message_id not in ids)


def _state(report: Report, proof: Proof) -> ReportState:
    """A person looks at what nothing proves and at what nothing explains; what was erased concerns nobody."""
    if report.verdict is ReportVerdict.UNKNOWN:
        return ReportState.WAITING
    return ReportState.APPLIED if proof.is_authentic or report.verdict in NO_HARM else ReportState.WAITING


def _apply(db: DbSession, taken: BounceReport, mail: OutboxMail, report: Report, now: datetime) -> None:
    _settle_doubt(db, mail, report, now)
    address = neighbours.address_of(db, mail)
    if address is None:
        return
    if report.verdict is ReportVerdict.COMPLAINT:
        _stop(db, address, SuppressionReason.COMPLAINT, taken, now)
        neighbours.complained(db, mail, now=now)
    elif report.verdict is ReportVerdict.HARD and _is_about(report, address):
        _stop(db, address, SuppressionReason.BOUNCE, taken, now)
    elif report.verdict in BOUNCED and rules.is_abandoned(queries.history(db, mail), now):
        _stop(db, address, SuppressionReason.SOFT_BOUNCES, taken, now)


def _is_about(report: Report, address: str) -> bool:
    """Tell whether the report names our recipient; where that one passes mail on, another mailbox may be gone."""
    return not report.recipients or any(_same(named, address) for named in report.recipients)


def _same(named: str, address: str) -> bool:
    try:
        return wire_address(named).casefold() == wire_address(address).casefold()
    except BadAddress:
        return False


def _stop(db: DbSession, address: str, reason: SuppressionReason, report: BounceReport, now: datetime) -> None:
    detail = " ".join(filter(None, (report.status, report.diagnostic)))[: rules.LONGEST_DIAGNOSTIC]
    try:
        suppress(db, address, reason, now=now, detail=detail, outbox_id=report.outbox_id)
    except BadAddress:
        return


def _settle_doubt(db: DbSession, mail: OutboxMail, report: Report, now: datetime) -> None:
    """End the doubt about a mail: whatever comes back shows that it was accepted."""
    if mail.state is not MailState.IN_DOUBT or report.verdict is ReportVerdict.UNKNOWN:
        return
    failed = report.verdict in BOUNCED
    values = {
        "state": move(mail.state, MailState.FAILED if failed else MailState.SENT),
        "reason": Reason.SMTP if failed else None, "detail": report.diagnostic, "finished_at": now,
    }  # fmt: skip
    unclaimed = (OutboxMail.id == mail.id, OutboxMail.state == MailState.IN_DOUBT)
    db.execute(update(OutboxMail).where(*unclaimed).values(values))


def dismiss(db: DbSession, report: BounceReport, *, by: str, now: datetime) -> None:
    """Settle a report as nothing to act on, or refuse if somebody was faster."""
    _settle(db, report, by, now)
    audit.record(db, by, "report.dismiss", report, now=now, verdict=report.verdict)


def accept(
    db: DbSession, report: BounceReport, address: str, *, by: str, now: datetime, person_id: int | None = None
) -> None:
    """Settle a report as a bounce of this address, and send nothing more to it."""
    _settle(db, report, by, now)
    if not is_suppressed(db, address):
        why, reason = report.diagnostic, SuppressionReason.BOUNCE
        stop(db, address, reason, why=why, by=by, now=now, outbox_id=report.outbox_id, person_id=person_id)
    audit.record(db, by, "report.accept", report, now=now, verdict=report.verdict)


def _settle(db: DbSession, report: BounceReport, by: str, now: datetime) -> None:
    """End the wait; the whole text is no longer needed."""
    waiting = (BounceReport.id == report.id, BounceReport.state == ReportState.WAITING)
    values = {"state": ReportState.SETTLED, "settled_at": now, "settled_by": by, "raw": None}
    settled = update(BounceReport).where(*waiting).values(values).returning(BounceReport.id)
    if db.scalar(settled) is None:
        raise Conflict(N_("Somebody has settled this report already."))
