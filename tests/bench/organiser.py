"""An organiser who looks at a call with 2,000 applications and at one with 200, in turn."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.test import Client

from registrar import migrations
from registrar.accounts.models import StaffSession
from registrar.app import ROOT, create_app
from registrar.db import DbSession, engine_options, prepare
from registrar.settings import load_settings
from registrar.tokens import new_secret, secret_hash
from tests import factories
from tests.bench.report import Figure
from tests.bench.serving import SECRET
from tests.databases import Databases
from tests.statements import queries

FEW, MANY = 200, 2_000
COUNTRIES = ("FR", "DE", "GH", "BR", "JP", "US", "IT", "ES", "PL", "CA")
Fill = Callable[[DbSession], None]
"""Stores the calls `c200` and `c2000`."""


def signed_in(kind: str, databases: Databases, folder: Path, fill: Fill) -> tuple[Flask, Client]:
    """Fill a new database; return the application on it and the browser of an organiser."""
    url = databases.fresh_url(kind)
    secret = _filled(url, fill)
    environ = {"REGISTRAR_ENV": "testing", "REGISTRAR_DATA_DIR": str(folder), "REGISTRAR_DATABASE_URL": url}
    app = create_app(load_settings(environ | {"REGISTRAR_SECRET_KEYS": SECRET}, ROOT / "config"))
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": secret, "_fresh": True})
    return app, client


def look(client: Client, page: str) -> Callable[[int], None]:
    """Return what looks at a page of the call with so many applications."""

    def act(count: int) -> None:
        answer = client.get(f"/console/calls/c{count}/{page}")
        if answer.status_code != 200:
            raise RuntimeError(f"The page answered {answer.status_code}.")

    return act


def compared(kind: str, name: str, act: Callable[[int], None], rounds: int) -> Figure:
    """Compare within each round, so that a machine that slows down slows both."""
    for count in (FEW, MANY):
        act(count)
    pairs = [(seconds(act, FEW), seconds(act, MANY)) for _ in range(rounds)]
    ratio = median(many / few for few, many in pairs)
    milliseconds = 1000 * median(many for _, many in pairs)
    return Figure(f"{kind}: {name} of {MANY} applications", milliseconds, "ms", ratio, f"{name} of {FEW}", rounds)


def seconds(act: Callable[[int], None], count: int) -> float:
    began = time.perf_counter()
    act(count)
    return time.perf_counter() - began


def statements(kind: str, app: Flask, client: Client, name: str, page: str, count: int) -> Figure:
    """Count what a page asks the database."""
    with queries(app) as sent:
        look(client, page)(count)
    return Figure(f"{kind}: {name} of {count} applications", len(sent), "statements", None, "", 1)


def table(heading: str, figures: Sequence[Figure]) -> str:
    """Write the figures as Markdown."""
    lines = [
        f"| {each.name} | {each.value:,.1f} {each.unit} | {f'{each.ratio:.2f} × that of {FEW}' if each.ratio else ''} |"
        for each in figures
    ]
    return "\n".join([f"### {heading}", "", "| | | |", "| --- | --: | --- |", *lines])


def _filled(url: str, fill: Fill) -> str:
    """Return the secret of the organiser's cookie."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    now, secret = datetime.now(UTC), new_secret()
    with DbSession(engine) as db:
        fill(db)
        staff = factories.staff(db, link_number=1)
        times = {"created_at": now, "expires_at": now + timedelta(hours=12)}
        factories.stored(db, StaffSession(staff_id=staff.id, token_hash=secret_hash(secret), **times))
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    engine.dispose()
    return secret
