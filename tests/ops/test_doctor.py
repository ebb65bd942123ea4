"""The doctor finds what is wrong and says what to do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from registrar import migrations
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, WorkerBeat
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, Reason
from registrar.ops import cli as doctor
from registrar.ops import doctor as checkup
from registrar.ops import invariants
from registrar.ops.findings import Level
from registrar.weekly.rules import SeatState
from tests import factories

Run = Callable[[], Result]
Examine = Callable[[], list[str]]
MINUTES = timedelta(minutes=1)


@pytest.fixture
def run(app: Flask, db: DbSession) -> Run:
    """Run `registrar doctor`."""

    def run() -> Result:
        db.commit()
        return app.test_cli_runner().invoke(doctor.doctor)

    return run


@pytest.fixture
def examine(app: Flask, db: DbSession, now: datetime) -> Examine:
    """Run the checks of what is stored, and return what is wrong."""

    def examine() -> list[str]:
        settings = app.extensions["registrar.settings"]
        checks = (checkup.worker, checkup.outbox, checkup.data)
        found = [finding for check in checks for finding in check(db, settings, now)]
        return [f"{each.level}: {each.text}" for each in found if each.level is not Level.OK]

    factories.stored(db, WorkerBeat(name="one", started_at=now, beat_at=now))
    return examine


def failures(result: Result) -> list[str]:
    return [line.removeprefix("fail  ") for line in result.output.splitlines() if line.startswith("fail")]


def mail(db: DbSession, now: datetime, **given: Any) -> OutboxMail:
    enqueue(db, NewMail(key="one", kind="weekly.link"), now=now)
    found = db.scalars(select(OutboxMail)).one()
    for name, value in given.items():
        setattr(found, name, value)
    return found


def test_a_new_installation_has_no_failure(run: Run) -> None:
    result = run()

    assert (result.exit_code, failures(result)) == (0, [])
    assert "warn  No worker has been seen yet; mail waits.\n      → Start `registrar worker`" in result.output
    assert ", equal to the models\n" in result.output


def test_a_failure_is_told_to_the_shell(run: Run, db: DbSession) -> None:
    factories.person(db, timezone="Mars/Olympus")

    result = run()

    assert (result.exit_code, failures(result)) == (1, ["1 time zones of people are unknown."])


def test_a_silent_worker_is_a_warning(examine: Examine, db: DbSession, now: datetime) -> None:
    well = examine()
    db.get_one(WorkerBeat, "one").beat_at = now - 3 * MINUTES

    assert (well, examine()) == ([], ["warn: No worker has been seen since 2027-01-11 08:57 UTC; mail waits."])


def test_an_oversold_session_is_a_failure(examine: Examine, db: DbSession) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    for _ in range(2):
        factories.seat(db, factories.registration(db, programme), session)

    assert examine() == ["fail: 1 sessions are oversold."]


def test_somebody_who_waits_beside_a_free_place_is_a_failure_after_a_minute(
    examine: Examine, db: DbSession, now: datetime
) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    waits = {"state": SeatState.WAITING, "queue_number": 1}
    seat = factories.seat(db, factories.registration(db, programme), session, **waits, state_at=now - MINUTES)
    patient = examine()
    seat.state_at = now - 2 * MINUTES

    assert (patient, examine()) == ([], ["fail: In 1 sessions somebody waits although a place is free."])


def test_waiting_for_a_full_session_is_as_it_should_be(examine: Examine, db: DbSession, now: datetime) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=1)
    factories.seat(db, factories.registration(db, programme), session)
    waits = {"state": SeatState.WAITING, "queue_number": 1, "state_at": now - 9 * MINUTES}
    factories.seat(db, factories.registration(db, programme), session, **waits)

    assert examine() == []


def test_a_late_mail_is_a_failure(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now - 11 * MINUTES)

    assert examine() == ["fail: 1 mails should have left, the oldest at 2027-01-11 08:49 UTC."]


@pytest.mark.parametrize("state", [MailState.SKIPPED, MailState.CANCELLED])
def test_a_mail_that_ended_without_a_reason_is_a_failure(
    examine: Examine, db: DbSession, now: datetime, state: MailState
) -> None:
    mail(db, now, state=state)

    assert examine() == ["fail: 1 unsent mails do not say why."]


def test_a_mail_that_never_ended_is_a_failure(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now, state=MailState.SENDING, expires_at=now - timedelta(hours=1))

    assert examine() == ["fail: 1 mails never came to an end."]


def test_failed_and_doubtful_mails_are_warnings(examine: Examine, db: DbSession, now: datetime) -> None:
    mail(db, now, state=MailState.FAILED, reason=Reason.SMTP)

    assert examine() == ["warn: 1 mails failed"]


def test_an_audit_trail_that_can_be_altered_is_a_failure(examine: Examine, db: DbSession) -> None:
    name = (
        "audit_entry_no_delete" if db.get_bind().dialect.name == "sqlite" else "audit_entry_append_only ON audit_entry"
    )
    db.execute(text(f"DROP TRIGGER {name}"))

    assert examine() == ["fail: The audit trail can be altered."]


def test_another_schema_is_a_failure(run: Run, db: DbSession) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert failures(run()) == [f"The database is at migration 0001, not {migrations.head()}."]


def test_a_table_that_differs_is_a_failure(run: Run, db: DbSession) -> None:
    db.execute(text("ALTER TABLE institution ADD COLUMN extra TEXT"))

    assert failures(run()) == ["The tables differ from the models in 1 places."]


def test_a_queue_number_held_twice_is_found(db: DbSession) -> None:
    assert invariants.doubled_places_in_line(db) == 0
