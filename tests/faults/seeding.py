"""The series that clients sign up for, in a migrated database of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine

from registrar import migrations
from registrar.db import DbSession, engine_options, prepare
from tests import factories

DAYS_AHEAD = 6


@dataclass(frozen=True)
class Series:
    """A series to sign up for: its address and its sessions in order."""

    slug: str
    session_ids: tuple[int, ...]


def seed(database_url: str, capacities: list[int | None]) -> Series:
    """Migrate the database and store one series with a session for each capacity, the first in six days."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare(engine)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        found = _store(db, capacities)
        db.commit()
    engine.dispose()
    return found


def _store(db: DbSession, capacities: list[int | None]) -> Series:
    factories.organisation(db)
    programme = factories.series(db)
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=DAYS_AHEAD)
    starts = [first + timedelta(weeks=number) for number in range(len(capacities))]
    sessions = [
        factories.session(db, programme, starts_at=starts_at, capacity=capacity)
        for starts_at, capacity in zip(starts, capacities, strict=True)
    ]
    return Series(programme.slug, tuple(session.id for session in sessions))
