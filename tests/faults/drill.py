"""A drill: an installation, clients that use it, and what is read when all is quiet."""

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Engine, func, select

from registrar import models  # noqa: F401 - mappers name each other: all must be known
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, WorkerBeat
from registrar.mail.rules import TERMINAL, MailState
from tests.faults.client import Orders
from tests.faults.processes import SECRET, Started, until
from tests.faults.reading import read_world, reader, take_samples
from tests.faults.seeding import Series, seed
from tests.faults.site import Site
from tests.faults.world import Sample, World

CLIENT_SECONDS = 600.0
SAMPLE_SECONDS = 0.1
LONGEST_LEASE = 120.0
ROUND = timedelta(minutes=20)
ROUNDS = 9
"""Three hours: all retries of the scripted faults are over, and no offer has lapsed."""


@dataclass
class Drill:
    """Starts and ends with `with`; everything lies in one folder."""

    folder: Path
    database_url: str
    capacities: list[int | None]
    site: Site = field(init=False)
    series: Series = field(init=False)
    records: list[Path] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site = Site(self.folder, self.database_url)
        self.series = seed(self.database_url, self.capacities)
        self._clients: list[Started] = []
        self._stop_file = self.folder / "stop"
        self._quiet = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._engine: Engine = reader(self.database_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._quiet.set()
        for client in self._clients:
            if client.is_alive():
                client.kill()
        self.site.stop()
        if self._sampler.is_alive():
            self._sampler.join(10)
        self._engine.dispose()

    def start_clients(self, clients: int, people: int, skips: float = 0, forgets: float = 0) -> None:
        """Let this many processes play this many people each."""
        self._sampler.start()
        for number in range(clients):
            record = self.folder / f"client-{number}.jsonl"
            record.touch()
            orders = self._orders(number, people, skips, forgets, record)
            self.records.append(record)
            self._clients.append(self.site.run("tests.faults.client", json.dumps(asdict(orders)), f"client-{number}"))

    def _orders(self, client: int, people: int, skips: float, forgets: float, record: Path) -> Orders:
        return Orders(
            client=client,
            port=self.site.port,
            secret=SECRET,
            database_url=self.database_url,
            slug=self.series.slug,
            session_ids=list(self.series.session_ids),
            people=people,
            skips=skips,
            forgets=forgets,
            record=str(record),
            stop_file=str(self._stop_file),
        )

    def progress(self) -> int:
        """Count what clients were told so far and what the mail server has accepted."""
        told = sum(record.read_text().count('"yes"') for record in self.records)
        return told + self.site.journal.read_text().count("\n")

    def restart(self) -> None:
        """Start again what was killed, and wait until every part of it works."""
        self.site.restart_dead()
        until(lambda: self.site.mail_pids() <= self._beating(), "the mail workers")
        self.check_clients()

    def _beating(self) -> set[int]:
        """Return the processes of all workers that ever gave a sign of life."""
        with DbSession(self._engine) as db:
            return {int(name.split(":")[1]) for name in db.scalars(select(WorkerBeat.name))}

    def check_clients(self) -> None:
        """Raise at once if a client has failed."""
        for number, client in enumerate(self._clients):
            if not client.is_alive() and client.wait(1) != 0:
                raise RuntimeError(f"Client {number} failed, see {self.folder}/client-{number}.log.")

    def wait_for_clients(self) -> None:
        """Wait until every client has played all its people; one that failed fails the drill."""
        end = time.monotonic() + CLIENT_SECONDS
        for client in self._clients:
            client.wait(max(end - time.monotonic(), 1))
        self.check_clients()

    def dismiss_clients(self) -> None:
        """Let every client finish the person in hand."""
        self._stop_file.touch()
        self.wait_for_clients()

    def settle(self) -> World:
        """End the servers, deliver what is due now and in the next hours, and read everything."""
        self.site.stop_serving()
        self._quiet.set()
        until(lambda: self._count(OutboxMail.lease_until > datetime.now(UTC)) == 0, "the last lease", LONGEST_LEASE)
        drained_at = self._drain()
        return read_world(self._engine, self.site.journal, self.records, self.samples, drained_at)

    def _drain(self) -> datetime:
        start = datetime.now(UTC)
        for number in range(ROUNDS):
            moment = start + number * ROUND
            self.site.drain_once(moment.isoformat())
            if self._count(OutboxMail.state.not_in([*TERMINAL, MailState.SCHEDULED])) == 0:
                return moment
        return moment

    def _count(self, condition: ColumnElement[bool]) -> int:
        with DbSession(self._engine) as db:
            return db.scalar(select(func.count()).select_from(OutboxMail).where(condition)) or 0

    def _sample(self) -> None:
        while not self._quiet.wait(SAMPLE_SECONDS):
            self.samples += take_samples(self._engine)
