"""Registrations as organisers list them: filtered, sorted, by the page and as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from registrar.console.rules import PER_PAGE, ListState, RegistrationFilter, Sort
from registrar.db import DbSession
from registrar.folding import contains, folded
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import ProgrammeKind
from registrar.weekly.models import Attendance, Registration, Seat, SignUp
from registrar.weekly.rules import SeatState

STREAM_ROWS = 500
ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.NEWEST: (Registration.id.desc(),),
    Sort.OLDEST: (Registration.id.asc(),),
    Sort.NAME: (folded(Person.name), Registration.id),
    Sort.COUNTRY: (Person.country, folded(Person.name), Registration.id),
}


@dataclass(frozen=True)
class Line:
    """One registration of the list; `seat` is its seat in the chosen session."""

    registration: Registration
    person: Person
    confirmed: int
    seat: SeatState | None


def series(db: DbSession) -> list[Programme]:
    """Return the weekly series, the newest first."""
    statement = select(Programme).where(Programme.kind == ProgrammeKind.SERIES).order_by(Programme.id.desc())
    return list(db.scalars(statement))


def sessions(db: DbSession, programme_id: int | None) -> list[Session]:
    """Return the sessions to choose from, in their order."""
    statement = select(Session).order_by(Session.starts_at)
    return list(db.scalars(statement.where(Session.programme_id == programme_id) if programme_id else statement))


def lines(db: DbSession, wanted: RegistrationFilter, number: int) -> tuple[list[Line], int]:
    """Return a page of registrations, and how many are known to follow it (0 or 1)."""
    inner = _narrowed(select(Registration.id).join(Registration.person), wanted).order_by(*ORDERS[wanted.sort])
    ids = db.scalars(inner.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return _lines(db, ids[:PER_PAGE], wanted.session_id), len(ids[PER_PAGE:])


def total(db: DbSession, wanted: RegistrationFilter) -> int | None:
    """Count them where an index alone can tell, else None."""
    if not wanted.may_be_counted:
        return None
    count = select(func.count(Registration.id))
    return db.scalar(count.where(Registration.programme_id == wanted.programme_id) if wanted.programme_id else count)


def stream(db: DbSession, wanted: RegistrationFilter) -> Iterator[tuple[Registration, Person, SeatState | None]]:
    """Yield every matching registration with its person and the seat in the chosen session, a few hundred at a time."""
    here = and_(Seat.registration_id == Registration.id, Seat.session_id == (wanted.session_id or 0))
    statement = select(Registration, Person, Seat.state).join(Registration.person).outerjoin(Seat, here)
    ordered = _narrowed(statement, wanted).order_by(*ORDERS[wanted.sort])
    yield from db.execute(ordered, execution_options={"yield_per": STREAM_ROWS})


def open_sign_ups(db: DbSession, number: int) -> tuple[list[SignUp], int]:
    """Return a page of sign-ups that nobody has confirmed, the newest first, and how many follow (0 or 1)."""
    statement = select(SignUp).where(SignUp.confirmed_at.is_(None), SignUp.refused_at.is_(None))
    found = db.scalars(statement.order_by(SignUp.id.desc()).offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return list(found[:PER_PAGE]), len(found[PER_PAGE:])


def _lines(db: DbSession, ids: Sequence[int], session_id: int | None) -> list[Line]:
    found = db.execute(select(Registration, Person).join(Registration.person).where(Registration.id.in_(ids))).all()
    by_id = {registration.id: (registration, person) for registration, person in found}
    counts, here = _seats(db, ids, session_id)
    return [Line(*by_id[each], counts.get(each, 0), here.get(each)) for each in ids]


def _seats(db: DbSession, ids: Sequence[int], session_id: int | None) -> tuple[dict[int, int], dict[int, SeatState]]:
    """Return how many weeks each registration has, and the state of its seat in the chosen session."""
    confirmed = func.count().filter(Seat.state == SeatState.CONFIRMED)
    here = func.max(Seat.state).filter(Seat.session_id == (session_id or 0))
    statement = select(Seat.registration_id, confirmed, here).where(Seat.registration_id.in_(ids))
    rows = db.execute(statement.group_by(Seat.registration_id)).all()
    return {each: count for each, count, _ in rows}, {each: SeatState(state) for each, _, state in rows if state}


def _narrowed(statement: Any, wanted: RegistrationFilter) -> Any:
    """Keep what the filter asks for; the statement already joins the person."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.programme_id:
        conditions.append(Registration.programme_id == wanted.programme_id)
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    if wanted.country:
        conditions.append(Person.country == wanted.country)
    if wanted.locale:
        conditions.append(Person.locale == wanted.locale)
    if wanted.scope:
        conditions.append(Registration.scope == wanted.scope)
    if wanted.state or wanted.session_id:
        conditions.append(_in_state(wanted.state, wanted.session_id))
    return statement.where(*conditions)


def _mentions(text: str) -> ColumnElement[bool]:
    columns = (Person.name, Person.email, Person.institution)
    return or_(Registration.reference == text.upper(), *(contains(column, text) for column in columns))


def _in_state(state: ListState | None, session_id: int | None) -> ColumnElement[bool]:
    if state is ListState.ACTIVE or state is ListState.CANCELLED:
        is_active = Registration.cancelled_at.is_(None)
        of_list = is_active if state is ListState.ACTIVE else ~is_active
        return and_(of_list, _has_seat(session_id)) if session_id else of_list
    if state is ListState.ATTENDED:
        return _attended(session_id)
    if state is ListState.MISSED:
        return and_(_has_seat(session_id, SeatState.CONFIRMED), ~_attended(session_id))
    return _has_seat(session_id, SeatState(state.value) if state else None)


def _has_seat(session_id: int | None, state: SeatState | None = None) -> ColumnElement[bool]:
    seat = select(Seat.id).where(Seat.registration_id == Registration.id)
    seat = seat.where(Seat.session_id == session_id) if session_id else seat
    return (seat.where(Seat.state == state) if state else seat).exists()


def _attended(session_id: int | None) -> ColumnElement[bool]:
    present = select(Attendance.id).where(Attendance.person_id == Registration.person_id)
    return (present.where(Attendance.session_id == session_id) if session_id else present).exists()
