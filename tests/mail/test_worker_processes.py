"""Real workers against a real server: killed, stopped beyond their lease, several at once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.db import DbSession
from registrar.mail.models import LocalMail, MailAttempt, OutboxMail, WorkerBeat
from registrar.mail.rules import MailState, OutcomeKind
from tests.conftest import SECRET
from tests.smtp import Do, ScriptedServer, Stage, Step

PATIENCE_SECONDS = 20.0
Queue = Callable[..., OutboxMail]
Start = Callable[..., "subprocess.Popen[bytes]"]
pytestmark = pytest.mark.faults


@pytest.fixture
def start(app: Flask, root: Path, tmp_path: Path) -> Iterator[Start]:
    """Start a worker on the test's database; what still runs at the end of the test is killed."""
    with ExitStack() as running:

        def run(server: ScriptedServer | None = None, lease: float = 1) -> "subprocess.Popen[bytes]":
            environ = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRAR_")}
            environ |= {
                "REGISTRAR_ENV": "testing",
                "REGISTRAR_DATA_DIR": str(tmp_path),
                "REGISTRAR_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
                "REGISTRAR_SECRET_KEYS": SECRET,
                "PYTHONPATH": str(root),
            }
            if server:
                environ["REGISTRAR_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
            command = [sys.executable, "-m", "tests.mail.worker_process", str(lease)]
            process = subprocess.Popen(command, env=environ, cwd=root)
            running.callback(end, process)
            return process

        yield run


def end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


def wait_until(db: DbSession, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        held = holds()
        db.rollback()  # what reads would else keep the workers from writing
        if held:
            return
        time.sleep(0.05)
    pytest.fail("It did not happen in time.")


def state(db: DbSession, mail: OutboxMail) -> MailState:
    return db.scalars(select(OutboxMail.state).where(OutboxMail.id == mail.id)).one()


def all_are(db: DbSession, state: MailState) -> bool:
    return db.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.state != state)) == 0


def outcomes(db: DbSession) -> list[OutcomeKind]:
    return list(db.scalars(select(MailAttempt.outcome).order_by(MailAttempt.id)))


def is_marked(db: DbSession) -> bool:
    return db.scalar(select(OutboxMail.id).where(OutboxMail.marked_at.is_not(None))) is not None


def test_a_worker_killed_between_marker_and_outcome_leaves_a_doubt_that_is_sent_again(
    db: DbSession, queue: Queue, start: Start, tmp_path: Path
) -> None:
    mail = queue()
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DOT, Do.ACCEPT_THEN_SILENCE, times=1)]) as server:
        first = start(server)
        wait_until(db, lambda: is_marked(db) and len(server.journal.lines()) == 1)
        first.kill()
        start(server)
        wait_until(db, lambda: state(db, mail) is MailState.SENT)
        ids = [line["message_id"] for line in server.journal.lines()]

    assert (len(ids), len(set(ids))) == (2, 1)
    assert outcomes(db) == [OutcomeKind.IN_DOUBT, OutcomeKind.ACCEPTED]


def test_a_worker_killed_before_the_marker_has_sent_nothing(
    db: DbSession, queue: Queue, start: Start, tmp_path: Path
) -> None:
    mail = queue()
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DATA, Do.SILENCE, times=1)]) as server:
        first = start(server)
        wait_until(db, lambda: "DATA" in server.play.commands)
        first.kill()
        start(server)
        wait_until(db, lambda: state(db, mail) is MailState.SENT)
        sent = len(server.journal.lines())

    assert (sent, outcomes(db)) == (1, [OutcomeKind.ACCEPTED])


def test_a_worker_stopped_beyond_its_lease_sends_nothing_that_another_has_sent(
    db: DbSession, queue: Queue, start: Start, tmp_path: Path
) -> None:
    mail = queue()
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DATA, Do.SLOW, seconds=1, times=1)]) as server:
        first = start(server)
        wait_until(db, lambda: "DATA" in server.play.commands)
        first.send_signal(signal.SIGSTOP)
        start(server)
        wait_until(db, lambda: state(db, mail) is MailState.SENT)
        first.send_signal(signal.SIGCONT)
        first.terminate()
        first.wait(PATIENCE_SECONDS)
        sent = len(server.journal.lines())

    assert (sent, outcomes(db)) == (1, [OutcomeKind.ACCEPTED])


def test_a_slow_server_does_not_cost_the_lease(db: DbSession, queue: Queue, start: Start, tmp_path: Path) -> None:
    mail = queue()
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DOT, Do.SLOW, seconds=3, times=1)]) as server:
        start(server)
        start(server)
        wait_until(db, lambda: state(db, mail) is MailState.SENT)
        sent = len(server.journal.lines())

    assert (sent, outcomes(db)) == (1, [OutcomeKind.ACCEPTED])


def test_two_workers_on_one_queue_send_each_mail_once(
    db: DbSession, queue: Queue, start: Start, tmp_path: Path
) -> None:
    for number in range(50):
        queue(f"letter:{number}", f"person{number}@example.org")
    with ScriptedServer(tmp_path / "journal") as server:
        workers = [start(server, lease=30), start(server, lease=30)]
        wait_until(db, lambda: all_are(db, MailState.SENT))
        for worker in workers:
            worker.terminate()
        statuses = [worker.wait(PATIENCE_SECONDS) for worker in workers]
        sent = Counter(line["to"][0] for line in server.journal.lines())

    assert sent == {f"person{number}@example.org": 1 for number in range(50)}
    assert statuses == [0, 0]
    assert outcomes(db) == [OutcomeKind.ACCEPTED] * 50
    db.rollback()
    assert len([beat for beat in db.scalars(select(WorkerBeat)) if beat.stopped_at]) == 2


def test_workers_killed_again_and_again_keep_each_mail_once_in_the_local_mailbox(
    db: DbSession, queue: Queue, start: Start
) -> None:
    for number in range(30):
        queue(f"letter:{number}", f"person{number}@example.org")

    for kept in (1, 10, 20):
        worker = start()
        wait_until(db, lambda kept=kept: (db.scalar(select(func.count()).select_from(LocalMail)) or 0) >= kept)  # type: ignore[misc]  # mypy reads no lambda with a default
        worker.kill()
        worker.wait()
    start()
    wait_until(db, lambda: all_are(db, MailState.SENT))

    recipients = Counter(db.scalars(select(LocalMail.recipient)))
    assert recipients == {f"person{number}@example.org": 1 for number in range(30)}
    assert outcomes(db) == [OutcomeKind.ACCEPTED] * 30


def test_a_worker_told_to_end_finishes_the_mail_in_hand_and_gives_back_the_rest(
    db: DbSession, queue: Queue, start: Start, tmp_path: Path
) -> None:
    first, second = queue("letter:1"), queue("letter:2")
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DOT, Do.SLOW, seconds=1, times=1)]) as server:
        worker = start(server, lease=30)
        wait_until(db, lambda: is_marked(db))
        worker.terminate()
        status = worker.wait(PATIENCE_SECONDS)

    assert (status, state(db, first), state(db, second)) == (0, MailState.SENT, MailState.QUEUED)
