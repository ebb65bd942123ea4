"""`make bench`: sign-ups, confirmations and pages beside the yardsticks, on each database, and mails; prints tables."""

import argparse
import tempfile
from pathlib import Path

from registrar.app import ROOT
from tests.bench import mail_building, report
from tests.bench.running import Found, Plan, run
from tests.databases import ADDRESS_VARIABLE, KINDS, Cluster, Databases, Durability

SIZES, QUICK_SIZES, MAIN = (200, 2_000, 20_000), (200, 2_000), 2_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--quick", action="store_true", help="one short round without the largest database")
    parser.add_argument("--output", type=Path, default=ROOT / "bench.jsonl")
    given = parser.parse_args()
    plan = Plan(1, QUICK_SIZES, MAIN, 0.3) if given.quick else Plan(given.rounds, SIZES, MAIN, 1.0)
    found: list[Found] = []
    for kind in given.databases.split(","):
        found.append(_measured(kind, plan))
        print(report.table(found[-1], plan), end="\n\n", flush=True)
    report.write(given.output, found, plan)
    built = mail_building.measured(plan.rounds, plan.pace)
    print(mail_building.table(built), flush=True)
    report.add(given.output, built)


def _measured(kind: str, plan: Plan) -> Found:
    with tempfile.TemporaryDirectory(prefix="registrar-bench-") as temporary:
        folder = Path(temporary)
        if kind == "sqlite":
            return _on(folder, kind, plan, {})
        cluster = Cluster.start(Durability.FULL)
        try:
            return _on(folder, kind, plan, {ADDRESS_VARIABLE: cluster.url.render_as_string()})
        finally:
            cluster.stop()


def _on(folder: Path, kind: str, plan: Plan, environ: dict[str, str]) -> Found:
    with Databases(folder, environ) as databases:
        return run(kind, databases, folder, plan)


if __name__ == "__main__":
    main()
