"""`python -m tests.bench.mail_fanout`: how fast reminders of a large series are written to the outbox, in what memory.

The database is filled in bulk; a process of its own then plans and fans out, committing chunk by chunk as the worker
does, and tells its peak memory after the first chunk and after the last.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, func, select, text

from registrar import migrations
from registrar.app import ROOT
from registrar.db import DbSession, engine_options, prepare
from registrar.mail.models import OutboxMail
from registrar.reminders import operations
from tests import factories
from tests.databases import ADDRESS_VARIABLE, KINDS, Cluster, Databases, Durability

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
DUE = START - timedelta(hours=24)
SIZES, LARGE = (100_000,), 1_000_000
SESSIONS = 2
"""The one that is reminded of, and another that must not slow it down."""
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "
PERSONS = """
INSERT INTO person (id, email, email_key, name, timezone, locale, link_number, created_at, confirmed_at)
SELECT n, 'p' || n || '@example.org', 'p' || n || '@example.org', 'Person ' || n, 'Europe/Paris', 'en', 0, :at, :at
FROM numbers"""
REGISTRATIONS = """
INSERT INTO registration (id, programme_id, person_id, reference, scope, confirmed_at)
SELECT n, :programme, n, 'R' || n, 'season', :at FROM numbers"""
SEATS = """
INSERT INTO seat (registration_id, session_id, state, state_at, changes)
SELECT registration.id, session.id, 'confirmed', :at, 0 FROM registration CROSS JOIN session WHERE :count > 0"""


@dataclass(frozen=True)
class Result:
    """What one fan-out took."""

    rows: int
    seconds: float
    longest_chunk: float
    """Seconds during which nobody else could write to SQLite."""
    megabytes_first: float
    """Peak memory (RSS) after the first chunk."""
    megabytes_last: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mail_fanout", description=__doc__)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--million", action="store_true", help="also with 1,000,000 registrations")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        print(json.dumps(asdict(work(given.work))))
        return
    print("| database | registrations | mails written | rows per second | longest chunk | memory first → last |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in given.databases.split(","):
        for size in (*SIZES, LARGE) if given.million else SIZES:
            print(_line(kind, size, measured(kind, size)), flush=True)


def _line(kind: str, size: int, found: Result) -> str:
    pace, memory = found.rows / found.seconds, f"{found.megabytes_first:.0f} → {found.megabytes_last:.0f} MB"
    chunk = f"{found.longest_chunk * 1000:.0f} ms"
    return f"| {kind} | {size:,} | {found.rows:,} | {pace:,.0f} | {chunk} | {memory} |"


def measured(kind: str, size: int) -> Result:
    """Fill a database of this kind and let a process fan out."""
    with tempfile.TemporaryDirectory(prefix="registrar-bench-") as temporary:
        folder = Path(temporary)
        if kind == "sqlite":
            return _on(folder, kind, size, {})
        cluster = Cluster.start(Durability.FULL)
        try:
            return _on(folder, kind, size, {ADDRESS_VARIABLE: cluster.url.render_as_string()})
        finally:
            cluster.stop()


def _on(folder: Path, kind: str, size: int, environ: dict[str, str]) -> Result:
    with Databases(folder, environ) as databases:
        url = databases.fresh_url(kind)
        fill(url, size)
        command = [sys.executable, "-m", "tests.bench.mail_fanout", "--work", url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The fan-out failed:\n{done.stderr}")
        return Result(**json.loads(done.stdout))


def fill(url: str, size: int) -> None:
    """Store a series with that many registrations, each with a seat in every session."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        programme = factories.series(db)
        for week in range(SESSIONS):
            factories.session(db, programme, starts_at=START + week * timedelta(days=7))
        given = {"count": size, "at": factories.NOW.replace(tzinfo=None), "programme": programme.id}
        for statement in (NUMBERS + PERSONS, NUMBERS + REGISTRATIONS, SEATS):
            db.execute(text(statement), given)
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    engine.dispose()


def work(url: str) -> Result:
    """Plan and fan out until everything is written; run in a process of its own."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    with DbSession(engine) as db:
        operations.plan(db, DUE)
        db.commit()
        chunks: list[float] = []
        first = 0.0
        while True:
            began = time.perf_counter()
            done = operations.fan_out(db, DUE)
            db.commit()
            db.expunge_all()
            if not done:
                break
            chunks.append(time.perf_counter() - began)
            first = first or _peak_megabytes()
        rows = db.scalar(select(func.count(OutboxMail.id))) or 0
    return Result(rows, sum(chunks), max(chunks), first, _peak_megabytes())


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
