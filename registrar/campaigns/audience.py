"""Who is in a segment: conditions as SQL, always with those who agreed to mail and have not said no."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, select

from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import Registered, SeatWish
from registrar.campaigns.segments import Segment, parse
from registrar.db import DbSession
from registrar.folding import folded
from registrar.people.models import Consent, Institution, OptOut, Person, PersonTag
from registrar.people.rules import ConsentPurpose
from registrar.programmes.models import Selection, Session
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.rules import SeatState

Condition = ColumnElement[bool]
SAMPLE = 5
SEATS = {
    SeatWish.CONFIRMED: (SeatState.CONFIRMED,),
    SeatWish.WAITING: (SeatState.WAITING, SeatState.OFFERED),
    SeatWish.SKIPPED: (SeatState.SKIPPED,),
}


@dataclass(frozen=True)
class Span:
    """Persons by their numbers: those after one, up to another."""

    after: int = 0
    last: int | None = None

    def own(self, person_id: Any) -> list[Condition]:
        """Match the rows of one person among these.

        The bounds follow from those of the person, but PostgreSQL carries only equalities over to other tables: without
        them each chunk of a fan-out reads from the first row again.
        """
        bounds = [person_id > self.after] if self.after else []
        if self.last is not None:
            bounds.append(person_id <= self.last)
        return [person_id == Person.id, *bounds]

    def persons(self) -> list[Condition]:
        return self.own(Person.id)[1:]


EVERYONE = Span()


@dataclass(frozen=True)
class Recipients:
    """Whom a campaign is for, and since when they must have agreed to it."""

    segment: Segment
    topic: str
    """Slug of the series in whose name it is sent."""
    timezone: str
    """Where the days of the segment begin."""
    agreed_before: datetime
    span: Span = EVERYONE


@dataclass(frozen=True)
class Tally:
    """How many there are, by country, language and zone."""

    countries: Counter[str]
    """An empty code where it is not known."""
    locales: Counter[str]
    zones: Counter[str]

    @property
    def total(self) -> int:
        return self.zones.total()


def recipients_of(campaign: Campaign, agreed_before: datetime) -> Recipients:
    """Return whom a stored campaign is for, or refuse if its conditions cannot be read."""
    return Recipients(parse(campaign.segment), campaign.programme.slug, campaign.timezone, agreed_before)


def count(db: DbSession, whom: Recipients) -> int:
    """Return how many people there are."""
    return db.scalar(select(func.count()).select_from(Person).where(*conditions(whom))) or 0


def tally(db: DbSession, whom: Recipients) -> Tally:
    """Count people by country, language and zone, in one reading."""
    columns = (Person.country, Person.locale, Person.timezone)
    found = Tally(Counter(), Counter(), Counter())
    statement = select(*columns, func.count()).where(*conditions(whom)).group_by(*columns)
    for country, locale, zone, people in db.execute(statement):
        found.countries[country or ""] += people
        found.locales[locale] += people
        found.zones[zone] += people
    return found


def sample(db: DbSession, whom: Recipients) -> Sequence[Person]:
    """Return a few of them: who came last."""
    statement = select(Person).where(*conditions(whom)).order_by(Person.id.desc()).limit(SAMPLE)
    return db.scalars(statement).all()


def conditions(whom: Recipients) -> list[Condition]:
    """Return what holds for every recipient; false for everybody if the segment is empty."""
    if whom.segment.is_empty:
        return [false()]
    return [*whom.span.persons(), *_permitted(whom), *_asked(whom)]


def _permitted(whom: Recipients) -> list[Condition]:
    """Return what must hold for anybody who gets a mail to many: proven, agreed before it began, not opted out."""
    out = select(OptOut.id).where(*whom.span.own(OptOut.person_id), OptOut.topic == whom.topic)
    return [Person.confirmed_at.is_not(None), agreed(whom.agreed_before, whom.span), ~out.exists()]


def agreed(before: datetime, span: Span = EVERYONE) -> Condition:
    """Match persons with a live consent that is older than this moment."""
    consent = select(Consent.id).where(
        *span.own(Consent.person_id),
        Consent.purpose == ConsentPurpose.WEEKLY_MAIL,
        Consent.withdrawn_at.is_(None),
        Consent.proven_at < before,
    )
    return consent.exists()


def _asked(whom: Recipients) -> Iterator[Condition]:
    """Yield the conditions of the segment."""
    segment, span = whom.segment, whom.span
    if segment.series or segment.signed_up_since or segment.signed_up_until:
        yield _registered(segment, whom.timezone, span)
    if segment.seat_session:
        yield _has_seat(segment.seat_session, SEATS[segment.seat], span)
    if segment.attended_series:
        yield from _attended_often(segment, segment.attended_series)
    if segment.attended_session:
        yield _was_in(segment.attended_session, span)
    if segment.missed_session:
        yield _has_seat(segment.missed_session, (SeatState.CONFIRMED,), span)
        yield _took_place(segment.missed_session, whom.agreed_before)
        yield ~_was_in(segment.missed_session, span)
    yield from _described(segment, span)


def _described(segment: Segment, span: Span) -> Iterator[Condition]:
    """Yield the conditions that a person's own row and tags answer."""
    if segment.cohort:
        yield _of_cohort(segment.cohort)
    if segment.countries:
        yield Person.country.in_(segment.countries)
    if segment.locale:
        yield Person.locale == segment.locale
    if segment.tags_any:
        yield _tagged(PersonTag.tag.in_(segment.tags_any), span)
    for tag in segment.tags_all:
        yield _tagged(PersonTag.tag == tag, span)
    if segment.tags_none:
        yield ~_tagged(PersonTag.tag.in_(segment.tags_none), span)


def _of_cohort(season_id: int) -> Condition:
    """Match who has written the name of a selected institution, in whatever case and with or without accents."""
    selected = select(folded(Institution.name)).join(Selection, Selection.institution_id == Institution.id)
    return folded(Person.institution).in_(selected.where(Selection.season_id == season_id))


def _registered(segment: Segment, timezone: str, span: Span) -> Condition:
    found = select(Registration.id).where(*span.own(Registration.person_id))
    if segment.series:
        found = found.where(Registration.programme_id == segment.series)
        found = found.where(*_as_registered(segment.registered))
    if segment.signed_up_since:
        found = found.where(Registration.confirmed_at >= _midnight(segment.signed_up_since, timezone))
    if segment.signed_up_until:
        next_day = segment.signed_up_until + timedelta(days=1)
        found = found.where(Registration.confirmed_at < _midnight(next_day, timezone))
    return found.exists()


def _as_registered(registered: Registered) -> list[Condition]:
    if registered is Registered.EVER:
        return []
    live = Registration.cancelled_at.is_(None)
    return [live if registered is Registered.LIVE else ~live]


def _has_seat(session_id: int, states: Sequence[SeatState], span: Span) -> Condition:
    """Match who has such a seat: nested, so that no planner begins with all seats of the session for each person."""
    seat = select(Seat.id).where(
        Seat.registration_id == Registration.id, Seat.session_id == session_id, Seat.state.in_(states)
    )
    return select(Registration.id).where(*span.own(Registration.person_id), seat.exists()).exists()


def _took_place(session_id: int, before: datetime) -> Condition:
    over = select(Session.id).where(Session.id == session_id, Session.ends_at < before, Session.cancelled_at.is_(None))
    return over.exists()


def _was_in(session_id: int, span: Span) -> Condition:
    present = select(Attendance.id).where(*span.own(Attendance.person_id), Attendance.session_id == session_id)
    return present.exists()


def _attended_often(segment: Segment, programme_id: int) -> Iterator[Condition]:
    times = (
        select(func.count())
        .select_from(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .where(Attendance.person_id == Person.id, Session.programme_id == programme_id)
        .scalar_subquery()
    )
    if segment.attended_at_least is not None:
        yield times >= segment.attended_at_least
    if segment.attended_at_most is not None:
        yield times <= segment.attended_at_most


def _tagged(condition: Condition, span: Span) -> Condition:
    return select(PersonTag.id).where(*span.own(PersonTag.person_id), condition).exists()


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone))
