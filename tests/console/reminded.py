"""Mails to somebody who is reminded of a session, in whatever state a test needs."""

from typing import Any

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.programmes.models import Session
from registrar.weekly.models import Registration
from tests.conftest import START


def mail_to(db: DbSession, registration: Registration, session: Session, **given: Any) -> OutboxMail:
    """A reminder in the outbox, in the state that is given."""
    values: dict[str, Any] = {
        "registration_id": registration.id,
        "person_id": registration.person_id,
        "session_id": session.id,
    }
    key = given.pop("key", f"reminder:{session.id}:{registration.id}")
    rule_id = given.pop("rule_id", None)
    enqueue(db, NewMail(key=key, kind="reminders.before", rule_id=rule_id, **values), now=START)
    mail = db.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()
    for name, value in given.items():
        setattr(mail, name, value)
    db.flush()
    return mail
