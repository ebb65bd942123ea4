"""The databases of the tests: new ones are empty, copies are equal and apart, and nothing is left behind."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from registrar.db import sqlite_driver
from tests.databases import (
    ADDRESS_VARIABLE,
    KINDS,
    Cluster,
    Databases,
    Durability,
    PostgresqlMissingError,
    find_binaries,
    skip_or_fail,
)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with Databases(tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    started = Cluster.start(Durability.NONE)
    yield started
    started.stop()


def connect(url: str | URL) -> Connection:
    module = {"module": sqlite_driver()} if make_url(url).get_backend_name() == "sqlite" else {}
    return create_engine(url, poolclass=NullPool, **module).connect()


def run(url: str, *statements: str) -> None:
    with connect(url) as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))


def titles(url: str) -> list[str]:
    with connect(url) as connection:
        return list(connection.scalars(text("SELECT title FROM talk ORDER BY title")))


def table_names(url: str) -> list[str]:
    with connect(url) as connection:
        return inspect(connection).get_table_names()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_database_is_empty_and_its_own(databases: Databases, kind: str) -> None:
    one, other = databases.fresh_url(kind), databases.fresh_url(kind)
    run(one, "CREATE TABLE talk (title VARCHAR)")

    assert (table_names(one), table_names(other)) == (["talk"], [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_has_everything_and_lives_apart(databases: Databases, kind: str) -> None:
    template = databases.fresh_url(kind)
    run(template, "CREATE TABLE talk (title VARCHAR)", "INSERT INTO talk VALUES ('Musée')")

    first, second = databases.clone(template), databases.clone(template)
    run(first, "INSERT INTO talk VALUES ('Zoo')")

    assert (titles(first), titles(second), titles(template)) == (["Musée", "Zoo"], ["Musée"], ["Musée"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_dropped_database_is_gone_whoever_is_connected(databases: Databases, kind: str) -> None:
    url = databases.fresh_url(kind)
    with connect(url) as connection:
        connection.execute(text("SELECT 1"))
        databases.drop(url)
        connection.invalidate()

    again = databases.fresh_url(kind)
    assert (again == url, table_names(again)) == (False, [])


def test_sqlite_is_restored_whoever_is_just_connecting(databases: Databases) -> None:
    template = databases.fresh_url("sqlite")
    run(template, "CREATE TABLE talk (title VARCHAR)", "INSERT INTO talk VALUES ('Musée')")
    url, over, seen = databases.clone(template), Event(), []

    def come_and_go() -> None:
        while not over.is_set():
            with suppress(OperationalError):
                run(url, "PRAGMA journal_mode=WAL", "SELECT title FROM talk")

    with ThreadPoolExecutor() as late:
        visitors = [late.submit(come_and_go) for _ in range(3)]
        try:
            for _ in range(100):
                databases.restore(url, template)
                seen.append(titles(url))
        finally:
            over.set()

    assert ([visitor.result() for visitor in visitors], seen) == ([None] * 3, [["Musée"]] * 100)


def test_a_copy_of_sqlite_includes_what_waits_in_the_log(databases: Databases, tmp_path: Path) -> None:
    path = tmp_path / "original.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE talk (title VARCHAR)")
        connection.execute("INSERT INTO talk VALUES ('waiting')")
        connection.commit()

        assert titles(databases.clone(f"sqlite:///{path}")) == ["waiting"]


def test_postgresql_is_set_for_tests(cluster: Cluster) -> None:
    names = ("fsync", "jit", "server_encoding", "lc_collate", "listen_addresses")

    with connect(cluster.url) as connection:
        shown = [connection.scalar(text(f"SELECT current_setting('{name}')")) for name in names]

    assert shown == ["off", "off", "UTF8", "C.UTF-8", ""]


def test_a_server_named_by_the_environment_is_used_and_left_clean(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with Databases(tmp_path, {ADDRESS_VARIABLE: address}) as borrowed:
        template = borrowed.fresh_url("postgresql")
        borrowed.clone(template)

        assert make_url(template).query["host"] == cluster.url.query["host"]

    with connect(cluster.url) as connection:
        left = connection.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE 'registrar_test%'"))
        assert list(left) == []


def test_an_own_server_and_its_folder_are_gone_after_stopping() -> None:
    started = Cluster.start(Durability.FULL)
    folder = Path(str(started.url.query["host"]))

    started.stop()

    assert (folder.exists(), Path(f"/proc/{started.pid}").exists()) == (False, False)


def test_missing_binaries_are_told(tmp_path: Path) -> None:
    with pytest.raises(PostgresqlMissingError, match=ADDRESS_VARIABLE):
        find_binaries(path=str(tmp_path), installed=tmp_path)


def test_what_is_missing_skips_a_test_but_fails_it_in_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="no PostgreSQL"):
        skip_or_fail("no PostgreSQL", {})
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL"):
        skip_or_fail("no PostgreSQL", {"CI": "true"})


def test_the_newest_installed_version_is_used(tmp_path: Path) -> None:
    for version in ("9.6", "15", "100"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()

    assert find_binaries(path=os.devnull, installed=tmp_path) == tmp_path / "100" / "bin"
