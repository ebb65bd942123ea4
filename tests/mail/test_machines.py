"""Machines: a new installation sends, a copy does not, and being killed in between changes nothing."""

import fcntl
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from registrar.db import DbSession
from registrar.mail import machines
from registrar.mail.machines import FILE, Machine
from registrar.mail.models import MailMachine, OutboxMail
from registrar.mail.rules import MailState

Check = Callable[..., str | None]


@pytest.fixture
def check(app: Flask, db: DbSession, now: datetime, tmp_path: Path) -> Check:
    """Let the machine with this data folder give a sign of life, and return what is doubtful."""

    def run(folder: str = "here") -> str | None:
        db.commit()
        with app.app_context():
            return Machine(tmp_path / folder).check(now)

    return run


def generations(db: DbSession, tmp_path: Path) -> tuple[int, int]:
    known = json.loads((tmp_path / "here" / FILE).read_text())
    db.rollback()
    return known["generation"], db.get_one(MailMachine, known["id"], populate_existing=True).generation


def set_stored(db: DbSession, by: int) -> None:
    db.execute(update(MailMachine).values(generation=MailMachine.generation + by))
    db.commit()


def test_a_new_installation_is_admitted_silently_and_counts_on(check: Check, db: DbSession, tmp_path: Path) -> None:
    assert [check(), check(), check()] == [None] * 3
    assert generations(db, tmp_path) == (3, 3)


def test_who_has_only_filled_the_local_mailbox_sends_without_being_asked(
    check: Check, queue: Callable[..., OutboxMail]
) -> None:
    queue().state = MailState.SENT

    assert check() is None


def test_a_second_machine_waits_until_it_is_admitted(check: Check, app: Flask, now: datetime, tmp_path: Path) -> None:
    check("first")
    before = check("second")
    with app.app_context():
        Machine(tmp_path / "second").admit(now)

    assert (before, check("second"), check("first")) == (machines.UNKNOWN_HERE, None, None)


def test_an_older_database_is_a_copy_until_it_is_admitted(
    check: Check, app: Flask, db: DbSession, now: datetime, tmp_path: Path
) -> None:
    check(), check(), check()
    set_stored(db, -2)
    before = check()
    with app.app_context():
        Machine(tmp_path / "here").admit(now)

    assert (before, check()) == (machines.OLDER_DATABASE, None)


def test_another_database_is_a_copy(check: Check, db: DbSession) -> None:
    check()
    db.query(MailMachine).delete()

    assert check() == machines.UNKNOWN_THERE


def test_a_copied_disk_is_noticed_by_the_one_that_comes_second(check: Check, tmp_path: Path) -> None:
    check("original")
    shutil.copytree(tmp_path / "original", tmp_path / "clone")

    assert [check("original"), check("clone"), check("original")] == [None, machines.OLDER_FOLDER, None]


@pytest.mark.parametrize("writes", [0, 1])
@pytest.mark.parametrize("earlier", [0, 2])
def test_whoever_is_killed_while_counting_goes_on_as_if_nothing_were(
    check: Check, db: DbSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int, earlier: int
) -> None:
    """Killed after so many writes of the file, with or without the row between them."""
    for _ in range(earlier):
        check()
    real, left = Machine._write, [writes]

    def write(machine: Machine, identity: machines.Identity) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(machine, identity)

    monkeypatch.setattr(Machine, "_write", write)
    with pytest.raises(KeyboardInterrupt):
        check()
    monkeypatch.setattr(Machine, "_write", real)

    assert [check(), check()] == [None, None]
    assert generations(db, tmp_path) in {(earlier + 2, earlier + 2), (earlier + 3, earlier + 3)}


def test_whoever_is_killed_between_the_file_and_the_row_goes_on(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(machines, "_store", killed)
    with pytest.raises(KeyboardInterrupt):
        check()
    monkeypatch.undo()

    assert [check(), check()] == [None, None]


def test_a_worker_that_keeps_the_file_to_itself_holds_up_nobody(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "PATIENCE_SECONDS", 0.0)
    check()
    with (tmp_path / "here" / machines.LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        assert check() is None
