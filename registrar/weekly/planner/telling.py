"""Who is told what when a season changes: one letter per person, from what each was told before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import WAITING, NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Reason
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat, Unsubscription
from registrar.weekly.planner.changes import Slot, Step
from registrar.weekly.rules import Scope, SeatState, Subscription

LIVE = (SeatState.CONFIRMED, SeatState.WAITING, SeatState.OFFERED)
"""States of people who count on the session, and are told when it changes."""
CHUNK = 500


class Notice(StrEnum):
    """Kinds of mail that tell a change."""

    MOVED = "weekly.moved"
    CANCELLED = "weekly.session_cancelled"
    REINSTATED = "weekly.reinstated"
    ADDED = "weekly.added"


@dataclass(frozen=True)
class Told:
    """One letter: to whom, of which kind, and for each session the time that the person knew."""

    notice: Notice
    registration_id: int
    person_id: int
    locale: str
    known: Mapping[int | None, Slot]
    """By session; None is a session that is not stored yet."""


@dataclass(frozen=True)
class Pending:
    """A letter that waits in the outbox: its reader does not know yet what it says."""

    id: int
    kind: str
    registration_id: int
    known: Mapping[int, Slot]


@dataclass(frozen=True)
class Telling:
    """What a preview shows: how many people, in which languages, and the fullest letter of each kind and language."""

    people: int
    by_locale: Mapping[str, int]
    by_notice: Mapping[Notice, int]
    unwanting: int
    """How many of them have switched off this kind of news, and get no letter."""
    samples: Sequence[Told]


class Pendings:
    """The letters about a season that wait, by registration and session."""

    def __init__(self, found: Iterable[Pending]) -> None:
        self.all = list(found)
        self._by_place = {(mail.kind, mail.registration_id, id_): mail for mail in self.all for id_ in mail.known}

    def known(self, notice: Notice, registration_id: int, session_id: int) -> Slot | None:
        """Return the time that a person still believes in, because the letter of this kind has not left yet."""
        mail = self._by_place.get((notice, registration_id, session_id))
        return mail.known[session_id] if mail else None

    def about_only(self, session_ids: set[int], *notices: Notice) -> list[int]:
        """Return the letters of these kinds that speak of nothing but these sessions."""
        return [mail.id for mail in self.all if mail.kind in notices and mail.known.keys() <= session_ids]


def pendings(db: DbSession, season: Sequence[Session]) -> Pendings:
    """Find the letters about this season that no worker has claimed."""
    statement = select(OutboxMail.id, OutboxMail.kind, OutboxMail.registration_id, OutboxMail.context).where(
        OutboxMail.session_id.in_([session.id for session in season]),
        OutboxMail.kind.in_(list(Notice)),
        OutboxMail.state.in_(WAITING),
    )
    return Pendings(Pending(id_, kind, reg, known_in(context)) for id_, kind, reg, context in db.execute(statement))


def known_in(context: Mapping[str, Any]) -> dict[int, Slot]:
    """Read from a letter's context which time of each session its reader knew."""
    moments = datetime.fromisoformat
    return {item["session"]: Slot(moments(item["from"]), moments(item["until"])) for item in context["sessions"]}


def told_of(db: DbSession, found: Sequence[Step], programme_id: int, waiting: Pendings) -> Iterator[list[Told]]:
    """Yield, chunk by chunk, the letters that these steps of one change call for; call it before they are taken."""
    stored = {step.session.id: step for step in found if step.session}
    for rows in _holders(db, list(stored)):
        by_registration = groupby(rows, key=lambda row: row.registration_id)
        letters = (_letter(list(group), stored, waiting) for _, group in by_registration)
        yield [letter for letter in letters if letter]
    new = [step for step in found if step.after and (step.session is None or step.before is None)]
    for step in new:
        session_id = step.session.id if step.session else None
        known = {session_id: step.shown}
        for chunk in db.execute(_newcomers(programme_id, session_id)).partitions(CHUNK):
            yield [Told(Notice.ADDED, row.registration_id, row.person_id, row.locale, known) for row in chunk]


def telling(db: DbSession, chunks: Iterable[list[Told]]) -> Telling:
    """Count the letters for a preview."""
    locales: Counter[str] = Counter()
    notices: Counter[Notice] = Counter()
    samples: dict[tuple[Notice, str], Told] = {}
    unwanting = 0
    for chunk in chunks:
        for letter in chunk:
            locales[letter.locale] += 1
            notices[letter.notice] += 1
            kind = (letter.notice, letter.locale)
            samples[kind] = max(samples.get(kind, letter), letter, key=lambda each: len(each.known))
        unwanting += _unwanting(db, chunk)
    return Telling(notices.total(), locales, notices, unwanting, [samples[key] for key in sorted(samples)])


def queue_letters(db: DbSession, letters: Sequence[Told], sessions: Mapping[int | None, Session], now: datetime) -> int:
    """Put these letters into the outbox; `sessions` are as they have become."""
    return enqueue(db, *(_mail(letter, sessions) for letter in letters), now=now)


def retire(db: DbSession, ids: Sequence[int], reason: Reason, now: datetime) -> None:
    """End waiting letters that a new one replaces."""
    for start in range(0, len(ids), CHUNK):
        cancel_waiting(db, reason, OutboxMail.id.in_(ids[start : start + CHUNK]), now=now)


def _holders(db: DbSession, session_ids: Sequence[int]) -> Iterator[Sequence[Row[Any]]]:
    """Yield the live seats in these sessions, whole registrations at a time."""
    last = 0
    live = (Seat.session_id.in_(session_ids), Seat.state.in_(LIVE))
    while True:
        some = select(Seat.registration_id).where(*live, Seat.registration_id > last).distinct()
        ids = db.scalars(some.order_by(Seat.registration_id).limit(CHUNK)).all()
        if not ids:
            return
        yield db.execute(
            _people(Registration.id.between(ids[0], ids[-1]))
            .add_columns(Seat.session_id)
            .join(Seat, Seat.registration_id == Registration.id)
            .where(*live)
            .order_by(Registration.id, Seat.session_id)
        ).all()
        last = ids[-1]


def _people(*conditions: Any) -> Select[int, int, str]:
    columns = (Registration.id.label("registration_id"), Registration.person_id, Person.locale)
    return (
        select(*columns)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.cancelled_at.is_(None), *conditions)
    )


def _newcomers(programme_id: int, session_id: int | None) -> Select[int, int, str]:
    """Select whole-season registrations without a seat in this session: whom `enrol_everyone` will seat."""
    seated = select(Seat.id).where(Seat.registration_id == Registration.id, Seat.session_id == session_id).exists()
    conditions = (Registration.programme_id == programme_id, Registration.scope == Scope.SEASON, ~seated)
    return _people(*conditions).order_by(Registration.id)


def _letter(seats: Sequence[Row[Any]], stored: Mapping[int, Step], waiting: Pendings) -> Told | None:
    """Return the one letter to a person with these seats, or None if they know it all already."""
    pairs = [(row.session_id, _news(row.registration_id, stored[row.session_id], waiting)) for row in seats]
    news = {session_id: found for session_id, found in pairs if found}
    if not news:
        return None
    first = seats[0]
    notice = next(iter(news.values()))[0]
    known: dict[int | None, Slot] = {session_id: slot for session_id, (_, slot) in news.items()}
    return Told(notice, first.registration_id, first.person_id, first.locale, known)


def _news(registration_id: int, step: Step, waiting: Pendings) -> tuple[Notice, Slot] | None:
    """Return what a person must hear of one step, with the time that they know; None if nothing."""
    assert step.session is not None  # noqa: S101 - only people with a seat come here
    place = (registration_id, step.session.id)
    if waiting.known(Notice.ADDED, *place):
        return None  # that letter will speak of the time as it is when it leaves
    if step.before is None:
        return _return_news(step, waiting.known(Notice.CANCELLED, *place))
    known = waiting.known(Notice.MOVED, *place) or step.before
    if step.after is None:
        return Notice.CANCELLED, known
    return (Notice.MOVED, known) if known != step.after else None


def _return_news(step: Step, untold: Slot | None) -> tuple[Notice, Slot] | None:
    """Return the news of a session that is back; `untold` is set for those who never heard that it was cancelled."""
    if untold is None:
        return Notice.REINSTATED, step.shown
    return (Notice.MOVED, untold) if untold != step.after else None


def _unwanting(db: DbSession, letters: Sequence[Told]) -> int:
    ids = [letter.registration_id for letter in letters if letter.notice is Notice.ADDED]
    statement = select(Unsubscription.id).where(
        Unsubscription.registration_id.in_(ids), Unsubscription.subscription == Subscription.NEWS
    )
    return len(db.scalars(statement).all()) if ids else 0


def _mail(letter: Told, sessions: Mapping[int | None, Session]) -> NewMail:
    """Return the row: a letter about one session speaks of its revision, one about several checks each by itself."""
    spoken_of = [sessions[session_id] for session_id in letter.known]
    first = min(spoken_of, key=lambda session: session.starts_at)
    speaks_of_one = len(spoken_of) == 1 and letter.notice is not Notice.ADDED
    return NewMail(
        key=f"{letter.notice.removeprefix('weekly.')}:{first.id}:{letter.registration_id}:g{first.revision}",
        kind=letter.notice,
        person_id=letter.person_id,
        registration_id=letter.registration_id,
        session_id=first.id,
        revision=first.revision if speaks_of_one else None,
        expires_at=max(session.ends_at for session in spoken_of),
        context={"sessions": [_item(sessions[session_id], slot) for session_id, slot in letter.known.items()]},
    )


def _item(session: Session, known: Slot) -> dict[str, Any]:
    moments = {"from": known.starts_at.isoformat(), "until": known.ends_at.isoformat()}
    return {"session": session.id, "revision": session.revision, **moments}
