"""Real databases for the tests: SQLite files, and PostgreSQL from an address or from the installed binaries.

with Databases(folder) as databases:
    template = databases.fresh_url("postgresql")   # empty: migrate it once
    url = databases.clone(template)                # a copy for one test
    databases.drop(url)
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from registrar.db import sqlite_driver

KINDS = ("sqlite", "postgresql")
ADDRESS_VARIABLE = "REGISTRAR_TEST_POSTGRESQL_URL"
UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS, STOP_SECONDS = 60, 30
SQLITE = sqlite_driver()
"""The driver of the product: two SQLite libraries in one process do not see each other's locks."""


class Durability(StrEnum):
    """Whether commits reach the disk: not needed by tests, but by whoever measures."""

    NONE = "off"
    FULL = "on"


class PostgresqlMissingError(Exception):
    """No address is given and no PostgreSQL is installed."""


class Databases:
    """Hands out new and copied databases of both kinds; PostgreSQL starts when first asked for."""

    def __init__(self, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._folder, self._environ = folder, environ
        self._postgresql: Postgresql | None = None

    def fresh_url(self, kind: str) -> str:
        """Return the address of a new, empty database."""
        return f"sqlite:///{self._new_file()}" if kind == "sqlite" else self._server().create()

    def clone(self, url: str) -> str:
        """Return the address of a copy; nobody may be connected to the original."""
        if not url.startswith("sqlite"):
            return self._server().create(template=url)
        copy = self._new_file()
        copy_sqlite(_path(url), copy)
        return f"sqlite:///{copy}"

    def restore(self, url: str, template: str) -> None:
        """Make the database at this address equal to the template, whoever is still connected to it."""
        if url.startswith("sqlite"):
            return overwrite_sqlite(_path(template), _path(url))
        return self._server().restore(url, template)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        if not url.startswith("sqlite"):
            return self._server().drop(url)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_path(url)}{suffix}").unlink(missing_ok=True)
        return None

    def close(self) -> None:
        """Drop what is left, and stop the server if it is ours."""
        if self._postgresql is not None:
            self._postgresql.close()
            self._postgresql = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _new_file(self) -> Path:
        return self._folder / f"{uuid4().hex}.db"

    def _server(self) -> "Postgresql":
        if self._postgresql is None:
            try:
                self._postgresql = Postgresql.from_environ(self._environ)
            except PostgresqlMissingError as error:
                skip_or_fail(str(error), self._environ)
        return self._postgresql


def skip_or_fail(reason: str, environ: Mapping[str, str]) -> NoReturn:
    """Skip the test on a machine that lacks something; fail it where CI promises that nothing is lacking."""
    if environ.get("CI", "").lower() not in {"", "0", "false"}:
        pytest.fail(reason)
    pytest.skip(reason)


def copy_sqlite(original: Path, copy: Path) -> None:
    """Copy the file, once what waits in its write-ahead log has been moved into it."""
    wal = Path(f"{original}-wal")
    if wal.exists() and wal.stat().st_size:
        with closing(SQLITE.connect(original)) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise RuntimeError(f"{original} is being written to and cannot be copied.")
    shutil.copyfile(original, copy)


def overwrite_sqlite(original: Path, changed: Path) -> None:
    """Write the original over the other database in one transaction: a late request sees the one or the other.

    Removing the file and its log instead could meet a connection that is just being opened, and leave neither.
    """
    with closing(SQLITE.connect(original)) as source, closing(SQLITE.connect(changed)) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


class Postgresql:
    """A PostgreSQL server in which databases are made, copied and dropped."""

    def __init__(self, url: URL, cluster: "Cluster | None" = None) -> None:
        self._url, self._cluster = url, cluster
        self._connection = _connect(url)
        self._made: set[str] = set()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Use the server that the environment names, else start one."""
        address = environ.get(ADDRESS_VARIABLE)
        if address:
            return cls(make_url(address).set(drivername="postgresql+psycopg"))
        cluster = Cluster.start(Durability.NONE)
        return cls(cluster.url, cluster)

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy, and return its address."""
        return self._create(f"registrar_test_{uuid4().hex}", template)

    def restore(self, url: str, template: str) -> None:
        """Drop a database and make it again from the template."""
        self.drop(url)
        self._create(make_url(url).database or "", template)

    def _create(self, name: str, template: str | None) -> str:
        source = make_url(template).database if template else "template1"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source or "")))
        self._made.add(name)
        return _rendered(self._url.set(database=name))

    def drop(self, url: str) -> None:
        """Drop a database and everybody's connection to it."""
        self._drop(make_url(url).database or "")

    def close(self) -> None:
        """Drop what was made, or the whole server if it is ours."""
        if self._cluster is None:
            for name in list(self._made):
                self._drop(name)
        self._connection.close()
        if self._cluster is not None:
            self._cluster.stop()

    def _drop(self, name: str) -> None:
        self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.discard(name)


class Cluster:
    """A PostgreSQL server of our own: a temporary folder, a socket in it, and one process."""

    def __init__(self, folder: Path, serve: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._folder, self._serve, self._process = folder, serve, serve()
        self.url = URL.create(
            "postgresql+psycopg", username="registrar", database="postgres", query={"host": str(folder), "port": "5432"}
        )

    @classmethod
    def start(cls, durability: Durability) -> Self:
        """Make a cluster from the installed binaries and wait until it answers."""
        binaries, owner = find_binaries(), _owner()
        folder = Path(tempfile.mkdtemp(prefix="registrar-pg-"))
        if owner:
            shutil.chown(folder, owner)
        _initialise(binaries, folder, owner)
        cluster = cls(folder, partial(_serve, binaries, folder, owner, durability))
        cluster._wait()
        return cluster

    @property
    def pid(self) -> int:
        """The process to stop."""
        return self._process.pid

    def crash(self) -> None:
        """End the server at once, as `pg_ctl stop -m immediate` does: it has to recover when it starts again."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def start_again(self) -> None:
        """Start the server after a crash, and wait until it answers."""
        self._process = self._serve()
        self._wait()

    def stop(self) -> None:
        """End the server without waiting for its clients, and remove its folder."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                _connect(self.url).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self._folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def find_binaries(path: str | None = None, installed: Path = Path("/usr/lib/postgresql")) -> Path:
    """Return the folder of initdb and postgres: the newest that Debian installed, else the one on the PATH."""
    versions = sorted(installed.glob("*/bin/initdb"), key=lambda each: float(each.parent.parent.name))
    found = versions[-1] if versions else shutil.which("initdb", path=path)
    if not found:
        raise PostgresqlMissingError(
            f"PostgreSQL is not tested: install it (apt-get install postgresql) or set {ADDRESS_VARIABLE}."
        )
    return Path(found).resolve().parent


def _owner() -> str | None:
    """Name the user to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    return next(name for name in UNPRIVILEGED if name in {user.pw_name for user in pwd.getpwall()})


def _initialise(binaries: Path, folder: Path, owner: str | None) -> None:
    options = ["--username=registrar", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        [binaries / "initdb", f"--pgdata={folder / 'data'}", *options],
        cwd=folder,
        user=owner,
        env=_clean_environ(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _serve(binaries: Path, folder: Path, owner: str | None, durability: Durability) -> "subprocess.Popen[bytes]":
    """Start the server in a session of its own, so that Ctrl-C ends the tests first; it dies with this process."""
    configured = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(folder),
        "fsync": durability,
        "full_page_writes": durability,
        "jit": "off",
        "max_connections": "200",
        "timezone": "UTC",
    }
    options = [f"--{name}={value}" for name, value in configured.items()]
    dies_with_us = ["setpriv", "--pdeathsig=INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*dies_with_us, binaries / "postgres", "-D", folder / "data", *options],
            cwd=folder,
            user=owner,
            env=_clean_environ(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _clean_environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8"}


def _connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_rendered(url.set(drivername="postgresql")), autocommit=True)


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)
