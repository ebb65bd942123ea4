"""The seats of the demonstration: everybody's place in every week, what they gave up, and who came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from registrar.ops.demo.book import Book
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import NEARLY_FULL, NEXT, WORKSHOP, Times, Week
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.rules import TAKING, AttendanceSource, Scope, SeatState

SKIP_SHARE = 0.05
EARLY_SKIP_SHARE = 0.02
PLANNED_AHEAD = 4
CAMILLE_SKIPS = {3, 13}
CAMILLE_CAME = {1, 2, 4, 5, 7}
JUST_AFTER_SHARE = 0.08
"""How many give up their seat in the minute in which the reminder goes out."""
ROUND_CAPACITY = 10


@dataclass(eq=False)
class Place:
    """One person's seat in one session, with its stored row."""

    member: Member
    week: Week
    row: dict[str, Any]
    confirmed_from: datetime | None
    given_up_at: datetime | None = None
    came: bool = False

    @property
    def id(self) -> int:
        return int(self.row["id"])

    def holds(self, at: datetime) -> bool:
        """Tell whether the seat was confirmed at that moment."""
        if self.confirmed_from is None or self.confirmed_from > at:
            return False
        return self.given_up_at is None or self.given_up_at > at

    def give_up(self, at: datetime) -> None:
        self.given_up_at = at
        self.row |= {"state": SeatState.SKIPPED, "state_at": at, "changes": self.row["changes"] + 1}


def places(book: Book, members: list[Member], weeks: list[Week], found: Times, rng: Random) -> list[Place]:
    """Note every seat; the workshop's waiting list is told in its own module."""
    made = [_place(book, member, week) for member in members for week in _weeks_of(member, weeks)]
    for place in made:
        if place.week.number != WORKSHOP:
            _skip(book, place, found, rng)
    for member in members:
        _cancel(book, member, [place for place in made if place.member is member] if member.cancelled_at else [])
    return made


def limit(weeks: list[Week], made: list[Place]) -> None:
    """Give one session to come a capacity that is nearly reached."""
    week = weeks[NEARLY_FULL - 1]
    taken = sum(place.week is week and place.row["state"] in TAKING for place in made)
    week.row["capacity"] = (taken // ROUND_CAPACITY + 1) * ROUND_CAPACITY


def attend(book: Book, made: list[Place], weeks: list[Week], rng: Random) -> None:
    """Note who came to the sessions that are over: 35 to 45 % of those who had a seat, some of them every time."""
    keenness = {place.member: rng.betavariate(1.6, 2.2) for place in made}
    for week in weeks[: NEXT - 1]:
        held = [place for place in made if place.week is week and place.holds(week.ends_at)]
        wanted = round(len(held) * rng.uniform(0.35, 0.45))
        order = sorted(held, key=lambda place: rng.random() ** (1 / keenness[place.member]), reverse=True)
        camille = [place for place in held if place.member.is_camille and week.number in CAMILLE_CAME]
        others = [place for place in order if not place.member.is_camille]
        for place in sorted(camille + others[: wanted - len(camille)], key=lambda each: each.id):
            _come(book, place, rng)


def _weeks_of(member: Member, weeks: list[Week]) -> list[Week]:
    wanted = weeks if member.scope is Scope.SEASON else member.chosen
    return [
        week
        for week in wanted
        if week.ends_at > member.confirmed_at and not (week.cancelled_at and week.cancelled_at <= member.confirmed_at)
    ]


def _place(book: Book, member: Member, week: Week) -> Place:
    row = book.add(Seat, registration_id=member.registration_id, session_id=week.id, state=SeatState.CONFIRMED)
    row["state_at"] = member.confirmed_at
    return Place(member, week, row, member.confirmed_at)


def _skip(book: Book, place: Place, found: Times, rng: Random) -> None:
    """Let a few give up a week, most of them in the days before it."""
    share = SKIP_SHARE if place.week.is_over else EARLY_SKIP_SHARE
    chance, hours, at_once = rng.random(), rng.uniform(2, 140), rng.random()
    if place.member.is_camille:
        chance, at_once = float(place.week.number not in CAMILLE_SKIPS), 1.0
    if chance >= share or place.week.number > NEXT + PLANNED_AHEAD or place.week.cancelled_at:
        return
    at = min(place.week.starts_at, found.today) - timedelta(hours=hours)
    if at_once < JUST_AFTER_SHARE and place.week.is_over:
        at = place.week.starts_at - timedelta(hours=24) + timedelta(seconds=20)
    at = at.replace(microsecond=0)
    if at > place.member.confirmed_at and _stays(place.member, at):
        place.give_up(at)
        book.audit(place.member.actor, "seat.skip", Seat, place.id, at)


def _stays(member: Member, at: datetime) -> bool:
    return member.cancelled_at is None or at < member.cancelled_at


def _cancel(book: Book, member: Member, own: list[Place]) -> None:
    if member.cancelled_at is None:
        return
    left = [place for place in own if place.week.ends_at > member.cancelled_at and place.given_up_at is None]
    for place in left:
        place.give_up(member.cancelled_at)
    at, subject = member.cancelled_at, member.registration_id
    book.audit(member.actor, "registration.cancel", Registration, subject, at, seats=len(left))


def _come(book: Book, place: Place, rng: Random) -> None:
    place.came = True
    joined_at = place.week.starts_at + timedelta(seconds=int(rng.triangular(-840, 1500, 30)))
    row = {"session_id": place.week.id, "person_id": place.member.person_id, "joined_at": joined_at}
    book.add(Attendance, **row, source=AttendanceSource.JOIN_LINK)
    book.audit(place.member.actor, "weekly.join", Seat, place.id, joined_at)


def of_session(made: list[Place], week: Week) -> list[Place]:
    """Return the places in one session, in the order in which people confirmed."""
    return [place for place in made if place.week is week]
