"""Tell a person everything that is held about them, and forget them."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Any, cast

from sqlalchemy import Row, Table, delete, select
from sqlalchemy.orm import joinedload

from registrar.applications.models import Invitation
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, Suppression
from registrar.people.models import Person
from registrar.privacy import applications
from registrar.privacy.application_holdings import invitations_to
from registrar.privacy.holding import Holding
from registrar.privacy.holdings import HOLDINGS, mails_of, sign_ups_of
from registrar.programmes.models import Session
from registrar.tokens import Tokens
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat, SignUp

FORMAT = "registrar-personal-data-1"


def export(db: DbSession, tokens: Tokens, person: Person, *, now: datetime) -> dict[str, Any]:
    """Return everything that is known about a person, with what each part and column means, as plain JSON values."""
    suppressed = select(Suppression).where(Suppression.address_hash == tokens.keyed_hash(person.email_key))
    suppression = db.scalar(suppressed)
    return {
        "format": FORMAT,
        "made_at": plain(now),
        "held": [_held(db, holding, person) for holding in HOLDINGS],
        "no_mail_to_your_address_because": suppression.reason.value if suppression else None,
        "sessions": _sessions(db, person),
    }


def erase(db: DbSession, person: Person, *, by: str, now: datetime) -> None:
    """Forget a person: their seats go to those who wait, their drafts end, and no table holds them any more.

    The audit trail stays under their number, and an address that must get no mail stays known by its keyed hash.
    """
    for registration in db.scalars(select(Registration).where(Registration.person_id == person.id)).all():
        seats.cancel_registration(db, registration, by=by, now=now)
    applications.leave(db, person, by=by, now=now)
    audit.record(db, by, "person.erase", person, now=now)
    db.flush()
    for statement in (
        delete(OutboxMail).where(mails_of(person)),
        delete(SignUp).where(sign_ups_of(person)),
        delete(Invitation).where(invitations_to(person)),
        delete(Person).where(Person.id == person.id),  # the rest follows by its foreign keys
    ):
        db.execute(statement, execution_options={"synchronize_session": False})
    db.expunge_all()


def plain(value: object) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _held(db: DbSession, holding: Holding, person: Person) -> dict[str, Any]:
    table = cast(Table, holding.model.__table__)
    statement = (
        select(*(table.c[name] for name in holding.columns)).where(holding.of(person)).order_by(*table.primary_key)
    )
    return {
        "table": table.name,
        "meaning": holding.meaning,
        "columns": dict(holding.columns),
        "rows": [_values(row) for row in db.execute(statement)],
    }


def _values(row: Row[Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in row._mapping.items()}


def _sessions(db: DbSession, person: Person) -> list[dict[str, Any]]:
    """Return the names and times of the sessions that the numbers stand for."""
    mine = select(Seat.session_id).join(Seat.registration).where(Registration.person_id == person.id)
    statement = select(Session).options(joinedload(Session.programme)).where(Session.id.in_(mine))
    return [
        {
            "id": session.id,
            "series": session.programme.title,
            "title": session.title(person.locale),
            "starts_at": plain(session.starts_at),
        }
        for session in db.scalars(statement.order_by(Session.starts_at))
    ]
