"""Reads a world: the database at rest, the mail server's journal and the clients' own records."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession, engine_options, prepare
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.rules import TAKING
from tests.faults.world import (
    Accepted,
    Act,
    Answer,
    AttemptRow,
    AuditRow,
    MailRow,
    PersonRow,
    RegistrationRow,
    Sample,
    SeatRow,
    SessionRow,
    SignUpRow,
    Told,
    World,
)


def reader(database_url: str) -> Engine:
    """Return an engine for connections that only read."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare(engine)
    return engine.execution_options(read_only=True, postgresql_readonly=True)


def read_world(
    engine: Engine, journal: Path, records: Iterable[Path], samples: Iterable[Sample], drained_at: datetime
) -> World:
    with DbSession(engine) as db:
        return World(
            drained_at=drained_at,
            told=tuple(told for record in records for told in read_record(record)),
            samples=tuple(samples),
            accepted=tuple(_accepted(line) for line in journal.read_text().splitlines()),
            **_people(db),
            **_mail(db),
        )


def read_record(path: Path) -> list[Told]:
    """Read what one client has written down."""
    return [_told(json.loads(line)) for line in path.read_text().splitlines()]


def _told(line: dict[str, Any]) -> Told:
    read = {"act": Act(line["act"]), "answer": Answer(line["answer"]), "sessions": tuple(line["sessions"])}
    return Told(**{**line, **read})


def _accepted(text: str) -> Accepted:
    line = json.loads(text)
    (to,) = line["to"]
    message_id = line["message_id"].strip("<>").partition("@")[0]
    began_at = datetime.fromisoformat(line["began_at"])
    return Accepted(message_id=message_id, to=to.casefold(), content_hash=line["sha256"], began_at=began_at)


def _people(db: DbSession) -> dict[str, Any]:
    return {
        "sessions": _rows(db, SessionRow, Session.id, Session.capacity),
        "sign_ups": _rows(db, SignUpRow, SignUp.id, SignUp.email_key, SignUp.confirmed_at.is_not(None)),
        "people": _rows(db, PersonRow, Person.id, Person.email_key),
        "registrations": _rows(db, RegistrationRow, Registration.id, Registration.programme_id, Registration.person_id),
        "seats": _rows(
            db, SeatRow, Seat.id, Seat.registration_id, Seat.session_id, Seat.state, Seat.queue_number, Seat.changes
        ),
    }


def _mail(db: DbSession) -> dict[str, Any]:
    entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return {
        "mails": tuple(_mail_row(mail) for mail in db.scalars(select(OutboxMail).order_by(OutboxMail.id))),
        "attempts": _rows(db, AttemptRow, MailAttempt.outbox_id, MailAttempt.outcome, MailAttempt.ended_at),
        "audit": tuple(_audit_row(entry) for entry in entries),
    }


def _rows(db: DbSession, kind: type[Any], *columns: Any) -> tuple[Any, ...]:
    """Return the rows as values whose fields are in the order of the columns."""
    names = list(kind.__dataclass_fields__)
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in db.execute(select(*columns)))


def _mail_row(mail: OutboxMail) -> MailRow:
    return MailRow(**{name: getattr(mail, name) for name in MailRow.__dataclass_fields__})


def _audit_row(entry: AuditEntry) -> AuditRow:
    fields = {name: getattr(entry, name) for name in ("id", "action", "subject", "subject_id")}
    return AuditRow(**fields, state=entry.details.get("state"))


def take_samples(engine: Engine) -> list[Sample]:
    """Count the places that are taken in each session with a capacity at this moment."""
    counted = select(Seat.session_id, func.count()).join(Seat.session)
    counted = counted.where(Session.capacity.is_not(None), Seat.state.in_(TAKING)).group_by(Seat.session_id)
    with DbSession(engine) as db:
        return [Sample(session_id=session_id, taken=taken) for session_id, taken in db.execute(counted)]
