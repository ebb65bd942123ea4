"""Many clients want more places than there are: exactly as many get one as there are, the others stand in a line."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from registrar.weekly.rules import SeatState
from tests.faults.checker import Violation, violations
from tests.faults.drill import Drill
from tests.faults.world import World

PLACES = 100


@dataclass(frozen=True)
class Contest:
    """How a contest ended."""

    confirmed: int
    queue_numbers: list[int]
    statuses: dict[int | None, int]
    found: list[Violation]
    world: World


def contest(folder: Path, database_url: str, *, clients: int, people: int, places: int = PLACES) -> Contest:
    """Let `clients` processes sign up and confirm `people` each for one session, as fast as they can."""
    with Drill(folder, database_url, [places]) as drill:
        drill.site.start_smtp("[]")
        drill.site.start(mail_workers=1)
        drill.start_clients(clients, people)
        drill.wait_for_clients()
        world = drill.settle()
    return Contest(
        confirmed=sum(seat.state is SeatState.CONFIRMED for seat in world.seats),
        queue_numbers=sorted(seat.queue_number for seat in world.seats if seat.queue_number is not None),
        statuses=dict(Counter(told.status for told in world.told)),
        found=violations(world),
        world=world,
    )
