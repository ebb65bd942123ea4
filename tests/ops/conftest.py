"""The demonstration on each database, made once for the tests that only look at it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from registrar.app import ROOT, create_app
from registrar.db import DbSession, alchemy
from registrar.ops.demo.filling import fill
from registrar.ops.first_start import import_catalogue_if_empty
from registrar.settings import Settings, load_settings
from tests.conftest import SECRET, START, TestClock
from tests.databases import Databases


def settings_for(url: str, folder: Path) -> Settings:
    environ = {"REGISTRAR_ENV": "testing", "REGISTRAR_DATA_DIR": str(folder), "REGISTRAR_DATABASE_URL": url}
    return load_settings({**environ, "REGISTRAR_SECRET_KEYS": SECRET}, ROOT / "config")


def make(app: Flask, db: DbSession, now: datetime) -> None:
    """Fill the database with the catalogue and the demonstration."""
    with app.app_context():
        import_catalogue_if_empty(db, now=now)
        fill(db, app.extensions["registrar.tokens"], now=now)
        db.commit()


@pytest.fixture(scope="package")
def demo_app(template: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on a database with the demonstration, for tests that only look."""
    app = create_app(settings_for(databases.clone(template), tmp_path_factory.mktemp("demo")), TestClock())
    with app.app_context():
        engine = alchemy.engine
    with DbSession(engine) as session:
        make(app, session, START)
    return app


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[DbSession]:
    """A database session in the demonstration."""
    with demo_app.app_context():
        engine = alchemy.engine
    with DbSession(engine) as session:
        yield session
    engine.dispose()
