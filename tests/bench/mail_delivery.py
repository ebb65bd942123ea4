"""`python -m tests.bench --only mail`: one worker's deliveries a second, beside smtp-source to the same smtp-sink."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from flask import current_app
from sqlalchemy import create_engine, func, select, text

from registrar import migrations
from registrar.app import ROOT, create_app
from registrar.db import alchemy, db, engine_options, prepare
from registrar.mail import claims, delivery, kinds, rendering
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.mail.worker import JOBS, Worker, transport_for
from registrar.settings import load_settings
from tests.bench import mail_letters
from tests.databases import Databases
from tests.faults.processes import free_port

SECRET = "a-key-for-the-benchmark-only-0123456789"
TOOLS = "smtp-source and smtp-sink are missing. Install them: apt-get install postfix (it need not be configured)."
PARTS = {
    "claim": (claims, "claim"),
    "compose": (delivery, "compose_all"),
    "write": (delivery, "write"),
    "outcome": (delivery, "conclude_all"),
    "mark": (claims, "mark_all"),
}
"""What the time of the worker is split into; the rest is sending, and the commits."""


@dataclass(frozen=True)
class Delivery:
    """What was measured on one kind of database; medians, and each ratio within one round."""

    kind: str
    mails: int
    octets: int
    connections: int
    per_second: float
    yardstick: float
    ratio: float
    cpu_ms: float
    parts_ms: dict[str, float]


@dataclass(frozen=True)
class Round:
    per_second: float
    yardstick: float
    cpu_ms: float
    parts_ms: dict[str, float]


def measure(kind: str, databases: Databases, folder: Path, *, rounds: int, mails: int) -> Delivery:
    """Send in alternating rounds through one worker and through smtp-source; raise if a mail is left over."""
    if not shutil.which("smtp-source") or not shutil.which("smtp-sink"):
        raise SystemExit(TOOLS)
    port = free_port()
    with sink(port):
        environ = environment(databases, kind, folder, port)
        app = bench_app(environ)
        with app.app_context():
            octets = _size()
            made = [_round(number, mails, port, octets) for number in range(rounds + 1)][1:]
            connections = load_settings(environ, ROOT / "config").mail_connections
            alchemy.engine.dispose()
    return _summary(kind, mails, octets, connections, made)


def _summary(kind: str, mails: int, octets: int, connections: int, made: list[Round]) -> Delivery:
    return Delivery(
        kind=kind,
        mails=mails,
        octets=octets,
        connections=connections,
        per_second=median(each.per_second for each in made),
        yardstick=median(each.yardstick for each in made),
        ratio=median(each.per_second / each.yardstick for each in made),
        cpu_ms=median(each.cpu_ms for each in made),
        parts_ms={part: round(median(each.parts_ms[part] for each in made), 3) for part in PARTS},
    )


def _round(number: int, mails: int, port: int, octets: int) -> Round:
    settings: Any = _settings()
    mail_letters.queue(mails, now=datetime.now(UTC), batch=f"round{number}")
    db.execute(text("ANALYZE"))
    db.commit()
    yardstick = mails / smtp_source(port, mails, octets)
    with split() as parts:
        wall, cpu = time.perf_counter(), time.process_time()
        Worker(transport_for(settings)).run_once(datetime.now(UTC))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    _check(mails * (number + 1))
    in_ms = {name: 1000 * used / mails for name, used in parts.items()}
    return Round(mails / wall, yardstick, 1000 * cpu / mails, in_ms)


def _check(sent: int) -> None:
    found = db.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.SENT))
    db.commit()
    if found != sent:
        raise RuntimeError(f"{found} of {sent} mails were sent.")


def _settings() -> Any:
    return current_app.extensions["registrar.settings"]


def _size() -> int:
    """Return how long one letter is on the wire."""
    mail = OutboxMail(id=1, kind=mail_letters.KIND, message_id="0" * 40, context={"number": 1})
    now = datetime.now(UTC)
    draft = kinds.compose_all(db, [mail], now)[1]
    if isinstance(draft, Exception):
        raise draft
    return len(rendering.write(draft, mail, now).data)


@contextmanager
def split() -> Iterator[dict[str, float]]:
    """Add up the computing time spent in each part, in seconds."""
    used = dict.fromkeys(PARTS, 0.0)
    real = {part: getattr(module, name) for part, (module, name) in PARTS.items()}

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*given, **named)
            finally:
                used[part] += time.process_time() - began

        return call

    for part, (module, name) in PARTS.items():
        setattr(module, name, timed(part, real[part]))
    try:
        yield used
    finally:
        for part, (module, name) in PARTS.items():
            setattr(module, name, real[part])


def smtp_source(port: int, mails: int, octets: int) -> float:
    """Send so many mails over one kept-open connection, and return the seconds it took."""
    given = ["-d", "-s", "1", "-m", str(mails), "-l", str(octets), "-f", "a@example.org", "-t", "b@example.org"]
    began = time.perf_counter()
    subprocess.run(["smtp-source", *given, f"127.0.0.1:{port}"], check=True, capture_output=True)
    return time.perf_counter() - began


@contextmanager
def sink(port: int) -> Iterator[None]:
    """Run smtp-sink, which takes everything."""
    drop = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        ["smtp-sink", *drop, "-c", f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(0.5)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def environment(databases: Databases, kind: str, folder: Path, port: int) -> dict[str, str]:
    """Migrate a new database and return the settings of its workers."""
    url = databases.fresh_url(kind)
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    engine.dispose()
    given = {name: value for name, value in os.environ.items() if name == "REGISTRAR_MAIL_CONNECTIONS"}
    return given | {
        "REGISTRAR_ENV": "testing",
        "REGISTRAR_DATA_DIR": str(folder / "data"),
        "REGISTRAR_DATABASE_URL": url,
        "REGISTRAR_SECRET_KEYS": SECRET,
        "REGISTRAR_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "REGISTRAR_LOG_LEVEL": "warning",
    }


def bench_app(environ: dict[str, str]) -> Any:
    """Build the application with the kind of mail of the benchmark and without jobs."""
    app = create_app(load_settings(environ, ROOT / "config"))
    mail_letters.install(app)
    app.extensions[JOBS] = []
    return app


def told(found: Delivery) -> str:
    """Write what was measured in a line to read."""
    parts = ", ".join(f"{part} {used:.3f}" for part, used in found.parts_ms.items())
    return (
        f"{found.kind}: {found.per_second:,.0f} mails/s of {found.octets:,} octets on {found.connections} lines; "
        f"smtp-source {found.yardstick:,.0f}/s; ratio {found.ratio:.3f}; CPU {found.cpu_ms:.3f} ms per mail ({parts})"
    )
