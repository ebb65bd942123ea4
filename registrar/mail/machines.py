"""Which machines send for this database: a restored copy of it, or a copied disk, starts with sending closed.

A file in the data folder and a row in the database hold the same random name and a counter that rises at each start
and sign of life. The file first says which number is intended, then the row gets it, then the file: whoever is killed
in between finds the row at the intended number, and nobody else does.
"""

import fcntl
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import exists, select, update

from registrar.db import DbSession, db, insert_missing
from registrar.mail.models import MailMachine
from registrar.mail.transactions import writing

FILE = "machine.json"
LOCK = "machine.lock"
PATIENCE_SECONDS = 3.0
"""A worker that was stopped with the lock in hand must not hold up the others."""
LOOK_AGAIN_SECONDS = 0.05

UNKNOWN_HERE = "Mail was sent from this database, but not by this machine: it may be a restored copy, or a new machine."
UNKNOWN_THERE = "The database does not know this machine: it may be an older copy, or another database."
OLDER_DATABASE = "The database is older than this machine remembers: it was probably restored from a backup."
OLDER_FOLDER = "Another machine has sent under the name of this one: its data folder was probably copied or restored."


@dataclass(frozen=True)
class Identity:
    """What the file says; `intended` is the counter that is about to be written into the database."""

    id: str
    generation: int
    intended: int


class Machine:
    """This machine as the data folder knows it; every step is safe against being killed and against other workers."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir

    def check(self, now: datetime) -> str | None:
        """Raise the counter on both sides; return what is doubtful instead, in plain words, if anything is.

        While another worker of this machine is at it, and for whatever reason does not come to an end, it is believed.
        """
        with self._locked() as mine:
            return self._check(now) if mine else None

    def _check(self, now: datetime) -> str | None:
        found = self._read()
        with writing():
            doubt = _admitted_silently(db) if found is None or _is_new(db, found) else _doubt(db, found)
        if doubt is None:
            self._raise(found or _new(), now)
        return doubt

    def admit(self, now: datetime) -> None:
        """Let this machine send from now on, under a new name, so that a copy of it is told apart.

        Raises BlockingIOError if another process keeps the file to itself.
        """
        with self._locked() as mine:
            if not mine:
                raise BlockingIOError(f"Another process keeps {LOCK}.")
            self._raise(_new(), now)

    def _raise(self, known: Identity, now: datetime) -> None:
        with writing():
            stored = db.scalar(select(MailMachine.generation).where(MailMachine.id == known.id)) or 0
        following = max(stored, known.generation) + 1
        self._write(replace(known, generation=following - 1, intended=following))
        with writing():
            _store(db, known.id, following, now)
        self._write(replace(known, generation=following, intended=following))

    def _read(self) -> Identity | None:
        try:
            return Identity(**json.loads((self._folder / FILE).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _write(self, identity: Identity) -> None:
        """Replace the file as a whole; it is on the disk when this returns."""
        draft = self._folder / f"{FILE}.draft"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(identity), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / FILE)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Keep the other workers of this machine from the file; tell whether that came about in time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOCK).open("w") as file:
            yield _lock(file)


def _lock(file: IO[str]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_AGAIN_SECONDS)


def _new() -> Identity:
    return Identity(secrets.token_hex(16), 0, 0)


def _is_new(db: DbSession, found: Identity) -> bool:
    """Tell whether somebody was killed while this machine was being admitted for the first time."""
    return found.generation == 0 and found.intended == 1 and db.get(MailMachine, found.id) is None


def _admitted_silently(db: DbSession) -> str | None:
    """Return None where no machine has ever been counted: a new installation, or one that only now sends for real."""
    return UNKNOWN_HERE if db.scalar(select(exists(select(MailMachine.id)))) else None


def _doubt(db: DbSession, found: Identity) -> str | None:
    stored = db.scalar(select(MailMachine.generation).where(MailMachine.id == found.id))
    if stored is None:
        return UNKNOWN_THERE
    if stored < found.generation:
        return OLDER_DATABASE
    return OLDER_FOLDER if stored not in (found.generation, found.intended) else None


def _store(db: DbSession, machine_id: str, generation: int, now: datetime) -> None:
    values = {"generation": generation, "seen_at": now, "host": socket.gethostname()}
    known = db.execute(update(MailMachine).where(MailMachine.id == machine_id).values(values).returning(MailMachine.id))
    if known.scalar() is None:
        insert_missing(db, MailMachine, [{"id": machine_id, "admitted_at": now, **values}])
