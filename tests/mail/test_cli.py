"""The command `registrar worker`."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Reason
from tests.conftest import SECRET

Queue = Callable[..., OutboxMail]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(app: Flask, root: Path, tmp_path: Path) -> Run:
    """Run `registrar worker` on the test's database."""

    def command(*options: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        whole = {
            "REGISTRAR_ENV": "testing",
            "REGISTRAR_DATA_DIR": str(tmp_path),
            "REGISTRAR_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "REGISTRAR_SECRET_KEYS": SECRET,
            "PYTHONPATH": str(root),
            **environ,
        }
        argv = [sys.executable, "-m", "registrar", "worker", *options]
        return subprocess.run(argv, env=whole, cwd=root, capture_output=True, text=True, timeout=60, check=False)

    return command


def test_a_moment_in_the_future_can_be_seen(db: DbSession, queue: Queue, run: Run) -> None:
    due = queue("due", kind="weekly.link")
    queue("later", kind="weekly.link", due_at=due.due_at.replace(year=2028))

    db.commit()

    result = run("--once", "--now", "2027-01-11T10:00:00+01:00")

    states = db.execute(select(OutboxMail.key, OutboxMail.state, OutboxMail.reason).order_by(OutboxMail.id))
    assert (result.returncode, result.stdout) == (0, "1 done.\n")
    assert [tuple(row) for row in states] == [
        ("due", MailState.SKIPPED, Reason.NOT_CONFIRMED),
        ("later", MailState.QUEUED, None),
    ]


@pytest.mark.parametrize(
    ("options", "environ", "words"),
    [
        (
            ["--once", "--now", "2027-01-11T10:00"],
            {"REGISTRAR_ENV": "production", "REGISTRAR_BASE_URL": "https://registrar.example"},
            "--now is refused in production",
        ),
        (["--now", "2027-01-11T10:00"], {}, "--now needs --once"),
        (["--once", "--now", "tomorrow"], {}, "Write a moment like"),
    ],
)
def test_a_moment_is_refused_where_it_would_do_harm(
    run: Run, options: list[str], environ: dict[str, str], words: str
) -> None:
    strong = {"REGISTRAR_SECRET_KEYS": "0123456789abcdef" * 4} if environ else {}
    result = run(*options, **environ, **strong)

    assert (result.returncode, words in result.stderr) == (2, True)
