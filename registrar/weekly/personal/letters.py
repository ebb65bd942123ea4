"""The mails that a person was sent or will be, as they may read of them."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.people.models import Person
from registrar.programmes.models import Session

PER_PAGE = 50
WORDS = {
    "weekly.confirm": _l("Confirm your registration"),
    "weekly.confirmed": _l("You are registered"),
    "weekly.link": _l("Link to your page"),
    "weekly.offer": _l("A place is offered to you"),
    "weekly.seated": _l("You have a seat"),
    "weekly.skipped": _l("You skip a week"),
    "weekly.returned": _l("You have a seat"),
    "weekly.cancelled_registration": _l("Your registration is cancelled"),
    "weekly.moved": _l("Another time"),
    "weekly.session_cancelled": _l("Session cancelled"),
    "weekly.reinstated": _l("The session takes place after all"),
    "weekly.added": _l("A new session"),
    "reminders.before": _l("Reminder"),
    "reminders.waiting": _l("Your place on the waiting list"),
    "reminders.after": _l("After the session"),
    "reminders.follow_up": _l("Summary and recording"),
}
STATES = {
    MailState.SCHEDULED: _l("Planned"),
    MailState.QUEUED: _l("About to be sent"),
    MailState.SENDING: _l("About to be sent"),
    MailState.DEFERRED: _l("Will be tried again"),
    MailState.SENT: _l("Sent"),
    MailState.FAILED: _l("Could not be delivered"),
    MailState.SKIPPED: _l("Not sent"),
    MailState.CANCELLED: _l("Not sent"),
    MailState.IN_DOUBT: _l("Perhaps delivered"),
}


@dataclass(frozen=True)
class OwnMail:
    """One line of the list."""

    mail: OutboxMail
    session: Session | None

    @property
    def at(self) -> datetime:
        return self.mail.finished_at or self.mail.due_at

    @property
    def words(self) -> str:
        return str(WORDS.get(self.mail.kind, self.mail.kind))

    @property
    def state(self) -> str:
        return str(STATES[self.mail.state])


def own_mails(db: DbSession, person: Person, before_id: int | None = None) -> list[OwnMail]:
    """Return the person's mails, the newest first; those before a mail, to page on."""
    session = aliased(Session)
    statement = (
        select(OutboxMail, session)
        .outerjoin(session, session.id == OutboxMail.session_id)
        .where(OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
        .limit(PER_PAGE)
    )
    if before_id is not None:
        statement = statement.where(OutboxMail.id < before_id)
    return [OwnMail(*row) for row in db.execute(statement)]
