"""One person as organisers see them: registrations with every week, presence, mails and the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from registrar.audit.models import AuditEntry
from registrar.console.ledger_queries import WITH_THEIR_STORY
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.people.models import Consent, Person
from registrar.programmes.models import Session
from registrar.weekly.models import Attendance, Registration, Seat, SignUp, Unsubscription

MAILS, ENTRIES = 200, 100


@dataclass(frozen=True)
class Week:
    """One session of a series, with the person's seat and presence in it."""

    session: Session
    seat: Seat | None
    joined_at: datetime | None


@dataclass(frozen=True)
class Season:
    """One registration with all its weeks."""

    registration: Registration
    weeks: list[Week]
    switched_off: list[Unsubscription]


def seasons(db: DbSession, person: Person) -> list[Season]:
    """Return the person's registrations, the newest first, each with every session of its series."""
    statement = select(Registration).where(Registration.person_id == person.id).order_by(Registration.id.desc())
    found = db.scalars(statement.options(joinedload(Registration.programme))).all()
    ids = [each.id for each in found]
    sessions = _sessions(db, [each.programme_id for each in found])
    seats = {
        (s.registration_id, s.session_id): s for s in db.scalars(select(Seat).where(Seat.registration_id.in_(ids)))
    }
    present = select(Attendance.session_id, Attendance.joined_at).where(Attendance.person_id == person.id)
    joined = dict(db.execute(present).all())
    off = db.scalars(select(Unsubscription).where(Unsubscription.registration_id.in_(ids))).all()
    return [
        Season(
            each,
            [Week(s, seats.get((each.id, s.id)), joined.get(s.id)) for s in sessions.get(each.programme_id, [])],
            [one for one in off if one.registration_id == each.id],
        )
        for each in found
    ]


def _sessions(db: DbSession, programme_ids: Sequence[int]) -> dict[int, list[Session]]:
    by_programme: dict[int, list[Session]] = {}
    statement = select(Session).where(Session.programme_id.in_(programme_ids)).order_by(Session.starts_at)
    for session in db.scalars(statement):
        by_programme.setdefault(session.programme_id, []).append(session)
    return by_programme


def consents(db: DbSession, person: Person) -> list[Consent]:
    """Return what the person has consented to, the newest first."""
    return list(db.scalars(select(Consent).where(Consent.person_id == person.id).order_by(Consent.id.desc())))


def sign_up_ids(db: DbSession, person: Person) -> list[int]:
    """Return the sign-ups that were made with the person's address."""
    return list(db.scalars(select(SignUp.id).where(SignUp.email_key == person.email_key)))


def mails_to(person: Person, registration_ids: Sequence[int], sign_ups: Sequence[int]) -> ColumnElement[bool]:
    """Tell in SQL whether a mail concerns this person."""
    return or_(
        OutboxMail.person_id == person.id,
        OutboxMail.registration_id.in_(registration_ids),
        OutboxMail.sign_up_id.in_(sign_ups),
    )


def mails(db: DbSession, of_person: ColumnElement[bool]) -> list[OutboxMail]:
    """Return the newest mails, the newest first."""
    newest = select(OutboxMail).where(of_person).order_by(OutboxMail.id.desc()).limit(MAILS)
    return list(db.scalars(newest.options(*WITH_THEIR_STORY)))


def entries(db: DbSession, person: Person, seasons: Sequence[Season], sign_ups: Sequence[int]) -> list[AuditEntry]:
    """Return what the trail says about the person, their registrations, seats and sign-ups, the newest first."""
    about = {
        "person": [person.id],
        "registration": [each.registration.id for each in seasons],
        "seat": [week.seat.id for each in seasons for week in each.weeks if week.seat],
        "sign_up": list(sign_ups),
    }
    subjects = [(AuditEntry.subject == name) & AuditEntry.subject_id.in_(ids) for name, ids in about.items() if ids]
    return list(db.scalars(select(AuditEntry).where(or_(*subjects)).order_by(AuditEntry.id.desc()).limit(ENTRIES)))
