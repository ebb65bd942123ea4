"""`registrar demo` and the first start: refusals, making it anew, and what is printed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import Base, DbSession
from registrar.db import db as request_db
from registrar.ops.demo.cli import demo
from registrar.ops.first_start import prepare
from registrar.people.models import Person
from registrar.programmes.events import Event
from registrar.programmes.models import Organisation, Session, Speaker
from registrar.settings import Environment, Settings
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


def test_made_anew_it_moves_to_today_reuses_no_id_and_keeps_team_and_trail(
    app: Flask, db: DbSession, clock: TestClock
) -> None:
    first = run(app)
    before = count(db, Speaker), db.scalars(select(Staff.id).order_by(Staff.id)).all()
    trail = count(db, AuditEntry)
    db.commit()
    clock.advance(days=30)

    refused, again = run(app), run(app, "--again")

    coming = db.scalar(select(func.min(Session.starts_at)).where(Session.ends_at > clock.now))
    assert (first[0], refused[0], refused[1].count("--again"), again[0]) == (0, 1, 1, 0)
    assert (count(db, Speaker), db.scalars(select(Staff.id).order_by(Staff.id)).all()) == before
    assert (count(db, Person), count(db, Session), db.scalar(select(func.min(Person.id)))) == (600, 25, 601)
    assert coming == db.scalar(select(Session.starts_at).where(Session.slug == "week-9"))
    assert count(db, AuditEntry) > trail


def test_making_it_anew_touches_nobody_real(app: Flask, db: DbSession) -> None:
    person = factories.person(db, email="someone@museum.example")
    db.commit()

    status, output = run(app, "--again")

    assert (status, output.count("Nothing was changed")) == (1, 1)
    assert db.scalars(select(Person.id)).all() == [person.id]


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
    assert db.scalars(select(Call.state).order_by(Call.slug)).all() == [CallState.DRAFT, CallState.DRAFT]


def test_the_printed_links_work_and_a_second_start_prints_the_same(
    app: Flask, db: DbSession, settings: Settings, client: Client
) -> None:
    lines = prepared(app, settings, demo=True)
    entries = count(db, AuditEntry)
    site, sign_in, reviewer, outbox, personal, application = (
        line.split()[-1].removeprefix(settings.base_url) for line in lines
    )
    db.commit()

    assert [client.get(each or "/").status_code for each in (site, sign_in, reviewer, personal, application)] == [
        200
    ] * 5
    assert outbox == "/outbox"
    assert prepared(app, settings, demo=True) == lines
    assert count(db, AuditEntry) == entries


def test_nothing_is_prepared_or_told_in_production(app: Flask, db: DbSession, in_production: Settings) -> None:
    assert prepared(app, in_production, demo=True) == []
    assert count(db, Organisation) == count(db, Staff) == 0
