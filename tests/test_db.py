"""The database recipe: moments, reading and writing sessions, rows that are already there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from registrar.audit.models import AuditEntry
from registrar.db import DbSession, alchemy, insert_missing, read_only, writable
from registrar.db import db as request_db
from registrar.programmes.models import Organisation, Partner
from tests import factories


def test_a_moment_comes_back_in_utc(db: DbSession) -> None:
    moment = datetime(2027, 1, 13, 18, 0, tzinfo=timezone(timedelta(hours=1)))
    programme = factories.series(db)
    session = factories.session(db, programme, starts_at=moment)
    db.commit()
    db.refresh(session)

    assert (session.starts_at, session.starts_at.tzinfo) == (datetime(2027, 1, 13, 17, 0, tzinfo=UTC), UTC)


def test_a_naive_moment_is_refused(db: DbSession) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        factories.person(db, created_at=datetime(2027, 1, 13))  # noqa: DTZ001 - this is what is refused


def test_a_row_that_is_there_already_is_left_alone(db: DbSession) -> None:
    insert_missing(db, Partner, [{"name": "Tezos"}])

    new = insert_missing(db, Partner, [{"name": "Tezos"}, {"name": "Ars"}])

    assert (new, list(db.scalars(select(Partner.name).order_by(Partner.name)))) == (1, ["Ars", "Tezos"])


def test_a_reading_session_refuses_to_write(db: DbSession) -> None:
    reader = db.get_bind().execution_options(read_only=True, postgresql_readonly=True)
    with DbSession(reader) as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        factories.organisation(session)


def test_a_connection_that_has_read_can_write_again(db: DbSession) -> None:
    reader = db.get_bind().execution_options(read_only=True, postgresql_readonly=True)
    with DbSession(reader) as session:
        session.scalar(select(Organisation.id))
    factories.organisation(db)
    db.commit()

    assert db.scalar(select(Organisation.name)) == "We Are Museums"


def test_a_value_outside_an_enum_is_refused_by_the_database(db: DbSession) -> None:
    season = factories.season(db)
    with pytest.raises(IntegrityError):
        db.execute(text("UPDATE season SET status = 'lost' WHERE id = :id"), {"id": season.id})


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'other'", "DELETE FROM audit_entry"])
def test_the_audit_trail_cannot_be_altered(db: DbSession, statement: str) -> None:
    entry = AuditEntry(at=factories.NOW, actor="command", action="try", subject="season", subject_id=1, details={})
    db.add(entry)
    db.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(statement))


def test_a_request_that_only_reads_needs_one_connection(app: Flask) -> None:
    with app.app_context():
        read_only(request_db)
        pool = alchemy.engine.pool
        for _ in range(3):
            request_db.execute(select(Partner.id)).all()

        assert pool.checkedout() == 1  # type: ignore[attr-defined]  # every pool of ours can tell


def test_a_session_that_has_only_read_goes_on_to_write_and_keeps_what_it_has_read(app: Flask, db: DbSession) -> None:
    insert_missing(db, Partner, [{"name": "Tezos"}])
    db.commit()
    with app.app_context():
        read_only(request_db)
        partner = request_db.scalars(select(Partner)).one()
        writable(request_db, keep=True)
        forgotten = inspect(partner).expired_attributes
        partner.name = "Ars"
        request_db.commit()

    assert (forgotten, db.scalar(select(Partner.name))) == (set(), "Ars")
