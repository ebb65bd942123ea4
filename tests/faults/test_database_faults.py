"""The database locked, full or restarted under a worker: what was accepted is known, and what was not is sent."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from registrar import migrations
from registrar.db import engine_options, prepare
from registrar.mail.rules import MailState, OutcomeKind
from tests.databases import Cluster, Databases, Durability, find_binaries
from tests.faults.conftest import MakeLab
from tests.faults.lab import Lab
from tests.faults.nursery import Nursery
from tests.faults.processes import until
from tests.smtp import Do, Stage, Step

pytestmark = pytest.mark.faults
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_a_lock_held_elsewhere_delays_the_outcome_and_loses_nothing(lab: MakeLab) -> None:
    it = lab(Step(Stage.KEPT, Do.STRIKE, times=1))
    it.queue(it.people(2))
    locked = it.engine.connect()
    lock = "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"
    it.strike(lambda: locked.execute(text("SELECT 1" if it.engine.dialect.name == "sqlite" else lock)))

    it.work(lease=30)
    until(lambda: len(it.delivered()) == 1, "the first acceptance")
    it.server.play.wait_for("a moment in which nothing can be written", seconds=1)
    locked.rollback()
    locked.close()
    it.settle()

    assert (len(it.delivered()), it.outcomes()) == (2, [OutcomeKind.ACCEPTED] * 2)
    assert it.violations() == []


@pytest.fixture
def sqlite_lab(databases: Databases, nursery: Nursery, tmp_path: Path) -> Iterator[Lab]:
    """A laboratory on a file, with no room to be found while the first mail is being answered."""
    url = migrated(databases.fresh_url("sqlite"))
    with Lab(tmp_path, url, nursery, [Step(Stage.KEPT, Do.STRIKE, times=1)]) as found:
        yield found


def test_a_full_disk_stops_the_outcome_until_there_is_room(sqlite_lab: Lab) -> None:
    it = sqlite_lab
    it.queue(it.people(3))
    log = Path(f"{it.database_url.removeprefix('sqlite:///')}-wal")
    it.strike(lambda: limit(it.workers[0].pid, log.stat().st_size))

    worker = it.work(lease=30)
    until(lambda: len(it.delivered()) == 1, "the first mail")
    it.server.play.wait_for("a moment in which nothing can be written", seconds=1)
    while_full = (len(it.delivered()), MailState.SENT in it.states())
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, UNLIMITED)
    it.settle()

    assert while_full[1] is False
    assert it.states() == [MailState.SENT] * 3
    assert it.violations() == []


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of the test's own, whose commits reach the disk."""
    find_binaries()
    found = Cluster.start(Durability.FULL)
    yield found
    found.stop()


@pytest.fixture
def postgresql_lab(cluster: Cluster, nursery: Nursery, tmp_path: Path) -> Iterator[Lab]:
    url = migrated(cluster.url.render_as_string(hide_password=False))
    with Lab(tmp_path, url, nursery, [Step(Stage.KEPT, Do.STRIKE, times=1)]) as found:
        yield found


def test_a_database_restarted_under_a_worker_loses_nothing(postgresql_lab: Lab, cluster: Cluster) -> None:
    it = postgresql_lab
    it.queue(it.people(5))
    it.strike(cluster.crash)

    worker = it.work(lease=30)
    until(lambda: len(it.delivered()) >= 1, "the first acceptance")
    it.server.play.wait_for("a moment without a database", seconds=1)
    cluster.start_again()
    it.engine.dispose()
    it.settle()

    assert worker.is_alive()
    assert len(set(it.delivered())) == 5
    assert it.violations() == []


def migrated(url: str) -> str:
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    engine.dispose()
    return url


def limit(pid: int, octets: int) -> None:
    """Let no file of a process grow beyond so many octets."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (octets, resource.RLIM_INFINITY))
