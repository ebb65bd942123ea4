"""A person's registrations with every week of their series: the same number of queries however much there is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import Phase, phase
from registrar.weekly.attendance import attended
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import SeatState
from registrar.weekly.week_states import Choice, ClockNote, WeekState, choice, clock_note, week_state

QUEUED = (SeatState.WAITING, SeatState.OFFERED)


@dataclass(frozen=True)
class Week:
    """One session of a series as one person sees it."""

    number: int
    session: Session
    seat: Seat | None
    phase: Phase
    state: WeekState
    position: int | None
    """Place on the waiting list, from 1."""
    clocks: ClockNote | None
    is_past: bool
    """Whether its time is over, cancelled or not."""

    @property
    def choice(self) -> Choice | None:
        return choice(self.phase, self.state)

    @property
    def is_to_come(self) -> bool:
        return self.phase not in {Phase.OVER, Phase.CANCELLED}

    @property
    def may_watch(self) -> bool:
        return self.phase is Phase.OVER and self.session.published_at is not None


@dataclass(frozen=True)
class OwnSeries:
    """A registration with all weeks of its series."""

    registration: Registration
    weeks: list[Week]

    @property
    def programme(self) -> Programme:
        return self.registration.programme

    @property
    def next_week(self) -> Week | None:
        """The first week to come that the person has a seat in."""
        return next(iter(self.held_to_come), None)

    @property
    def offers(self) -> list[Week]:
        return [week for week in self.weeks if week.is_to_come and week.state is WeekState.OFFERED]

    @property
    def weeks_to_come(self) -> list[Week]:
        return [week for week in self.weeks if not week.is_past]

    @property
    def held_to_come(self) -> list[Week]:
        return [week for week in self.weeks if week.is_to_come and week.state is WeekState.CONFIRMED]

    @property
    def weeks_so_far(self) -> list[Week]:
        return [week for week in self.weeks if week.is_past]

    @property
    def lacks_weeks(self) -> bool:
        return any(week.choice in {Choice.ADD, Choice.RETURN} for week in self.weeks)


def own_series(db: DbSession, person: Person, now: datetime) -> list[OwnSeries]:
    """Return all registrations of the person, the live ones first, then the newest."""
    registrations = own_registrations(db, person)
    sessions = _sessions(db, registrations)
    seats = _seats(db, registrations)
    positions = _positions(db, seats.values())
    was_there = attended(db, person.id, [session.id for each in sessions.values() for session in each])

    def week(number: int, session: Session, before: Session | None, registration: Registration) -> Week:
        seat = seats.get((registration.id, session.id))
        current = phase(session.starts_at, session.ends_at, session.cancelled_at, now)
        state = week_state(current, seat.state if seat else None, session.id in was_there)
        clocks = clock_note(session.starts_at, before.starts_at if before else None, person.timezone, session.timezone)
        position = positions.get(seat.id) if seat else None
        return Week(number, session, seat, current, state, position, clocks, session.ends_at <= now)

    def weeks(registration: Registration) -> list[Week]:
        own = sessions[registration.programme_id]
        pairs = zip(own, [None, *own], strict=False)
        return [week(number, session, before, registration) for number, (session, before) in enumerate(pairs, 1)]

    return [OwnSeries(registration, weeks(registration)) for registration in registrations]


def next_of_all(series: Iterable[OwnSeries]) -> tuple[OwnSeries, Week] | None:
    """Return the next week that the person has a seat in, over all their series."""
    found = [(each, each.next_week) for each in series if each.next_week]
    held = [(each, week) for each, week in found if week]
    return min(held, key=lambda pair: pair[1].session.starts_at, default=None)


def own_registrations(db: DbSession, person: Person) -> list[Registration]:
    """Return all registrations of the person, the live ones first, then the newest."""
    statement = (
        select(Registration)
        .options(joinedload(Registration.programme), joinedload(Registration.person))
        .where(Registration.person_id == person.id)
        .order_by(Registration.cancelled_at.isnot(None), Registration.id.desc())
    )
    return list(db.scalars(statement))


def _sessions(db: DbSession, registrations: list[Registration]) -> dict[int, list[Session]]:
    programmes = [registration.programme_id for registration in registrations]
    found = defaultdict[int, list[Session]](list)
    statement = select(Session).where(Session.programme_id.in_(programmes)).order_by(Session.starts_at)
    for session in db.scalars(statement):
        found[session.programme_id].append(session)
    return found


def _seats(db: DbSession, registrations: list[Registration]) -> dict[tuple[int, int], Seat]:
    statement = select(Seat).where(Seat.registration_id.in_([each.id for each in registrations]))
    return {(seat.registration_id, seat.session_id): seat for seat in db.scalars(statement)}


def _positions(db: DbSession, seats: Iterable[Seat]) -> dict[int, int]:
    """Return the place of each queued seat on the waiting list of its session."""
    queued = [seat.id for seat in seats if seat.state in QUEUED]
    if not queued:
        return {}
    ahead = aliased(Seat)
    statement = (
        select(Seat.id, func.count(ahead.id))
        .join(ahead, (ahead.session_id == Seat.session_id) & (ahead.queue_number <= Seat.queue_number))
        .where(Seat.id.in_(queued), ahead.state.in_(QUEUED))
        .group_by(Seat.id)
    )
    return dict(db.execute(statement).all())
