"""200 teams at their forms at once through the web server as shipped: how long a save takes, and that none is lost."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import create_engine, select

from registrar import migrations
from registrar.app import ROOT
from registrar.applications.models import Answer, Application
from registrar.applications.rules import TeamRole
from registrar.calls.ready import ready_calls
from registrar.calls.rules import QuestionType
from registrar.db import DbSession, engine_options, prepare
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.bench import yardstick
from tests.bench.autosave_client import Orders, Record, Typist
from tests.bench.report import Figure
from tests.bench.serving import SECRET, Server
from tests.databases import Databases

TEAMS, PEOPLE = 200, 2
CLIENT_SECONDS = 240
"""How long the client may take to open the pages and to wait for the last answers."""
EVERY = 8.0
"""Seconds between two saves of one person: a pause in typing. Two people of a team write at once."""
FLAWLESS = {"save 200", "save 409", "look 200", "look 304", "presence 200", "presence 204", "bare 200"}


class LostUpdateError(Exception):
    """What was acknowledged is not what is stored."""


@dataclass(frozen=True)
class Times:
    """How long answers took, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, milliseconds: list[float]) -> "Times":
        parts = quantiles(milliseconds, n=100, method="inclusive")
        return cls(parts[49], parts[94], parts[98])


@dataclass(frozen=True)
class Found:
    """What was measured on one kind of database."""

    kind: str
    seconds: float
    times: Times
    bare: Times
    saves: int
    conflicts: int
    requests: int
    cpu_ms: float
    """Computing time of the web workers for one request, whatever else the machine does."""
    late: float


def measure(kind: str, databases: Databases, folder: Path, *, seconds: float) -> Found:
    """Let 200 teams type, then bare requests at the same rate; check everything that was acknowledged."""
    url, plain = databases.fresh_url(kind), databases.fresh_url(kind)
    yardstick.create_tables(plain)
    typists = _fill(url)
    record, cpu_seconds = _asked(Server(folder, url, "registrar"), seconds, typists)
    _check(url, record)
    bare, _ = _asked(Server(folder, plain, "yardstick"), min(seconds, 20), [])
    counts = Counter(record.statuses)
    return Found(
        kind=kind, seconds=seconds, times=Times.of(record.milliseconds), bare=Times.of(bare.milliseconds),
        saves=counts["save 200"], conflicts=counts["save 409"], requests=counts.total(), late=record.late,
        cpu_ms=1000 * cpu_seconds / counts.total(),
    )  # fmt: skip


def told(found: Found) -> str:
    """Write what was measured as Markdown."""
    times, ratio = found.times, found.times.p95 / found.bare.p95
    return (
        f"### {found.kind}: {TEAMS} teams of {PEOPLE} at their forms, {found.seconds:.0f} s\n\n"
        f"{found.saves:,} saves ({found.saves / found.seconds:.0f}/s) and {found.conflicts:,} told of another's, "
        f"{found.requests / found.seconds:.0f} requests/s in all, "
        f"{found.cpu_ms:.1f} ms of computing each; none failed, none was lost.\n"
        f"A save took {times.p50:.0f} ms (median), {times.p95:.0f} ms (p95), {times.p99:.0f} ms (p99); "
        f"a bare INSERT at the same rate {found.bare.p50:.0f}, {found.bare.p95:.0f}, {found.bare.p99:.0f} ms: "
        f"{ratio:.1f} × at p95. The client itself was late by {found.late:.0f} ms at worst.\n"
    )


def figures(found: Found) -> list[Figure]:
    label, of = f"{found.kind}: autosave of {TEAMS} teams", "bare POST at the same rate"
    pairs = ((each, getattr(found.times, each), getattr(found.bare, each)) for each in ("p50", "p95", "p99"))
    times = [Figure(f"{label}, {name}", value, "ms", value / bare, of, 1) for name, value, bare in pairs]
    return [*times, Figure(f"{label}, saves", found.saves / found.seconds, "per second", None, "", 1)]


def _asked(server: Server, seconds: float, typists: list[Typist]) -> tuple[Record, float]:
    """Run the client against a server; return what it saw and what the workers computed, or refuse a wrong answer."""
    orders = Orders(port=server.port, seconds=seconds, every=EVERY, typists=typists,
                    bare=0 if typists else TEAMS * PEOPLE)  # fmt: skip
    try:
        server.wait()
        before = server.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.autosave_client"], cwd=ROOT, input=json.dumps(asdict(orders)),
            capture_output=True, text=True, timeout=seconds + CLIENT_SECONDS,
        )  # fmt: skip
        used = server.cpu_seconds() - before
    finally:
        server.stop()
    if done.returncode:
        raise RuntimeError(f"The client failed:\n{done.stderr}")
    record = Record(**json.loads(done.stdout))
    if bad := {key: count for key, count in record.statuses.items() if key not in FLAWLESS}:
        raise RuntimeError(f"Answers that nobody should get: {bad}")
    return record, used


def _check(url: str, record: Record) -> None:
    """Compare what was acknowledged with what is stored: every version once, the last one with its value."""
    acknowledged: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for reference, question, version, value in record.saved:
        if acknowledged[reference, question].setdefault(version, value) != value:
            raise LostUpdateError(f"{reference} {question}: version {version} was given twice.")
    with DbSession(create_engine(url, **engine_options(url))) as db:
        rows = db.execute(
            select(Application.reference, Answer.question, Answer.version, Answer.value).join(Application)
        )
        stored = {(reference, question): (version, value) for reference, question, version, value in rows}
    for key, versions in acknowledged.items():
        last = max(versions)
        if sorted(versions) != list(range(1, last + 1)) or stored.get(key) != (last, versions[last]):
            raise LostUpdateError(f"{key}: acknowledged {sorted(versions)[-3:]}, stored {stored.get(key)}.")


def _fill(url: str) -> list[Typist]:
    """Store an open call with the form that comes ready, and a draft of every team."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        made = _teams(db, datetime.now(UTC))
        db.commit()
    engine.dispose()
    return made


def _teams(db: DbSession, now: datetime) -> list[Typist]:
    factories.organisation(db)
    form = next(each.form for each in ready_calls() if each.slug == "wac-museums")
    texts = [each.key for each in form.questions() if each.type is QuestionType.LONG_TEXT and not each.conditions]
    version = factories.form_version(db, form)
    moments = {"opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=9)}
    call = factories.call(db, form_version_id=version.id, **moments)
    section = form.section_of(texts[0])
    tokens, ends = Tokens([SECRET]), now + timedelta(hours=2)
    made = []
    for _ in range(TEAMS):
        people = [factories.person(db) for _ in range(PEOPLE)]
        draft = factories.application(db, call, lead=people[0], created_at=now)
        for number, person in enumerate(people):
            if number:
                factories.member(db, draft, person, role=TeamRole.EDITOR)
            cookie = "personal=" + tokens.make(Purpose.PERSONAL, person.id, expires_at=ends)
            own = texts[1 + number :: PEOPLE]
            made.append(Typist(draft.reference, section.key if section else "", cookie, own, texts[:1]))
    return made
