"""Send a mail again on purpose."""

from datetime import datetime

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane, MailState

AGAIN = frozenset({MailState.FAILED, MailState.IN_DOUBT})
"""What may be sent again: the others were sent, will be, or must not."""


def send_again(db: DbSession, mail: OutboxMail, *, by: str, now: datetime) -> None:
    """Queue a copy of a mail that failed or is in doubt, once; the first row stays as it is."""
    if mail.state not in AGAIN:
        raise Refusal(N_("Only a mail that failed or is in doubt can be sent again."))
    again = NewMail(
        key=f"{mail.key}:again-{mail.id}", kind=mail.kind, lane=Lane(mail.lane), person_id=mail.person_id,
        staff_id=mail.staff_id, sign_up_id=mail.sign_up_id, registration_id=mail.registration_id,
        session_id=mail.session_id, rule_id=mail.rule_id, revision=mail.revision, context=mail.context,
        expires_at=mail.expires_at if mail.expires_at > now else None,
    )  # fmt: skip
    if not enqueue(db, again, now=now):
        raise Refusal(N_("This mail was already sent again. See the newer one."))
    audit.record(db, by, "mail.send_again", mail, now=now)
