"""Registrations come into being: a sign-up that its owner confirms, or one click of a person who is known."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Consent, Person
from registrar.people.rules import CONSENT_TEXT_VERSION, ConsentPurpose
from registrar.programmes.models import Programme, Session
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.rules import Scope
from registrar.weekly.signup import queries

REFERENCE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 6
FRESH = {"populate_existing": True}


@dataclass(frozen=True)
class Choice:
    """What a person registers for."""

    programme_id: int
    scope: Scope
    session_ids: Sequence[int] = ()


def confirm(db: DbSession, sign_up_id: int, *, now: datetime) -> Registration:
    """Turn a sign-up into a registration, exactly once; raise `Conflict` if that was done already or refused."""
    statement = update(SignUp).where(
        SignUp.id == sign_up_id, SignUp.confirmed_at.is_(None), SignUp.refused_at.is_(None)
    )
    found = db.scalar(statement.values(confirmed_at=now).returning(SignUp), execution_options=FRESH)
    if found is None:
        raise Conflict(N_("This link was already used."))
    person = _person(db, found, now)
    _consent(db, person, found.consent_version, found.locale, given_at=found.updated_at, now=now)
    choice = Choice(found.programme_id, found.scope, found.session_ids)
    registration = _register(db, person, choice, now)
    _tell(db, registration, choice, str(found.id), now)
    return registration


def sign_up_known(db: DbSession, person: Person, choice: Choice, *, locale: str, now: datetime) -> Registration:
    """Register a person who is known by a live cookie; a second click changes nothing and mails nothing."""
    _lock_person(db, person)
    before = _facts(db, person, choice)
    registration = _register(db, person, choice, now)
    _consent(db, person, CONSENT_TEXT_VERSION, locale, given_at=now, now=now)
    if _facts(db, person, choice) != before:
        _tell(db, registration, choice, f"at-{int(now.timestamp())}", now)
    return registration


def _register(db: DbSession, person: Person, choice: Choice, now: datetime) -> Registration:
    sessions = _sessions(db, choice, now)
    registration = _registration(db, person, choice, now)
    seats.take(db, registration, sessions, now=now)
    return registration


def _tell(db: DbSession, registration: Registration, choice: Choice, occasion: str, now: datetime) -> None:
    mail = NewMail(
        key=f"confirmed:{registration.id}:{occasion}",
        kind="weekly.confirmed",
        person_id=registration.person_id,
        registration_id=registration.id,
    )
    enqueue(db, mail, now=now)
    by = f"person:{registration.person_id}"
    audit.record(db, by, "registration.confirm", registration, now=now, scope=choice.scope)


def _facts(db: DbSession, person: Person, choice: Choice) -> list[object]:
    """Return what a registration amounts to, to see whether a click changed it."""
    mine = select(Registration.scope, Registration.cancelled_at, Seat.id, Seat.changes).outerjoin(Registration.seats)
    mine = mine.where(Registration.person_id == person.id, Registration.programme_id == choice.programme_id)
    return [tuple(row) for row in db.execute(mine.order_by(Seat.id))]


def _sessions(db: DbSession, choice: Choice, now: datetime) -> list[Session]:
    """Return what there is to take; holding the programme's row, so that a session added now sees this registration."""
    statement = select(Programme.id).where(Programme.id == choice.programme_id)
    db.execute(statement.with_for_update(read=True, key_share=True))
    coming = queries.sessions_to_come(db, choice.programme_id, now)
    chosen = [each for each in coming if choice.scope is Scope.SEASON or each.id in choice.session_ids]
    if not chosen:
        raise Refusal(N_("What was chosen is over or cancelled. Please sign up again and choose other weeks."))
    return chosen


def _person(db: DbSession, found: SignUp, now: datetime) -> Person:
    """Create the person, or update them: only now is it certain that they typed this."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    typed = {name: getattr(found, name) for name in ("email", "name", "timezone", "locale")}
    row = {**typed, "institution": found.institution, "country": found.country, "email_key": found.email_key}
    statement = insert(Person).values(**row, created_at=now, confirmed_at=now, link_number=0)
    kept = {
        "institution": func.coalesce(statement.excluded.institution, Person.institution),
        "country": func.coalesce(statement.excluded.country, Person.country),
        "confirmed_at": func.coalesce(Person.confirmed_at, statement.excluded.confirmed_at),
    }
    statement = statement.on_conflict_do_update(index_elements=[Person.email_key], set_={**typed, **kept})
    return db.scalars(statement.returning(Person), execution_options=FRESH).one()


def _lock_person(db: DbSession, person: Person) -> None:
    statement = select(Person).where(Person.id == person.id).with_for_update(key_share=True)
    db.scalars(statement, execution_options=FRESH).one()


def _registration(db: DbSession, person: Person, choice: Choice, now: datetime) -> Registration:
    """Create, reopen or extend the person's registration; the person's row is locked, so there is one at a time."""
    statement = select(Registration).where(
        Registration.programme_id == choice.programme_id, Registration.person_id == person.id
    )
    statement = statement.with_for_update(key_share=True)
    registration = db.scalar(statement, execution_options=FRESH)
    if registration is None:
        _insert(db, person, choice, now)
        return db.scalars(statement).one()
    if registration.cancelled_at is not None:
        registration.cancelled_at, registration.confirmed_at, registration.scope = None, now, choice.scope
    elif choice.scope is Scope.SEASON:
        registration.scope = Scope.SEASON
    return registration


def _insert(db: DbSession, person: Person, choice: Choice, now: datetime) -> None:
    """Insert with a reference that nobody has; drawing twice the same is rarer than one in 500,000 at 2,000 people."""
    row = {"programme_id": choice.programme_id, "person_id": person.id, "scope": choice.scope, "confirmed_at": now}
    while not insert_missing(db, Registration, [{**row, "reference": _reference()}]):
        continue


def _reference() -> str:
    return "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(REFERENCE_LENGTH))


def _consent(db: DbSession, person: Person, version: str, locale: str, *, given_at: datetime, now: datetime) -> None:
    """Keep the proof: to which words, in which language, when given and when the address was proven."""
    statement = select(Consent.id).where(
        Consent.person_id == person.id, Consent.text_version == version, Consent.withdrawn_at.is_(None)
    )
    if db.scalar(statement) is None:
        consent = Consent(person_id=person.id, purpose=ConsentPurpose.WEEKLY_MAIL, text_version=version, locale=locale)
        consent.given_at, consent.proven_at = given_at, now
        db.add(consent)
