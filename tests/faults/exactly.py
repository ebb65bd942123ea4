"""Many reminders, several workers, one mail server that counts: each person gets exactly one."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from registrar import migrations
from registrar.db import DbSession
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rules import MailState, OutcomeKind
from tests import factories
from tests.faults.crowd import gather
from tests.faults.lab import engine_of
from tests.faults.nursery import Forked, Nursery, Order
from tests.faults.processes import Started, environ_of, free_port, listens, until

LEASE = "60"
SECONDS = 3600.0
STOP_SECONDS = 60.0
Taken = dict[str, dict[str, list[float]]]
"""When each recipient got each Message-ID, in seconds since the epoch."""


@dataclass(frozen=True)
class Tally:
    """What was asked for and what came."""

    messages: int
    recipients: int
    accepted: int
    sent: int
    doubtful: int
    seconds: float

    @property
    def is_exact(self) -> bool:
        return self.messages == self.recipients == self.accepted == self.sent and not self.doubtful


def once(folder: Path, database_url: str, *, messages: int, workers: int) -> Tally:
    """Let the workers plan, fan out and send one reminder to so many people."""
    engine = engine_of(database_url)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        _store(db, messages)
        db.commit()
    with sink(folder) as (port, taken), Nursery() as nursery:
        environ = environ_of(folder, database_url, free_port(), port)
        began = time.monotonic()
        started = [_work(nursery, environ, folder, number) for number in range(workers)]
        until(lambda: _sent(engine) >= messages, "every reminder to be sent", SECONDS)
        seconds = time.monotonic() - began
        for worker in started:
            worker.send(signal.SIGTERM)
        for worker in started:
            worker.wait()
    return _tally(engine, taken(), messages, seconds)


@contextmanager
def sink(folder: Path, port: int | None = None) -> Iterator[tuple[int, Callable[[], Taken]]]:
    """Run a counting mail server; what it took can be asked for when it has ended."""
    port, file = port or free_port(), folder / "taken.json"
    command = [sys.executable, "-m", "tests.smtp.sink", str(port), str(file)]
    server = Started(command, environ_of(folder, "", 0, 0), folder / "sink.log")
    until(lambda: listens(port), "the mail server")
    try:
        yield port, lambda: _read(file)
    finally:
        server.terminate()
        server.wait(STOP_SECONDS)


def _read(file: Path) -> Taken:
    found: Taken = json.loads(file.read_text())
    return found


def _work(nursery: Nursery, environ: dict[str, str], folder: Path, number: int) -> Forked:
    return nursery.start(Order.of(["worker", "--lease", LEASE], environ, folder, f"worker-{number}"))


def _store(db: DbSession, messages: int) -> None:
    """Store a session in 23 hours with so many people in it, all of them there since yesterday."""
    factories.organisation(db)
    series = factories.series(db)
    now = datetime.now(UTC)
    session = factories.session(db, series, starts_at=now + timedelta(hours=23))
    gather(db, series.id, [session.id], range(1, messages + 1), now - timedelta(days=3))


def _sent(engine: Engine) -> int:
    with DbSession(engine) as db:
        return db.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.SENT)) or 0


def _tally(engine: Engine, taken: Taken, messages: int, seconds: float) -> Tally:
    doubtful = select(func.count()).select_from(MailAttempt).where(MailAttempt.outcome == OutcomeKind.IN_DOUBT)
    with DbSession(engine) as db:
        found = Tally(
            messages=messages,
            recipients=len(taken),
            accepted=sum(len(times) for ids in taken.values() for times in ids.values()),
            sent=_sent(engine),
            doubtful=db.scalar(doubtful) or 0,
            seconds=seconds,
        )
    engine.dispose()
    return found
