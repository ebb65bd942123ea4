"""`make bench`: pages beside the yardsticks on each database, mails, and 200 teams that type; prints tables."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from registrar.app import ROOT
from tests.bench import autosave, board, desk, mail_building, mail_delivery, mail_lateness, panels, report
from tests.bench.running import Found, Plan, run
from tests.databases import ADDRESS_VARIABLE, KINDS, Cluster, Databases, Durability

SIZES, QUICK_SIZES, MAIN = (200, 2_000, 20_000), (200, 2_000), 2_000
PARTS = ("pages", "building", "mail", "lateness", "desk", "board", "panels", "autosave")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--quick", action="store_true", help="one short round without the largest database")
    parser.add_argument("--only", choices=PARTS, help="measure only this")
    parser.add_argument("--mails", type=int, default=5_000, help="mails a round")
    parser.add_argument("--campaign", type=int, default=100_000, help="recipients of what runs while reminders leave")
    parser.add_argument("--output", type=Path, default=ROOT / "bench.jsonl")
    parser.add_argument("--autosave-seconds", type=float, default=60, help="how long 200 teams type")
    given = parser.parse_args()
    plan = Plan(1, QUICK_SIZES, MAIN, 0.3) if given.quick else Plan(given.rounds, SIZES, MAIN, 1.0)
    kinds = given.databases.split(",")
    if given.only in (None, "pages"):
        _pages(kinds, plan, given.output)
    if given.only in (None, "building"):
        _building(plan, given.output)
    if given.only in (None, "mail"):
        _mail(kinds, plan.rounds, given.mails)
    if given.only in (None, "lateness"):
        _lateness(kinds, given.campaign)
    if given.only in (None, "desk"):
        _desk(kinds, 10 * plan.rounds, given.output)
    if given.only in (None, "board"):
        _board(kinds, 10 * plan.rounds, given.output)
    if given.only in (None, "panels"):
        _panels(given.output)
    if given.only in (None, "autosave"):
        _autosave(kinds, given.autosave_seconds, given.output)


def _pages(kinds: list[str], plan: Plan, output: Path) -> None:
    found: list[Found] = []
    for kind in kinds:
        with durable(kind) as (databases, folder):
            found.append(run(kind, databases, folder, plan))
        print(report.table(found[-1], plan), end="\n\n", flush=True)
    report.write(output, found, plan)


def _building(plan: Plan, output: Path) -> None:
    built = mail_building.measured(plan.rounds, plan.pace)
    print(mail_building.table(built), flush=True)
    report.add(output, built)


def _mail(kinds: list[str], rounds: int, mails: int) -> None:
    for kind in kinds:
        with durable(kind) as (databases, folder):
            found = mail_delivery.measure(kind, databases, folder, rounds=rounds, mails=mails)
        print(mail_delivery.told(found), flush=True)


def _lateness(kinds: list[str], campaign: int) -> None:
    for kind in kinds:
        with durable(kind) as (databases, folder):
            print(mail_lateness.measure(kind, databases, folder, campaign=campaign), flush=True)


def _autosave(kinds: list[str], seconds: float, output: Path) -> None:
    for kind in kinds:
        with durable(kind) as (databases, folder):
            found = autosave.measure(kind, databases, folder, seconds=seconds)
        print(autosave.told(found), flush=True)
        report.add(output, autosave.figures(found))


def _desk(kinds: list[str], rounds: int, output: Path) -> None:
    for kind in kinds:
        with durable(kind) as (databases, folder):
            found = desk.measure(kind, databases, folder, rounds)
        print(desk.table(found), flush=True)
        report.add(output, found)


def _board(kinds: list[str], rounds: int, output: Path) -> None:
    for kind in kinds:
        with durable(kind) as (databases, folder):
            found = board.measure(kind, databases, folder, rounds)
        print(board.table(found), flush=True)
        report.add(output, found)


def _panels(output: Path) -> None:
    found = panels.measure()
    print(panels.table(found), flush=True)
    report.add(output, panels.figures(found))


@contextmanager
def durable(kind: str) -> Iterator[tuple[Databases, Path]]:
    """Give databases whose commits reach the disk."""
    with tempfile.TemporaryDirectory(prefix="registrar-bench-") as temporary, ExitStack() as open_ones:
        environ = {}
        if kind != "sqlite":
            cluster = Cluster.start(Durability.FULL)
            open_ones.callback(cluster.stop)
            environ = {ADDRESS_VARIABLE: cluster.url.render_as_string()}
        yield open_ones.enter_context(Databases(Path(temporary), environ)), Path(temporary)


if __name__ == "__main__":
    main()
