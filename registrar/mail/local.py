"""The local mailbox: where mail goes while no mail server is set, exactly once, because it is a row."""

from datetime import datetime

from registrar.db import DbSession
from registrar.mail.models import LocalMail
from registrar.mail.rendering import Written


def keep(db: DbSession, mail_id: int, letter: Written, *, now: datetime) -> None:
    """Put a letter into the local mailbox, in the transaction that notes it as sent."""
    local = LocalMail(outbox_id=mail_id, delivered_at=now, recipient=letter.to_address, subject=letter.subject)
    local.raw = letter.data
    db.add(local)
