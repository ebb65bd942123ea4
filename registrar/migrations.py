"""Bring a database to the schema of this version, and tell where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from registrar import models  # noqa: F401 - to compare with the whole schema
from registrar.db import Base

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def head() -> str:
    """Return the newest revision, from the file on which two branches collide."""
    return (FOLDER / "HEAD").read_text(encoding="utf-8").strip()


def current(engine: Engine) -> str | None:
    """Return the revision of the database, None if it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head") -> None:
    """Migrate up to a revision."""
    with _free_to_rebuild(engine) as connection:
        command.upgrade(_config(connection), to)
        connection.commit()


def downgrade(engine: Engine, to: str = "base") -> None:
    """Migrate down to a revision."""
    with _free_to_rebuild(engine) as connection:
        command.downgrade(_config(connection), to)
        connection.commit()


def differences(engine: Engine) -> list[object]:
    """Return how the database differs from the models; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


@contextmanager
def _free_to_rebuild(engine: Engine) -> Iterator[Connection]:
    """Connect so that SQLite may replace a table by a changed copy without deleting what refers to it.

    See "Making Other Kinds Of Table Schema Changes" in SQLite's documentation of ALTER TABLE.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF").close()
        try:
            yield connection
        finally:
            if engine.dialect.name == "sqlite":
                driver.execute("PRAGMA foreign_keys=ON").close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
