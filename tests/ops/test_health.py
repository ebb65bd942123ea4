"""The process says whether it is alive and whether it can serve."""

from flask import Flask
from sqlalchemy import text

from registrar import migrations
from registrar.db import DbSession
from tests.conftest import Client


def test_a_living_process_says_so(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "ok\n", "no-store")


def test_a_migrated_database_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_another_schema_is_not_ready_and_says_why(client: Client, db: DbSession) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.commit()

    answer = client.get("/readyz")

    wanted = f"The database is at migration 0001; this version needs {migrations.head()}.\n"
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, wanted, "5")


def test_an_empty_database_is_not_ready(client: Client, db: DbSession) -> None:
    db.execute(text("DROP TABLE alembic_version"))
    db.commit()

    assert client.get("/readyz").text == f"The database is at migration none; this version needs {migrations.head()}.\n"


def test_readiness_waits_for_no_writer(client: Client, app: Flask, db: DbSession) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = version_num"))

    answer = super(Client, client).open("/readyz")

    assert answer.status_code == 200
