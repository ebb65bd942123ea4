"""The guards at work: while clock or database cannot be trusted, nothing is planned and nothing leaves."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail import gate, machines
from registrar.mail.claims import Owner
from registrar.mail.clock_guard import ClockGuard
from registrar.mail.guards import Guards
from registrar.mail.machines import Machine
from registrar.mail.models import MailGate, OutboxMail
from registrar.mail.rules import GateReason, MailState
from registrar.mail.smtp_url import SmtpServer
from registrar.mail.transport import SmtpTransport
from registrar.mail.worker import JOBS, Worker
from tests.conftest import TestClock
from tests.smtp import ScriptedServer

Queue = Callable[..., OutboxMail]
Watched = Callable[[], int]


class Steady:
    """A clock that nobody sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def watched(
    app: Flask, db: DbSession, clock: TestClock, tmp_path: Path, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watched]:
    """Let one watched worker work, again and again, and return how often its job has run."""
    runs: list[datetime] = []

    def job(_db: DbSession, now: datetime) -> int:
        runs.append(now)
        return 0

    monkeypatch.setitem(app.extensions, JOBS, [job])
    guards = Guards(Machine(tmp_path / "here"), clock, ClockGuard(clock, steady))
    with ScriptedServer(tmp_path / "journal.jsonl") as server:
        transport = SmtpTransport(SmtpServer("127.0.0.1", server.port))
        worker = Worker(transport, Owner("test:1:a"), clock, guards=guards)

        def run() -> int:
            db.commit()
            with app.app_context():
                worker.run_once(clock.now)
            db.expire_all()
            return len(runs)

        yield run


def closed(db: DbSession) -> list[tuple[GateReason, str]]:
    db.rollback()
    return [(found.reason, found.detail) for found in db.scalars(select(MailGate))]


def test_a_new_installation_sends_at_once(db: DbSession, queue: Queue, watched: Watched) -> None:
    mail = queue()

    assert (watched() > 0, mail.state, closed(db)) == (True, MailState.SENT, [])


def test_a_restored_copy_plans_nothing_and_sends_nothing_until_it_is_admitted(
    app: Flask, db: DbSession, queue: Queue, watched: Watched, clock: TestClock, tmp_path: Path
) -> None:
    """Somebody else has sent from this database: mail that waits now may have been sent there already."""
    with app.app_context():
        Machine(tmp_path / "elsewhere").admit(clock.now)
    mail = queue()
    held = (watched(), mail.state, closed(db))

    db.commit()
    runner = app.test_cli_runner()
    with app.app_context():
        Machine(tmp_path / "here").admit(clock.now)
    runner.invoke(args=["mail", "open"])

    assert held == (0, MailState.QUEUED, [(GateReason.COPY, machines.UNKNOWN_HERE)])
    assert (watched() > 0, mail.state, closed(db)) == (True, MailState.SENT, [])


def test_a_clock_that_jumps_holds_everything_until_it_is_believed(
    db: DbSession, queue: Queue, watched: Watched, clock: TestClock, steady: Steady
) -> None:
    early = queue(due_at=clock.now + timedelta(days=1))
    watched()
    clock.advance(days=1)
    before = watched()
    held = (early.state, [reason for reason, _ in closed(db)])
    clock.advance(minutes=10)
    steady.seconds += 600

    assert held == (MailState.QUEUED, [GateReason.CLOCK])
    assert (watched() > before, early.state, closed(db)) == (True, MailState.SENT, [])


def test_a_clock_that_is_put_right_opens_at_once(
    db: DbSession, queue: Queue, watched: Watched, clock: TestClock, steady: Steady
) -> None:
    early, now = queue(due_at=clock.now + timedelta(days=1)), queue("now", due_at=clock.now + timedelta(minutes=1))
    watched()
    clock.advance(days=1)
    watched()
    clock.advance(days=-1, minutes=1)
    steady.seconds += 60
    watched()

    assert (early.state, now.state, closed(db)) == (MailState.QUEUED, MailState.SENT, [])


def test_the_commands_close_open_and_tell(app: Flask, db: DbSession) -> None:
    runner = app.test_cli_runner()
    scope = gate.kind_scope("reminders.before")

    said = [
        runner.invoke(args=["mail", *words]).output.splitlines()[0]
        for words in (["close", "--scope", scope], ["close", "--scope", scope], ["status"], ["open", "--scope", scope])
    ]

    assert said == [
        "Nothing of this leaves now.",
        "It was closed already.",
        f"{scope} is closed (paused).",
        "Mail leaves again.",
    ]
    assert closed(db) == []
