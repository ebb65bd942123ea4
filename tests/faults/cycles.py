"""Crash cycles: web and mail processes are killed at random moments while clients use them, then all is compared."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.faults.checker import Violation, figures, violations
from tests.faults.drill import Drill
from tests.faults.processes import PAUSE
from tests.faults.site import Kill

CAPACITIES: list[int | None] = [25, None, 3]
FEWEST, MOST = 2, 40
"""Answers and deliveries between a start and the next kill: a life that counts on a slow machine as well."""
LONGEST_LIFE_SECONDS, LONGEST_PAUSE_SECONDS = 20.0, 0.1
MANY = 100_000
LONG = 20
"""Cycles from which `registrar run` serves and delivers too, and what it keeps is killed as well."""
SKIPS = 0.35
FORGETS = 0.15


@dataclass(frozen=True)
class Outcome:
    """What the cycles did and what the checker says of it."""

    kills: dict[str, int]
    figures: dict[str, int]
    found: list[Violation]


def crash(folder: Path, database_url: str, *, cycles: int, clients: int, seed: int) -> Outcome:
    """Kill `cycles` times, start everything again and drain, and check what is there."""
    chance = random.Random(seed)
    with Drill(folder, database_url, CAPACITIES) as drill:
        drill.site.start_smtp(script())
        drill.site.start(mail_workers=2)
        if cycles >= LONG:
            drill.site.start_house()
        drill.start_clients(clients, MANY, SKIPS, FORGETS)
        for _ in range(cycles):
            _live_a_while(drill, chance)
            drill.site.kill(chance.choice(drill.site.choices()), chance)
            drill.restart()
        drill.dismiss_clients()
        drill.site.kill(Kill.EVERYTHING, chance)
        world = drill.settle()
    return Outcome(dict(Counter(kill.value for kill in drill.site.kills)), figures(world), violations(world))


def _live_a_while(drill: Drill, chance: random.Random) -> None:
    """Wait until some more has been done, and a moment that falls anywhere in what follows."""
    end = time.monotonic() + LONGEST_LIFE_SECONDS
    enough = drill.progress() + chance.randint(FEWEST, MOST)
    while time.monotonic() < end and drill.progress() < enough:
        time.sleep(PAUSE)
    time.sleep(chance.uniform(0, LONGEST_PAUSE_SECONDS))


def script() -> str:
    """Return the mail server's part: slow at the final dot, so that kills fall there; some mails lost or put off."""
    steps: list[dict[str, object]] = []
    for number in range(7, 2000, 61):
        steps += [
            {"stage": "dot", "do": "accept_then_drop", "transaction": number},
            {"stage": "dot", "do": "drop", "transaction": number + 20},
            {"stage": "rcpt", "do": "reply", "text": "451 4.3.0 Try again later", "transaction": number + 40},
        ]
    return json.dumps([*steps, {"stage": "dot", "do": "slow", "seconds": 0.03}])
