"""The doctor finds what is wrong and says what to do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from registrar.db import DbSession
from registrar.mail.models import OutboxMail, WorkerBeat
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason
from registrar.ops import invariants
from registrar.ops.cli import doctor
from registrar.weekly.rules import SeatState
from tests import factories

Examine = Callable[[], Result]
MINUTES = timedelta(minutes=1)


@pytest.fixture
def examine(app: Flask, db: DbSession) -> Examine:
    """Run `registrar doctor`."""

    def run() -> Result:
        db.commit()
        return app.test_cli_runner().invoke(doctor)

    return run


def failures(result: Result) -> list[str]:
    return [line.removeprefix("fail  ") for line in result.output.splitlines() if line.startswith("fail")]


def mail(db: DbSession, now: datetime, **given: Any) -> OutboxMail:
    enqueue(db, NewMail(key="one", kind="weekly.link"), now=now)
    found = db.scalars(select(OutboxMail)).one()
    for name, value in given.items():
        setattr(found, name, value)
    return found


def test_a_new_installation_has_no_failure(examine: Examine) -> None:
    result = examine()

    assert (result.exit_code, failures(result)) == (0, [])
    assert "warn  No worker has been seen yet; mail waits." in result.output
    assert ", equal to the models\n" in result.output


def test_a_living_worker_is_seen(examine: Examine, db: DbSession, now: datetime) -> None:
    factories.stored(db, WorkerBeat(name="one", started_at=now, beat_at=now - timedelta(seconds=9)))

    assert "ok    A worker was seen 9 seconds ago\n" in examine().output


def test_a_silent_worker_is_a_warning(examine: Examine, db: DbSession, now: datetime) -> None:
    factories.stored(db, WorkerBeat(name="one", started_at=now, beat_at=now - 3 * MINUTES))

    assert "warn  No worker has been seen since 2027-01-11 08:57 UTC; mail waits.\n" in examine().output


def test_an_oversold_session_is_a_failure(examine: Examine, db: DbSession) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    for _ in range(2):
        factories.seat(db, factories.registration(db, programme), session)

    result = examine()

    assert (result.exit_code, failures(result)) == (1, ["1 sessions are oversold."])


def test_somebody_who_waits_beside_a_free_place_is_a_failure_after_a_minute(
    examine: Examine, db: DbSession, now: datetime
) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    waits = {"state": SeatState.WAITING, "queue_number": 1}
    seat = factories.seat(db, factories.registration(db, programme), session, **waits, state_at=now - MINUTES)
    patient = failures(examine())
    seat.state_at = now - 2 * MINUTES

    assert (patient, failures(examine())) == ([], ["In 1 sessions somebody waits although a place is free."])


def test_waiting_for_a_full_session_is_as_it_should_be(examine: Examine, db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    factories.seat(db, factories.registration(db, programme), session)
    waits = {"state": SeatState.WAITING, "queue_number": 1, "state_at": now - 9 * MINUTES}
    factories.seat(db, factories.registration(db, programme), session, **waits)

    assert examine().exit_code == 0


def test_a_late_mail_is_a_failure(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now - 11 * MINUTES)

    assert failures(examine()) == ["1 mails should have left, the oldest at 2027-01-11 08:49 UTC."]


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED])
def test_a_mail_that_ended_without_a_reason_is_a_failure(
    examine: Examine, db: DbSession, now: datetime, state: MailState
) -> None:
    mail(db, now, state=state)

    assert failures(examine()) == ["1 unsent mails do not say why."]


def test_a_mail_that_never_ended_is_a_failure(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now, state=MailState.SENDING, expires_at=now - timedelta(hours=1))

    assert failures(examine()) == ["1 mails never came to an end."]


def test_failed_and_doubtful_mails_are_warnings(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now, state=MailState.FAILED, reason=Reason.SMTP)

    result = examine()

    assert result.exit_code == 0
    assert "warn  1 mails failed\n" in result.output


def test_an_audit_trail_that_can_be_altered_is_a_failure(examine: Examine, db: DbSession) -> None:
    name = (
        "audit_entry_no_delete" if db.get_bind().dialect.name == "sqlite" else "audit_entry_append_only ON audit_entry"
    )
    db.execute(text(f"DROP TRIGGER {name}"))

    assert failures(examine()) == ["The audit trail can be altered."]


def test_another_schema_is_a_failure(examine: Examine, db: DbSession) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert failures(examine()) == ["The database is at migration 0001, not 0007."]


def test_a_table_that_differs_is_a_failure(examine: Examine, db: DbSession) -> None:
    db.execute(text("ALTER TABLE institution ADD COLUMN extra TEXT"))

    assert failures(examine()) == ["The tables differ from the models in 1 places."]


def test_an_unknown_time_zone_of_a_person_is_a_failure(examine: Examine, db: DbSession) -> None:
    factories.person(db, timezone="Mars/Olympus")

    assert failures(examine()) == ["1 time zones of people are unknown."]


def test_a_queue_number_held_twice_is_found(db: DbSession) -> None:
    assert invariants.doubled_places_in_line(db) == 0
