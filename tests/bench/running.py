"""Alternating rounds on one kind of database: the yardstick, then Registrar with every number of registrations."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Select, func, select

from registrar.app import ROOT, create_app
from registrar.db import alchemy
from registrar.tokens import Tokens
from registrar.weekly.models import Registration, SignUp
from tests.bench import statements, yardstick
from tests.bench.client import Counts, Orders
from tests.bench.data import Place, fill
from tests.bench.measures import MEASURES, YARDSTICKS, Asked, Measure, Visitors
from tests.bench.serving import SECRET, Server
from tests.databases import Databases

WARM_SECONDS = 0.4
CLIENT_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    sizes: tuple[int, ...]
    main: int
    """The number of registrations for what is measured at one only."""
    pace: float
    """Factor of every measure's time."""


@dataclass(frozen=True)
class Sample:
    """One measure in one round."""

    per_second: float
    cpu_ms: float
    """Computing time of the web workers for one flow."""
    received: int
    """Bytes of one flow's answers."""


Key = tuple[str, int]
"""A measure and a number of registrations, or a yardstick and a number of connections."""


@dataclass(frozen=True)
class Memory:
    """Megabytes of a web worker when it has started, and after everything."""

    before: float
    after: float


@dataclass(frozen=True)
class Found:
    """Everything that was measured on one kind of database: for each key one sample a round."""

    kind: str
    samples: dict[Key, list[Sample]]
    statements: dict[str, int]
    memory: dict[int, Memory]


class Site:
    """Registrar over a database with some registrations."""

    def __init__(self, folder: Path, url: str, size: int) -> None:
        now = datetime.now(UTC)
        self.place: Place = fill(url, size, now)
        self.server = Server(folder, url, "registrar")
        self.app: Flask = create_app(self.server.settings)
        self.visitors = Visitors(self.place, self.app, Tokens([SECRET]), now)
        self._first: dict[str, int] = {}
        self.before = 0.0

    def measure(self, measure: Measure, seconds: float) -> Sample:
        """Let a client work, and check in the database that what it counted was done."""
        asked = measure.asked(self.visitors)
        before = self._stored(asked.flow)
        first = self._first.get(asked.flow, 0)
        sample, flows = work(self.server, asked, measure.connections, seconds, first)
        self._first[asked.flow] = first + flows + measure.connections
        if (stored := self._stored(asked.flow) - before) != flows * (asked.flow in COUNTED):
            raise RuntimeError(f"{measure.name}: {flows} were acknowledged, {stored} are stored.")
        return sample

    def _stored(self, flow: str) -> int:
        if flow not in COUNTED:
            return 0
        with self.app.app_context():
            return alchemy.session.scalar(COUNTED[flow]) or 0


COUNTED: dict[str, Select[tuple[int]]] = {
    "sign_up": select(func.count(SignUp.id)),
    "confirm": select(func.count(Registration.id)),
}
"""What each flow that writes leaves behind."""


def run(kind: str, databases: Databases, folder: Path, plan: Plan) -> Found:
    """Fill the databases, start the servers, measure in rounds, and stop what was started."""
    url = databases.fresh_url(kind)
    yardstick.create_tables(url)
    bare = Server(folder, url, "yardstick")
    sites: dict[int, Site] = {}
    try:
        for size in plan.sizes:
            sites[size] = Site(folder, databases.fresh_url(kind), size)
        for server in [bare, *(site.server for site in sites.values())]:
            server.wait()
        return _measure(kind, bare, sites, plan)
    finally:
        for server in [bare, *(site.server for site in sites.values())]:
            server.stop()


def _measure(kind: str, bare: Server, sites: dict[int, Site], plan: Plan) -> Found:
    before = {size: site.server.megabytes() for size, site in sites.items()}
    _warm_up(bare, sites)
    samples: dict[Key, list[Sample]] = {}
    for number in range(plan.rounds):
        print(f"{kind}: round {number + 1} of {plan.rounds}", file=sys.stderr)
        for key, sample in _round(bare, sites, plan).items():
            samples.setdefault(key, []).append(sample)
    memory = {size: Memory(before[size], site.server.megabytes()) for size, site in sites.items()}
    return Found(kind, samples, statements.count(sites[plan.main].app, sites[plan.main].visitors), memory)


def _warm_up(bare: Server, sites: dict[int, Site]) -> None:
    """Ask for everything once or more, so that no worker makes its first page while it is measured."""
    for asked in YARDSTICKS.values():
        work(bare, asked, 4, WARM_SECONDS, 0)
    for site in sites.values():
        for measure in MEASURES:
            site.measure(measure, WARM_SECONDS)


def _round(bare: Server, sites: dict[int, Site], plan: Plan) -> dict[Key, Sample]:
    """Measure each yardstick, and each measure at its sizes one directly after the other."""
    made: dict[Key, Sample] = {}
    for (name, connections), asked in YARDSTICKS.items():
        made[name, connections], _ = work(bare, asked, connections, 1.5 * plan.pace, 0)
    for measure in MEASURES:
        for size in plan.sizes if measure.grows else (plan.main,):
            made[measure.name, size] = sites[size].measure(measure, measure.seconds * plan.pace)
    return made


def work(server: Server, asked: Asked, connections: int, seconds: float, first: int) -> tuple[Sample, int]:
    """Run a client process; return its sample and how many flows it completed."""
    orders = Orders(port=server.port, connections=connections, seconds=seconds, first=first, **asdict(asked))
    began = server.cpu_seconds()
    command = [sys.executable, "-m", "tests.bench.client"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asdict(orders)), capture_output=True, text=True, timeout=CLIENT_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"The client failed:\n{done.stderr}")
    counts, used = Counts(**json.loads(done.stdout)), server.cpu_seconds() - began
    sample = Sample(counts.flows / counts.seconds, 1000 * used / counts.flows, counts.received // counts.flows)
    return sample, counts.flows
