"""The workshop with 60 places: who was in time, who waits, and how places that became free were offered on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle
from random import Random

from registrar.ops.demo.book import Book
from registrar.ops.demo.season import WORKSHOP_PLACES, Times
from registrar.ops.demo.seats import Place
from registrar.weekly.models import Seat
from registrar.weekly.rules import OFFER_LONGEST, SeatState, offer_until

STAY_SHARE = 0.16
"""How many of those far down the waiting list keep waiting; the others gave it up when they were asked to."""
ASKED_BEFORE = timedelta(days=12)


class Answer(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    DECLINED = "declined"


ANSWERS = (Answer.ACCEPTED, Answer.ACCEPTED, Answer.LAPSED, Answer.ACCEPTED, Answer.DECLINED, Answer.ACCEPTED)


def queue_up(book: Book, seats: list[Place], found: Times, rng: Random) -> None:
    """Note the waiting list of the workshop: seats are in the order in which people confirmed."""
    first, later = seats[:WORKSHOP_PLACES], seats[WORKSHOP_PLACES:]
    for number, place in enumerate(later, start=1):
        _wait(place, number)
    ahead = list(_ahead_of_camille(later))
    answers = dict(zip(ahead[:-1], cycle(ANSWERS), strict=False))
    kept = sum(answer is Answer.ACCEPTED for answer in answers.values()) + 1  # one offer is open
    _give_up_places(book, first, kept, found, rng)
    _answer_offers(book, answers, found)
    if ahead:
        _offer(book, ahead[-1], found)
    for place in later:
        if place not in ahead:
            _go_or_stay(book, place, found, rng)


def _wait(place: Place, number: int) -> None:
    place.confirmed_from = None
    place.row["queue_number"] = number
    if place.given_up_at is None:
        place.row["state"] = SeatState.WAITING


def _ahead_of_camille(later: list[Place]) -> Iterator[Place]:
    for place in later:
        if place.member.is_camille:
            return
        if place.given_up_at is None:
            yield place


def _give_up_places(book: Book, first: list[Place], wanted: int, found: Times, rng: Random) -> None:
    """Let as many of the first give up their place as were offered on and kept; some left with their registration."""
    holding = [place for place in first if place.given_up_at is None]
    gone = len(first) - len(holding)
    for number, place in enumerate(sorted(rng.sample(holding, k=wanted - gone), key=lambda each: each.id)):
        _skip(book, place, found.today - ASKED_BEFORE + timedelta(hours=3 + 5 * number))


def _answer_offers(book: Book, answers: dict[Place, Answer], found: Times) -> None:
    """Tell the offers one after the other, in the order of the waiting list."""
    for number, (place, answer) in enumerate(answers.items()):
        at = found.today - ASKED_BEFORE + timedelta(hours=4 + 11 * number)
        until = offer_until(at, place.week.starts_at)
        book.audit("worker", "seat.offer", Seat, place.id, at, until=until.isoformat())
        after = at + (OFFER_LONGEST if answer is Answer.LAPSED else timedelta(hours=2, minutes=17 * number))
        _settle(book, place, answer, after)


def _settle(book: Book, place: Place, answer: Answer, at: datetime) -> None:
    if answer is Answer.ACCEPTED:
        place.confirmed_from = at
        place.row |= {"state": SeatState.CONFIRMED, "state_at": at}
        book.audit(place.member.actor, "seat.accept", Seat, place.id, at)
    elif answer is Answer.LAPSED:
        place.row |= {"state": SeatState.LAPSED, "state_at": at}
        book.audit("worker", "seat.lapse", Seat, place.id, at)
    else:
        place.give_up(at)
        book.audit(place.member.actor, "seat.decline", Seat, place.id, at)


def _offer(book: Book, place: Place, found: Times) -> None:
    """Leave one offer open: made just before midnight, it lasts for the day."""
    at = found.today - timedelta(minutes=1)
    until = offer_until(at, place.week.starts_at)
    place.row |= {"state": SeatState.OFFERED, "state_at": at, "offered_until": until}
    book.audit("worker", "seat.offer", Seat, place.id, at, until=until.isoformat())


def _go_or_stay(book: Book, place: Place, found: Times, rng: Random) -> None:
    chance, hours = rng.random(), rng.uniform(1, 200)
    if place.member.is_camille or place.given_up_at or chance < STAY_SHARE:
        return
    at = (found.today - timedelta(hours=hours)).replace(microsecond=0)
    if at > place.member.confirmed_at:
        _skip(book, place, at)


def _skip(book: Book, place: Place, at: datetime) -> None:
    place.give_up(at)
    book.audit(place.member.actor, "seat.skip", Seat, place.id, at)
