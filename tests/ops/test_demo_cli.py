"""`registrar demo` and the first start: refusals, making it anew, and what is printed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.audit.models import AuditEntry
from registrar.db import Base, DbSession
from registrar.db import db as request_db
from registrar.ops.demo.cli import demo
from registrar.ops.first_start import prepare
from registrar.people.models import Person
from registrar.programmes.models import Event, Organisation, Session, Speaker
from registrar.settings import Environment, Settings
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["registrar.settings"]
    return found


@pytest.fixture
def in_production(app: Flask, settings: Settings) -> Iterator[Settings]:
    app.extensions["registrar.settings"] = replace(settings, environment=Environment.PRODUCTION)
    yield app.extensions["registrar.settings"]
    app.extensions["registrar.settings"] = settings


def run(app: Flask, *options: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(demo, options)
    return result.exit_code, result.output


def prepared(app: Flask, settings: Settings, *, demo: bool) -> list[str]:
    with app.app_context():
        lines = prepare(settings, demo=demo)
        request_db.remove()  # type: ignore[attr-defined]  # it is a scoped session
    return lines


def count(db: DbSession, model: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_it_is_refused_in_production(app: Flask, db: DbSession, in_production: Settings) -> None:
    status, output = run(app)

    assert (status, output) == (1, "Error: A demonstration is never mixed into a public installation.\n")
    assert count(db, Person) == 0


def test_a_second_run_is_refused(app: Flask, db: DbSession) -> None:
    run(app)

    status, output = run(app)

    assert (status, output.count("--again"), count(db, Person)) == (1, 1, 600)


def test_made_anew_it_moves_to_today_and_reuses_no_id(app: Flask, db: DbSession, clock: TestClock) -> None:
    run(app)
    speakers = count(db, Speaker)
    db.commit()
    clock.advance(days=30)

    status, _ = run(app, "--again")

    coming = db.scalar(select(func.min(Session.starts_at)).where(Session.ends_at > clock.now))
    assert status == 0
    assert (count(db, Person), count(db, Session), count(db, Speaker)) == (600, 25, speakers)
    assert coming == db.scalar(select(Session.starts_at).where(Session.slug == "week-9"))
    assert db.scalar(select(func.min(Person.id))) == 601


def test_making_it_anew_touches_nobody_real(app: Flask, db: DbSession, now: datetime) -> None:
    run(app)
    real = factories.person(db, email="someone@museum.example")
    db.commit()

    status, output = run(app, "--again")

    assert (status, count(db, Person)) == (1, 601)
    assert "Nothing was changed" in output
    assert db.get(Person, real.id) is not None


def test_making_it_anew_keeps_the_team_and_the_audit_trail(app: Flask, db: DbSession) -> None:
    run(app)
    trail, team = count(db, AuditEntry), db.scalars(select(Staff.id).order_by(Staff.id)).all()
    db.commit()

    run(app, "--again")

    assert count(db, AuditEntry) > trail
    assert db.scalars(select(Staff.id).order_by(Staff.id)).all() == team


def test_real_sessions_are_left_alone(app: Flask, db: DbSession) -> None:
    factories.session(db, factories.series(db, slug="wac-weekly"))
    db.commit()

    assert [run(app)[0], run(app, "--again")[0], count(db, Session)] == [1, 1, 1]


def test_the_first_start_publishes_the_catalogue_and_lets_the_organiser_in(
    app: Flask, db: DbSession, settings: Settings
) -> None:
    lines = prepared(app, settings, demo=False)

    assert [line.split("  ")[1] for line in lines] == ["Site", "Sign in as organiser"]
    assert [(each.email, each.role) for each in db.scalars(select(Staff))] == [("organiser@example.org", Role.ADMIN)]
    assert (count(db, Organisation), count(db, Event) > 15, count(db, Person)) == (1, True, 0)


def test_the_printed_links_work(app: Flask, db: DbSession, settings: Settings, client: Client, tokens: Tokens) -> None:
    app.extensions["registrar.settings"] = replace(settings, demo=True)
    lines = prepared(app, settings, demo=True)
    addresses = [line.split()[-1].removeprefix(settings.base_url) for line in lines]

    answers = [client.get(address or "/").status_code for address in addresses]
    app.extensions["registrar.settings"] = settings

    assert answers == [200, 200, 200, 200]


def test_the_second_start_changes_nothing(app: Flask, db: DbSession, settings: Settings) -> None:
    first = prepared(app, settings, demo=True)
    entries = count(db, AuditEntry)
    db.commit()

    assert prepared(app, settings, demo=True) == first
    assert count(db, AuditEntry) == entries


def test_nothing_is_prepared_or_told_in_production(app: Flask, db: DbSession, in_production: Settings) -> None:
    assert prepared(app, in_production, demo=True) == []
    assert count(db, Organisation) == count(db, Staff) == 0
