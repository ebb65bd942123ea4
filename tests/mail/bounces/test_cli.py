"""`registrar mail bounce < message`, as a mail server runs it, and `registrar mail bounces`."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import ReportState
from registrar.mail.suppression import is_suppressed
from tests.conftest import SECRET
from tests.mail.bounces import corpus
from tests.mail.bounces.corpus import ANA, message

Sent = Callable[..., OutboxMail]
Proven = Callable[[OutboxMail], str]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(app: Flask, root: Path, tmp_path: Path) -> Run:
    """Run `registrar mail …` on the test's database."""

    def command(*options: str, given: bytes = b"", **environ: str) -> "subprocess.CompletedProcess[bytes]":
        whole = {
            "REGISTRAR_ENV": "testing",
            "REGISTRAR_DATA_DIR": str(tmp_path),
            "REGISTRAR_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "REGISTRAR_SECRET_KEYS": SECRET,
            "PYTHONPATH": str(root),
            **environ,
        }
        argv = [sys.executable, "-m", "registrar", "mail", *options]
        return subprocess.run(argv, env=whole, cwd=root, input=given, capture_output=True, timeout=60, check=False)

    return command


def test_a_piped_report_is_taken_without_a_word(db: DbSession, sent: Sent, proven: Proven, run: Run) -> None:
    address = proven(sent())
    huge = message(corpus.POSTFIX) + b"x" * 3_000_000
    db.commit()

    result = run("bounce", "--recipient", address, given=huge)

    db.rollback()
    assert (result.returncode, result.stdout) == (0, b"")
    assert db.scalars(select(BounceReport.state)).all() == [ReportState.APPLIED]
    assert is_suppressed(db, ANA)


def test_the_mail_server_tries_again_while_the_database_is_away(run: Run, tmp_path: Path) -> None:
    away = {"REGISTRAR_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/registrar.db"}

    assert run("bounce", given=message(corpus.POSTFIX), **away).returncode == 75


def test_nothing_is_no_report(run: Run) -> None:
    assert run("bounce", given=b"\n").returncode == 2


def test_the_mailboxes_are_read_on_demand(db: DbSession, run: Run, tmp_path: Path) -> None:
    (tmp_path / "mail" / "new").mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1").write_bytes(message(corpus.HUMAN))

    results = [run("bounces", REGISTRAR_BOUNCE_MAILDIR=str(tmp_path / "mail")) for _ in range(2)]

    assert [(each.returncode, each.stdout) for each in results] == [(0, b"1 taken.\n"), (0, b"0 taken.\n")]


def test_without_a_mailbox_there_is_nothing_to_read(run: Run) -> None:
    result = run("bounces")

    assert (result.returncode, b"bounce_maildir" in result.stderr) == (1, True)
