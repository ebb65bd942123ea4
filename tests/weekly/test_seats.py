"""Seats and waiting lists: the order of the line, what frees a place, and that nobody is ever one too many."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme, Session
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import Scope, SeatState
from tests import factories

THREADS = 16


def registered(db: DbSession, programme: Programme, count: int) -> list[Registration]:
    return [factories.registration(db, programme) for _ in range(count)]


def full_session(db: DbSession, now: datetime, capacity: int, people: int) -> tuple[Session, list[Seat]]:
    """Make a session in which `people` have asked for one of `capacity` places, in order."""
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=capacity)
    taken = [seats.take(db, each, [session], now=now)[0] for each in registered(db, programme, people)]
    return session, taken


def states(found: Sequence[Seat]) -> list[str]:
    return [seat.state.value for seat in found]


def keys(db: DbSession, kind: str) -> list[str]:
    return list(db.scalars(select(OutboxMail.key).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def test_seats_are_confirmed_while_there_is_room_then_queued_in_order(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=2, people=5)

    assert [(seat.state.value, seat.queue_number) for seat in taken] == [
        ("confirmed", None),
        ("confirmed", None),
        ("waiting", 1),
        ("waiting", 2),
        ("waiting", 3),
    ]


def test_a_session_without_capacity_confirms_everybody(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme)

    taken = [seats.take(db, each, [session], now=now)[0] for each in registered(db, programme, 3)]

    assert states(taken) == ["confirmed"] * 3


def test_no_seat_is_given_in_a_session_that_is_cancelled_or_over(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    over = factories.session(db, programme, starts_at=now - timedelta(hours=1))
    cancelled = factories.session(db, programme, cancelled_at=now)
    live = factories.session(db, programme, starts_at=now - timedelta(minutes=10))
    registration = factories.registration(db, programme)

    taken = seats.take(db, registration, [over, cancelled, live], now=now)

    assert [seat.session_id for seat in taken] == [live.id]


def test_seats_already_held_stay_and_those_given_up_come_back(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    first, second = factories.session(db, programme), factories.session(db, programme)
    registration = factories.registration(db, programme)
    held, given_up = seats.take(db, registration, [first, second], now=now)
    seats.skip(db, given_up, by="person:1", now=now)

    again = seats.take(db, registration, [second, first], now=now + timedelta(minutes=1))

    assert [(seat.id, seat.state.value, seat.changes) for seat in again] == [
        (held.id, "confirmed", 0),
        (given_up.id, "confirmed", 2),
    ]
    assert held.state_at == now


def test_skipping_offers_the_place_to_the_next_in_line(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=3)

    seats.skip(db, taken[0], by="person:1", now=now)

    assert states(taken) == ["skipped", "offered", "waiting"]
    assert taken[0].changes == 1
    assert taken[1].offered_until == now + (session.starts_at - now) / 4
    assert keys(db, "weekly.offer") == [f"offer:{taken[1].id}:1"]


def test_skipping_twice_frees_one_place(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=3)

    for _ in range(2):
        seats.skip(db, taken[0], by="person:1", now=now)

    assert states(taken) == ["skipped", "offered", "waiting"]
    assert taken[0].changes == 1


def test_leaving_the_waiting_list_changes_nothing_for_the_others(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=3)

    seats.skip(db, taken[1], by="person:1", now=now)

    assert states(taken) == ["confirmed", "skipped", "waiting"]


def test_an_accepted_offer_is_a_confirmed_seat_and_a_mail(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=2)
    seats.skip(db, taken[0], by="person:1", now=now)

    for _ in range(2):
        seats.accept(db, taken[1], by="person:2", now=now)

    assert states(taken) == ["skipped", "confirmed"]
    assert taken[1].offered_until is None
    assert keys(db, "weekly.returned") == [f"returned:{taken[1].id}:0"]


def test_a_declined_offer_goes_to_the_next_in_line(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=3)
    seats.skip(db, taken[0], by="person:1", now=now)

    for _ in range(2):
        seats.decline(db, taken[1], by="person:2", now=now)

    assert states(taken) == ["skipped", "skipped", "offered"]


def test_only_an_offer_can_be_declined(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=1)

    with pytest.raises(Refusal, match="no open offer"):
        seats.decline(db, taken[0], by="person:1", now=now)


def test_an_offer_lapses_and_goes_to_the_next_in_line(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=3)
    seats.skip(db, taken[0], by="person:1", now=now)
    assert taken[1].offered_until is not None
    end = taken[1].offered_until

    early, lapsed = seats.lapse_offers(db, end - timedelta(seconds=1)), seats.lapse_offers(db, end)

    assert (early, lapsed) == (0, 1)
    assert states(taken) == ["skipped", "lapsed", "offered"]


def test_a_lapsed_offer_cannot_be_accepted_even_before_the_worker_has_seen_it(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=2)
    seats.skip(db, taken[0], by="person:1", now=now)
    end = taken[1].offered_until
    assert end is not None

    with pytest.raises(Refusal, match="This offer has ended"):
        seats.accept(db, taken[1], by="person:2", now=end)


def test_whoever_comes_back_waits_behind_the_others(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=3)
    seats.skip(db, taken[0], by="person:1", now=now)

    seats.take_again(db, taken[0], by="person:1", now=now)

    assert [(seat.state.value, seat.queue_number) for seat in taken] == [("waiting", 3), ("offered", 1), ("waiting", 2)]
    assert taken[0].changes == 2


def test_nobody_new_passes_by_those_who_wait(db: DbSession, now: datetime) -> None:
    session, _ = full_session(db, now, capacity=1, people=2)
    session.capacity = 3
    newcomer = factories.registration(db, session.programme)

    [seat] = seats.take(db, newcomer, [session], now=now)

    assert (seat.state, seat.queue_number) == (SeatState.WAITING, 2)


def test_taking_again_accepts_an_offer_and_leaves_a_held_seat_alone(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=2)
    seats.skip(db, taken[0], by="person:1", now=now)

    for _ in range(2):
        seats.take_again(db, taken[1], by="person:2", now=now)

    assert (taken[1].state, taken[1].changes) == (SeatState.CONFIRMED, 0)


def test_more_places_are_offered_at_once(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=4)

    seats.set_capacity(db, session, 3, by="staff:1", now=now)

    assert states(taken) == ["confirmed", "offered", "offered", "waiting"]


def test_the_capacity_cannot_fall_below_what_is_taken(db: DbSession, now: datetime) -> None:
    session, _ = full_session(db, now, capacity=3, people=3)

    with pytest.raises(Refusal) as refused:
        seats.set_capacity(db, session, 2, by="staff:1", now=now)

    assert str(refused.value) == "3 places are already taken. Choose at least that many."


def test_a_session_without_limit_offers_a_place_to_all_who_wait(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=3)

    seats.set_capacity(db, session, None, by="staff:1", now=now)

    assert states(taken) == ["confirmed", "offered", "offered"]


def test_a_cancelled_registration_gives_up_what_is_to_come_and_keeps_what_was(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=2)
    over = factories.session(db, session.programme, starts_at=now - timedelta(days=7))
    past = factories.seat(db, taken[0].registration, over)

    for _ in range(2):
        seats.cancel_registration(db, taken[0].registration, by="person:1", now=now)

    assert states([*taken, past]) == ["skipped", "offered", "confirmed"]
    assert (taken[0].registration.cancelled_at, taken[0].changes) == (now, 1)


def test_a_cancelled_registration_takes_nothing_again(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=1)
    seats.cancel_registration(db, taken[0].registration, by="person:1", now=now)

    with pytest.raises(Refusal, match="Sign up again"):
        seats.take_again(db, taken[0], by="person:1", now=now)


@pytest.mark.parametrize("change", [seats.skip, seats.take_again])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cancelled_at": factories.NOW}, "This session is cancelled."),
        ({"ends_at": factories.NOW, "starts_at": factories.NOW - timedelta(hours=1)}, "This session is over."),
    ],
)
def test_a_session_that_is_cancelled_or_over_keeps_its_seats(
    db: DbSession, now: datetime, change: Callable[..., None], values: dict[str, datetime], message: str
) -> None:
    session, [seat] = full_session(db, now, capacity=1, people=1)
    for name, value in values.items():
        setattr(session, name, value)

    with pytest.raises(Refusal) as refused:
        change(db, seat, by="person:1", now=now)

    assert str(refused.value) == message


def test_nothing_is_offered_once_the_session_has_started(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=2)

    seats.skip(db, taken[0], by="person:1", now=session.starts_at)

    assert states(taken) == ["skipped", "waiting"]


def test_the_worker_fills_a_free_place_whatever_left_it_free(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=1, people=3)
    session.capacity = 2

    assert (seats.lapse_offers(db, now), states(taken)) == (0, ["confirmed", "offered", "waiting"])


def test_an_added_session_gives_everybody_of_the_season_a_seat(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    whole = registered(db, programme, 3)
    chosen = factories.registration(db, programme, scope=Scope.CHOSEN)
    gone = factories.registration(db, programme, cancelled_at=now)
    elsewhere = factories.registration(db, factories.series(db))
    session = factories.session(db, programme)

    first, second = seats.enrol_everyone(db, session, now=now), seats.enrol_everyone(db, session, now=now)

    assert (first, second) == (3, 0)
    found = db.scalars(select(Seat).order_by(Seat.registration_id)).all()
    assert [(seat.registration_id, seat.state.value, seat.changes) for seat in found] == [
        (each.id, "confirmed", 0) for each in whole
    ]
    assert not {chosen.id, gone.id, elsewhere.id} & {seat.registration_id for seat in found}


def test_an_added_session_with_few_places_goes_to_the_earliest(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    late, early, middle = (
        factories.registration(db, programme, confirmed_at=now - timedelta(days=days)) for days in (1, 3, 2)
    )
    session = factories.session(db, programme, capacity=1)

    seats.enrol_everyone(db, session, now=now)

    found = db.execute(select(Seat.registration_id, Seat.state, Seat.queue_number).order_by(Seat.queue_number))
    rows = {registration: (state.value, number) for registration, state, number in found}
    assert rows == {early.id: ("confirmed", None), middle.id: ("waiting", 1), late.id: ("waiting", 2)}


def test_every_change_of_a_seat_is_in_the_audit_trail(db: DbSession, now: datetime) -> None:
    _, taken = full_session(db, now, capacity=1, people=2)
    seats.skip(db, taken[0], by="person:1", now=now)
    seats.accept(db, taken[1], by="person:2", now=now)
    db.flush()

    found = db.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id)).all()

    assert [tuple(each) for each in found] == [
        ("person:1", "seat.skip"),
        ("worker", "seat.offer"),
        ("person:2", "seat.accept"),
    ]


def in_threads(engine: Engine, work: Sequence[Callable[[DbSession], object]]) -> None:
    """Do all the work in parallel, each in a database session and transaction of its own."""

    def run(step: Callable[[DbSession], object]) -> None:
        with DbSession(engine) as own:
            step(own)
            own.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(run, step) for step in work]:
            done.result()


def engine_of(db: DbSession) -> Engine:
    engine = db.get_bind()
    assert isinstance(engine, Engine)
    return engine


def test_sixteen_at_once_get_ten_places_and_one_line(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session_id = factories.session(db, programme, capacity=10).id
    ids = [each.id for each in registered(db, programme, 6 * THREADS)]
    db.commit()

    def taking(registration_id: int) -> Callable[[DbSession], object]:
        def take(own: DbSession) -> object:
            mine = own.get_one(Registration, registration_id)
            return seats.take(own, mine, [own.get_one(Session, session_id)], now=now)

        return take

    in_threads(engine_of(db), [taking(each) for each in ids])

    found = db.execute(select(Seat.state, Seat.queue_number)).all()
    assert [state for state, _ in found].count(SeatState.CONFIRMED) == 10
    assert sorted(number for _, number in found if number) == list(range(1, len(ids) - 9))


def test_the_same_registration_sixteen_times_has_one_seat_each_in_any_order(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    ids = [factories.session(db, programme, capacity=capacity).id for capacity in (None, 3, None, 3)]
    mine = [each.id for each in registered(db, programme, 2)]
    db.commit()

    def taking(number: int) -> Callable[[DbSession], object]:
        order = ids[number % 4 :] + ids[: number % 4]

        def take(own: DbSession) -> object:
            sessions = [own.get_one(Session, each) for each in order]
            return seats.take(own, own.get_one(Registration, mine[number % 2]), sessions, now=now)

        return take

    in_threads(engine_of(db), [taking(number) for number in range(THREADS)])

    assert states(db.scalars(select(Seat)).all()) == ["confirmed"] * 8


def test_taking_skipping_returning_and_cancelling_at_once_never_oversells(db: DbSession, now: datetime) -> None:
    session, taken = full_session(db, now, capacity=5, people=24)
    ids = [seat.id for seat in taken]
    db.commit()

    def changing(number: int) -> Callable[[DbSession], object]:
        def change(own: DbSession) -> None:
            seat = own.get_one(Seat, ids[number % len(ids)])
            with suppress(Refusal):  # somebody else was first
                if number % 4 == 0:
                    seats.cancel_registration(own, seat.registration, by="person:1", now=now)
                act = [seats.skip, seats.take_again, seats.accept][number % 3]
                act(own, seat, by="person:1", now=now)

        return change

    in_threads(engine_of(db), [changing(number) for number in range(4 * len(ids))])

    db.expire_all()
    found = db.scalars(select(Seat)).all()
    taking = [seat for seat in found if seat.state in (SeatState.CONFIRMED, SeatState.OFFERED)]
    waiting = [seat for seat in found if seat.state is SeatState.WAITING]
    assert len(taking) <= 5
    assert not waiting or len(taking) == 5
    offers = db.scalar(select(func.count()).where(OutboxMail.kind == "weekly.offer"))
    offered = db.scalar(select(func.count()).where(AuditEntry.action == "seat.offer"))
    assert offers == offered
    assert session.capacity == 5


def test_a_limit_set_while_others_take_seats_holds(db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session_id = factories.session(db, programme).id
    ids = [each.id for each in registered(db, programme, 30)]
    db.commit()

    def taking(registration_id: int) -> Callable[[DbSession], object]:
        def take(own: DbSession) -> object:
            session = own.get_one(Session, session_id)
            return seats.take(own, own.get_one(Registration, registration_id), [session], now=now)

        return take

    def limit(own: DbSession) -> None:
        with suppress(Refusal):  # it came too late
            seats.set_capacity(own, own.get_one(Session, session_id), 20, by="staff:1", now=now)

    in_threads(engine_of(db), [*map(taking, ids[:4]), limit, *map(taking, ids[4:])])

    capacity = db.scalar(select(Session.capacity))
    found = list(db.scalars(select(Seat.state)))
    confirmed = len(ids) if capacity is None else capacity
    assert (found.count(SeatState.CONFIRMED), found.count(SeatState.WAITING)) == (confirmed, len(ids) - confirmed)
