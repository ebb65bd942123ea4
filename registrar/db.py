"""The database: one declarative base, one session per request, and the SQLite recipe that never oversells.

SQLite's driver defaults begin transactions late and lose updates; here a writer begins with `BEGIN IMMEDIATE`, a
reader with `BEGIN` on a connection that refuses writes, and one lock per process queues the writers fairly. PostgreSQL
runs the same code. Sources: the SQLite documentation on transactions and WAL, the SQLAlchemy documentation on pysqlite.
"""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from enum import StrEnum
from functools import cache, lru_cache
from types import ModuleType
from typing import Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Select,
    Table,
    Text,
    event,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.types import TypeDecorator

from registrar import folding
from registrar.errors import N_, Busy
from registrar.settings import Settings

__all__ = [
    "DATABASE_FAULTS",
    "Base",
    "DbSession",
    "Moment",
    "alchemy",
    "connect",
    "db",
    "engine_options",
    "insert_missing",
    "insert_selected",
    "read_only",
    "sqlite_driver",
    "writable",
]

WRITE_LOCK_SECONDS = 20.0
BUSY_TIMEOUT_MILLISECONDS = 15_000
DATABASE_FAULTS = (OperationalError, InterfaceError, Busy)
"""What is raised while the database is away, locked or full; trying again may help."""
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment: refuses naive values, stores UTC, gives UTC back (SQLite drops offsets)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment needs a time zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(choices: type[PythonEnum]) -> list[str]:
    return [str(choice.value) for choice in choices]


class Base(DeclarativeBase):
    """What every model is: typed columns, aware moments, enums held by a CHECK."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            str: Text,
            datetime: Moment,
            dict[str, Any]: JSON,
            list[str]: JSON,
            StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, length=32, values_callable=_values),
        },
    )


class RoutedSession(FlaskSession):
    """A session that can be told to only read."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if self.info.get("read_only") and isinstance(bind, Engine):
            return reader(bind)
        return bind


@lru_cache(maxsize=8)
def reader(engine: Engine) -> Engine:
    """Return the engine for reading: always the same one, because a session opens a connection for each it meets."""
    return engine.execution_options(read_only=True, postgresql_readonly=True)


alchemy = SQLAlchemy(
    model_class=Base, session_options={"class_": RoutedSession, "expire_on_commit": False}, disable_autonaming=True
)
db = cast(DbSession, alchemy.session)
"""The database session of the current request, command or worker step."""


def read_only(session: DbSession) -> None:
    """Make the session of this request refuse writes; call it before the first query."""
    session.info["read_only"] = True


def writable(session: DbSession, *, keep: bool = False) -> None:
    """End what this session has only read and let it write from now on.

    What it has loaded is read again, or with `keep` stays as it was read.
    """
    if keep:
        session.commit()
    else:
        session.rollback()
    session.info.pop("read_only", None)


def insert_missing(session: DbSession, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no unique constraint and leave the others; return how many were new."""
    if not rows:
        return 0
    statement = _insert_missing(session.get_bind().dialect.name, model)
    options = {"preserve_rowcount": True}
    if len(rows) == 1:
        result = session.execute(statement, dict(rows[0]), execution_options=options)
    else:
        result = session.execute(statement.values(list(rows)), execution_options=options)
    return cast(CursorResult[Any], result).rowcount


def insert_selected(session: DbSession, model: type[Base], chosen: Select[Any]) -> int:
    """Insert the rows of a query whose columns are named like the model's; return how many broke no unique constraint.

    Nothing passes through this process, so that a million rows cost it no memory. The query needs a WHERE (SQLite
    could not tell ON CONFLICT from a join condition).
    """
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    names = [str(column.key) for column in chosen.selected_columns]
    statement = insert(cast(Table, model.__table__)).from_select(names, chosen).on_conflict_do_nothing()
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount


@cache
def _insert_missing(dialect: str, model: type[Base]) -> Any:
    """Build the statement once: building it anew takes longer than inserting a row."""
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(cast(Table, model.__table__)).on_conflict_do_nothing()


def sqlite_driver() -> ModuleType:
    """Return the newest SQLite driver there is: before 3.51.3 a reset of the write-ahead log can corrupt the file."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return cast(ModuleType, dbapi2)


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for this database."""
    if url.startswith("sqlite"):
        arguments = {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_TIMEOUT_MILLISECONDS / 1000}
        return {"module": sqlite_driver(), "connect_args": arguments, "hide_parameters": True}
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "connect_args": {"options": "-c jit=off -c timezone=UTC"},
        "hide_parameters": True,
    }


def connect(app: Flask, settings: Settings) -> None:
    """Bind the application to its database and prepare the engine."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    alchemy.init_app(app)
    with app.app_context():
        prepare(alchemy.engine)


def prepare(engine: Engine) -> None:
    """Install the SQLite recipe on an engine; PostgreSQL needs none."""
    if engine.dialect.name != "sqlite":
        return
    lock = threading.Lock()

    def begin(connection: Connection) -> None:
        reading = bool(connection.get_execution_options().get("read_only"))
        if not reading:
            _take(lock, connection)
        try:
            _set_query_only(connection, reading)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
        except BaseException:
            _release(lock, connection)
            raise

    def ended(connection: Connection) -> None:
        _release(lock, connection)

    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", _commit_then(ended))
    event.listen(engine, "rollback", ended)


def _commit_then(ended: Any) -> Any:
    def committed(connection: Connection) -> None:
        """Write the transaction out before the lock is free for the next writer."""
        try:
            connection.exec_driver_sql("COMMIT")
        finally:
            ended(connection)

    return committed


def _configure(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased leaves no trace in free pages
        f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    folding.teach(connection)


def _set_query_only(connection: Connection, reading: bool) -> None:
    if connection.info.get("query_only", False) is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info["query_only"] = reading


def _take(lock: threading.Lock, connection: Connection) -> None:
    if not lock.acquire(timeout=WRITE_LOCK_SECONDS):
        raise Busy(N_("The database is busy. Please try again in a moment."))
    connection.info["write_lock"] = True


def _release(lock: threading.Lock, connection: Connection) -> None:
    if connection.info.pop("write_lock", False):
        lock.release()
