"""Mail a person the link to their own pages, without telling anyone else whether an address is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person
from registrar.tokens import Tokens

LEAST_APART = timedelta(minutes=5)
MOST_A_DAY = 5
USEFUL = timedelta(hours=12)
"""A link that arrives later than this was asked for again long before."""


@dataclass(frozen=True)
class LinkMail:
    """A kind of mail with a link that opens pages of a person's own."""

    kind: str
    key: str
    """What the keys of these mails begin with."""

    def send(self, db: DbSession, person: Person, *, now: datetime) -> None:
        """Queue a fresh link, at most one in 5 minutes and 5 in a day."""
        self._queue(db, str(person.id), person.id, now)

    def send_to(self, db: DbSession, tokens: Tokens, address_key: str, *, now: datetime) -> None:
        """Queue a link for the owner of this address, if there is one.

        For an unknown address the same rows are read and one is written, so that the time it takes tells nothing; its
        composer lets it end, and what was typed is kept only as a keyed hash.
        """
        person_id = db.scalar(select(Person.id).where(Person.email_key == address_key))
        self._queue(db, str(person_id) if person_id else tokens.keyed_hash(address_key)[:16], person_id, now)

    def _queue(self, db: DbSession, subject: str, person_id: int | None, now: datetime) -> None:
        """The key holds the number of the mail within its day: of two requests at once one row is written."""
        prefix = f"{self.key}:{subject}:"
        statement = select(func.count(), func.max(OutboxMail.created_at)).where(
            OutboxMail.kind == self.kind,
            OutboxMail.key.startswith(prefix, autoescape=True),
            OutboxMail.created_at > now - timedelta(days=1),
        )
        count, latest = db.execute(statement).one()
        if count >= MOST_A_DAY or (latest and latest > now - LEAST_APART):
            return
        slot = int(now.timestamp() // LEAST_APART.total_seconds())
        mail = NewMail(key=f"{prefix}{slot}", kind=self.kind, person_id=person_id, expires_at=now + USEFUL)
        enqueue(db, mail, now=now)
