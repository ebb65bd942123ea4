"""`make faults`: oversell and crash cycles on each database, with the figures; fails if anything is lost or doubled.

`make faults ARGS="once --messages 60000 --workers 4 --database postgresql"` sends so many reminders by several workers
and counts what arrives.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import KINDS, Databases
from tests.faults.checker import Violation
from tests.faults.cycles import crash
from tests.faults.exactly import once
from tests.faults.oversell import PLACES, contest

SHOWN = 20


def main() -> int:
    given = _arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="registrar-faults-") as temporary:
        folder: Path = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with Databases(folder) as databases:
            return 1 if given.run(folder, databases, given) else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--cycles", type=int, default=50, help="kills on each database")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--clients", type=int, default=3, help="client processes while processes are killed")
    parser.add_argument("--seed", type=int, default=1, help="chooses what is killed when")
    parser.add_argument("--keep", type=Path, help="folder for logs, records and journals, which else are removed")
    parser.set_defaults(run=_drills)
    exactly = parser.add_subparsers().add_parser("once", help="send many reminders by several workers, and count")
    exactly.add_argument("--messages", type=int, default=60_000)
    exactly.add_argument("--workers", type=int, default=4)
    exactly.add_argument("--database", choices=KINDS, default="postgresql")
    exactly.set_defaults(run=_once)
    return parser


def _drills(folder: Path, databases: Databases, given: argparse.Namespace) -> int:
    """Run both drills on each kind of database and return how many violations were found."""
    return sum(
        _drill(folder / kind, databases.fresh_url(kind), databases.fresh_url(kind), given)
        for kind in given.databases.split(",")
    )


def _once(folder: Path, databases: Databases, given: argparse.Namespace) -> int:
    tally = once(folder, databases.fresh_url(given.database), messages=given.messages, workers=given.workers)
    _say(f"{given.database}: {given.messages} reminders, {given.workers} workers, {tally.seconds:.0f} s")
    _say(f"  sent {tally.sent}, accepted {tally.accepted}, recipients {tally.recipients}, in doubt {tally.doubtful}")
    _say(f"  each exactly once: {'yes' if tally.is_exact else 'NO'}")
    return 0 if tally.is_exact else 1


def _drill(folder: Path, first_url: str, second_url: str, given: argparse.Namespace) -> int:
    """Run both drills on one kind of database and return how many violations were found."""
    return _contest(folder / "oversell", first_url) + _crash(folder / "cycles", second_url, given)


def _contest(folder: Path, url: str) -> int:
    folder.mkdir(parents=True)
    began = time.monotonic()
    ended = contest(folder, url, clients=8, people=60)
    expected = list(range(1, 8 * 60 - PLACES + 1))
    wrong = (ended.confirmed != PLACES) + (ended.queue_numbers != expected)
    _say(f"{folder.parent.name}: 8 processes × 60 sign-ups for {PLACES} places, {time.monotonic() - began:.0f} s")
    _say(f"  confirmed {ended.confirmed}, waiting {len(ended.queue_numbers)}, answers {ended.statuses}")
    return wrong + _tell(ended.found)


def _crash(folder: Path, url: str, given: argparse.Namespace) -> int:
    folder.mkdir(parents=True)
    began = time.monotonic()
    outcome = crash(folder, url, cycles=given.cycles, clients=given.clients, seed=given.seed)
    _say(f"{folder.parent.name}: {given.cycles} cycles of kill -9, {time.monotonic() - began:.0f} s")
    for name, count in {**outcome.kills, **outcome.figures}.items():
        _say(f"  {name:<28}{count:>8}")
    return _tell(outcome.found)


def _tell(found: list[Violation]) -> int:
    _say(f"  violations: {len(found)}")
    for violation in found[:SHOWN]:
        _say(f"    {violation}")
    return len(found)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


sys.exit(main())
