"""What decides about a batch of reminders of one session, read with a handful of queries for all of its people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from registrar.db import DbSession
from registrar.letters.models import LetterVersion
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Session, SessionSpeaker
from registrar.reminders import queries
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Audience, covers, due_at
from registrar.weekly.models import Attendance, Registration, Seat, Unsubscription
from registrar.weekly.rules import SeatState, Subscription


class Recipient(NamedTuple):
    """A person with their registration and their seat in the session, as they are now."""

    registration_id: int
    id: int
    """The person's."""
    name: str
    email: str
    locale: str
    timezone: str
    link_number: int
    confirmed_at: datetime
    cancelled_at: datetime | None
    state: SeatState
    state_at: datetime
    changes: int
    queue_number: int | None


@dataclass(frozen=True)
class Nearer:
    """A rule that would say the same later, and when it is due."""

    rule: ReminderRule
    due_at: datetime


@dataclass(frozen=True)
class Facts:
    """A session, its rules, and everybody whom a batch of mails about it is for."""

    now: datetime
    session: Session
    rules: Mapping[int, ReminderRule]
    """Those that are switched on for this session."""
    recipients: Mapping[int, Recipient]
    """By registration; who has no seat is not here."""
    unwanted: frozenset[tuple[int, Subscription]]
    told_at: Mapping[int, datetime]
    """When a notice last gave this registration the session's time."""
    came: frozenset[int]
    """Persons who were there."""
    positions: Mapping[int, int]
    """Places on the waiting list by registration, from 1."""
    versions: Mapping[int, LetterVersion]

    @cached_property
    def nearer(self) -> Mapping[int, list[Nearer]]:
        """What is due already of the same anchor and later than a rule, by rule."""
        dues = [(rule, due_at(rule, self.session) or self.now) for rule in self.rules.values()]
        return {
            rule.id: [Nearer(other, due) for other, due in dues if own < due <= self.now and _may_replace(other, rule)]
            for rule, own in dues
        }


def _may_replace(nearer: ReminderRule, rule: ReminderRule) -> bool:
    """Tell whether a rule is for some of the same people: who is settled is confirmed."""
    same_kind = covers(nearer.audience, rule.audience) or covers(rule.audience, nearer.audience)
    return nearer.anchor is rule.anchor and same_kind


def gather(db: DbSession, session_id: int, mails: Sequence[OutboxMail], now: datetime) -> Facts:
    """Read the facts for these mails about one session."""
    session = _session(db, session_id)
    rules = queries.switched_on(db, session)
    ids = [mail.registration_id for mail in mails if mail.registration_id is not None]
    recipients = _recipients(db, session_id, ids)
    waits = any(each.state is SeatState.WAITING for each in recipients.values())
    misses = any(rule.audience is Audience.MISSED for rule in rules)
    return Facts(
        now,
        session,
        {rule.id: rule for rule in rules},
        recipients,
        _unwanted(db, ids),
        queries.told_at(db, ids, session_id, since=min(mail.due_at for mail in mails)),
        _came(db, session_id, [each.id for each in recipients.values()]) if misses else frozenset(),
        _positions(db, session_id, ids) if waits else {},
        _versions(db, {mail.letter_version_id for mail in mails if mail.letter_version_id}),
    )


def _session(db: DbSession, session_id: int) -> Session:
    speakers = selectinload(Session.speakers).joinedload(SessionSpeaker.speaker)
    whole = (joinedload(Session.programme, innerjoin=True), speakers, selectinload(Session.resources))
    return db.scalars(select(Session).options(*whole).where(Session.id == session_id)).one()


def _recipients(db: DbSession, session_id: int, ids: Collection[int]) -> dict[int, Recipient]:
    of_person = (Person.id, Person.name, Person.email, Person.locale, Person.timezone, Person.link_number)
    of_seat = (Seat.state, Seat.state_at, Seat.changes, Seat.queue_number)
    statement = (
        select(Registration.id, *of_person, Registration.confirmed_at, Registration.cancelled_at, *of_seat)
        .join(Person, Person.id == Registration.person_id)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(Registration.id.in_(ids), Seat.session_id == session_id)
    )
    return {row[0]: Recipient._make(row) for row in db.execute(statement)}


def _unwanted(db: DbSession, ids: Collection[int]) -> frozenset[tuple[int, Subscription]]:
    statement = select(Unsubscription.registration_id, Unsubscription.subscription)
    found = db.execute(statement.where(Unsubscription.registration_id.in_(ids)))
    return frozenset((registration_id, subscription) for registration_id, subscription in found)


def _came(db: DbSession, session_id: int, people: Collection[int]) -> frozenset[int]:
    statement = select(Attendance.person_id).where(Attendance.session_id == session_id)
    return frozenset(db.scalars(statement.where(Attendance.person_id.in_(people))))


def _positions(db: DbSession, session_id: int, ids: Collection[int]) -> dict[int, int]:
    """Return the places on the waiting list of those who wait: those before them are counted in one reading."""
    waiting = select(Seat.registration_id, func.row_number().over(order_by=Seat.queue_number).label("place"))
    line = waiting.where(Seat.session_id == session_id, Seat.state == SeatState.WAITING).subquery()
    found = db.execute(select(line.c.registration_id, line.c.place).where(line.c.registration_id.in_(ids)))
    return {registration_id: place for registration_id, place in found}  # noqa: C416 - a result is no mapping


def _versions(db: DbSession, ids: Iterable[int]) -> dict[int, LetterVersion]:
    found = db.scalars(select(LetterVersion).where(LetterVersion.id.in_(ids))) if ids else ()
    return {version.id: version for version in found}
