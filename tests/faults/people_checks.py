"""What must hold for sign-ups, registrations and seats, given what clients were told."""

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import pairwise
from typing import TypeVar

from registrar.weekly.rules import TAKING, SeatState
from tests.faults.findings import Evidence, Fault, Violation, asked, grouped
from tests.faults.world import Act, Answer, SeatRow, SessionRow, Told

Key = TypeVar("Key", bound=Hashable)
LOOKS = {Act.SKIP: {SeatState.SKIPPED}, Act.RETURN: set(SeatState) - {SeatState.SKIPPED}}
"""The states a seat may be in after an acknowledged change that was the last one asked for."""


def answers(evidence: Evidence) -> Iterator[Violation]:
    """No answer may be a server's fault, and clients ask for nothing that may be refused."""
    bad = {Answer.FAULT: Fault.SERVER_ERROR, Answer.NO: Fault.REFUSED}
    for told in evidence.world.told:
        if told.answer in bad:
            yield Violation(bad[told.answer], f"{told.status} for {told.act} of {told.email}")


def lost_sign_ups(evidence: Evidence) -> Iterator[Violation]:
    """Who was told "check your mail" is stored."""
    stored = {each.email_key for each in evidence.world.sign_ups}
    for email, told in evidence.told_of.items():
        if _acknowledged(told, Act.SIGN_UP) and email not in stored:
            yield Violation(Fault.SIGN_UP_LOST, email)


def lost_confirmations(evidence: Evidence) -> Iterator[Violation]:
    """Who was told "you are registered" is registered, and their sign-up says so."""
    confirmed = {each.email_key for each in evidence.world.sign_ups if each.is_confirmed}
    for email, told in evidence.told_of.items():
        if _acknowledged(told, Act.CONFIRM) and not (email in evidence.registrations_of and email in confirmed):
            yield Violation(Fault.CONFIRMATION_LOST, email)
    for email in confirmed - evidence.registrations_of.keys():
        yield Violation(Fault.HALF_CONFIRMED, f"{email} has no registration")
    for email in evidence.registrations_of.keys() - confirmed:
        yield Violation(Fault.HALF_CONFIRMED, f"{email} never confirmed")


def missing_seats(evidence: Evidence) -> Iterator[Violation]:
    """Who is registered has a seat, or waits, in every session that was chosen, unless they asked to skip it."""
    for email, told in evidence.told_of.items():
        chosen = {session for each in asked(told, Act.CONFIRM) for session in each.sessions}
        if not _acknowledged(told, Act.CONFIRM) or email not in evidence.registrations_of:
            continue
        for session in chosen:
            seat = evidence.seat_at(email, session)
            if seat is None:
                yield Violation(Fault.SEAT_MISSING, f"{email} in session {session}")
            elif seat.state is SeatState.SKIPPED and not _asked_to_skip(told, session):
                yield Violation(Fault.UNASKED_SEAT, f"{email} in session {session}")


def lost_changes(evidence: Evidence) -> Iterator[Violation]:
    """The last skip or return that was acknowledged is what is stored, if nothing uncertain came after it."""
    for email, told in evidence.told_of.items():
        changes = [each for each in told if each.act in LOOKS]
        for session, asked_for in grouped(changes, lambda each: each.sessions[0]).items():
            last, seat = asked_for[-1], evidence.seat_at(email, session)
            if last.answer is Answer.YES and (seat is None or seat.state not in LOOKS[last.act]):
                state = seat.state if seat else "missing"
                yield Violation(Fault.CHANGE_LOST, f"{last.act} of {email} in session {session}, which is {state}")


def doubles(evidence: Evidence) -> Iterator[Violation]:
    """One open sign-up, one registration and one seat in a session for each address."""
    open_ones = Counter(each.email_key for each in evidence.world.sign_ups if not each.is_confirmed)
    yield from _twice(open_ones, Fault.OPEN_TWICE)
    emails = evidence.email_of_person
    registered = Counter((each.programme_id, emails.get(each.person_id)) for each in evidence.world.registrations)
    yield from _twice(registered, Fault.REGISTERED_TWICE)
    seated = Counter((each.registration_id, each.session_id) for each in evidence.world.seats)
    yield from _twice(seated, Fault.SEATED_TWICE)


def capacities(evidence: Evidence) -> Iterator[Violation]:
    """Confirmed seats and held offers never exceed the capacity, and no place is free while somebody waits."""
    limits = {each.id: each.capacity for each in evidence.world.sessions if each.capacity is not None}
    for sample in evidence.world.samples:
        if sample.taken > limits.get(sample.session_id, sample.taken):
            yield Violation(Fault.OVERSOLD_FOR_A_MOMENT, f"{sample.taken} in session {sample.session_id}")
    for session in evidence.world.sessions:
        yield from _capacity(session, evidence.seats_in.get(session.id, []))


def _capacity(session: SessionRow, seats: list[SeatRow]) -> Iterator[Violation]:
    taken = sum(seat.state in TAKING for seat in seats)
    waiting = sum(seat.state is SeatState.WAITING for seat in seats)
    if session.capacity is not None and taken > session.capacity:
        yield Violation(Fault.OVERSOLD, f"{taken} of {session.capacity} in session {session.id}")
    if waiting and (session.capacity is None or taken < session.capacity):
        yield Violation(
            Fault.FREE_PLACE, f"{taken} of {session.capacity} taken, {waiting} wait in session {session.id}"
        )


def queues(evidence: Evidence) -> Iterator[Violation]:
    """Queue numbers run from 1 without duplicate; one is missing only for each return to the end of the queue."""
    for session, seats in evidence.seats_in.items():
        numbers = Counter(seat.queue_number for seat in seats if seat.queue_number is not None)
        yield from _twice(numbers, Fault.QUEUE_DUPLICATE, f" in session {session}")
        missing = max(numbers, default=0) - len(numbers)
        if missing > _returns_to_the_queue(evidence, seats):
            yield Violation(Fault.QUEUE_GAP, f"{missing} of {max(numbers)} numbers missing in session {session}")
        for seat in seats:
            if seat.state in {SeatState.WAITING, SeatState.OFFERED} and seat.queue_number is None:
                yield Violation(Fault.QUEUE_NUMBER_MISSING, f"seat {seat.id}, {seat.state}")


def _returns_to_the_queue(evidence: Evidence, seats: list[SeatRow]) -> int:
    ids = {seat.id for seat in seats}
    back = [
        each for each in evidence.world.audit if each.action == "seat.take_again" and each.state == SeatState.WAITING
    ]
    return sum(each.subject_id in ids for each in back)


def offers_in_order(evidence: Evidence) -> Iterator[Violation]:
    """Offers go out in the order of the queue; a number is offered once and belongs to one seat for ever."""
    offers = [each for each in evidence.world.mails if each.kind == "weekly.offer"]
    for session, mails in grouped(offers, lambda each: each.session_id).items():
        numbers = [_offered_number(mail.key) for mail in sorted(mails, key=lambda each: each.id)]
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            yield Violation(Fault.QUEUE_ORDER, f"{numbers} in session {session}")


def _offered_number(key: str) -> int:
    """Read the queue number from `offer:<seat>:<number>`."""
    return int(key.split(":")[2])


def _acknowledged(told: list[Told], act: Act) -> bool:
    return any(each.answer is Answer.YES for each in asked(told, act))


def _asked_to_skip(told: list[Told], session: int) -> bool:
    return any(session in each.sessions for each in asked(told, Act.SKIP))


def _twice(counted: Counter[Key], fault: Fault, where: str = "") -> Iterator[Violation]:
    for key, count in counted.items():
        if count > 1:
            yield Violation(fault, f"{key}{where}: {count} times")
