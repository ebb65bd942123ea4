"""The mail log is kept for a while; what waits, is in doubt or must be looked at stays however old it is."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail import retention
from registrar.mail.models import BounceReport, MailAttempt, OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState, OutcomeKind, Reason, ReportMethod, ReportState, ReportVerdict
from tests import factories
from tests.conftest import TestClock

DAYS = timedelta(days=1)


def settled(db: DbSession, now: datetime, key: str, age: timedelta, **given: Any) -> OutboxMail:
    """A mail that was sent so long ago, with its attempt."""
    then = now - age
    expires = given.pop("expires_at", None)
    enqueue(db, NewMail(key=key, kind="weekly.link", expires_at=expires), now=then)
    mail = db.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()
    for name, value in {"state": MailState.SENT, "finished_at": then, **given}.items():
        setattr(mail, name, value)
    db.add(MailAttempt(outbox_id=mail.id, worker="w", ended_at=then, outcome=OutcomeKind.ACCEPTED, text=""))
    db.flush()
    return mail


def left(db: DbSession) -> list[str]:
    return list(db.scalars(select(OutboxMail.key).order_by(OutboxMail.key)))


def test_old_settled_mails_go_with_their_attempts(db: DbSession, now: datetime) -> None:
    settled(db, now, "old", 400 * DAYS)
    settled(db, now, "older", 401 * DAYS, state=MailState.SKIPPED, reason=Reason.LATE)
    settled(db, now, "young", 395 * DAYS)

    removed = retention.remove(db, now - 396 * DAYS, 100)

    assert (removed, left(db), len(db.scalars(select(MailAttempt)).all())) == (2, ["young"], 1)


@pytest.mark.parametrize(
    "given",
    [
        {"state": MailState.IN_DOUBT},
        {"state": MailState.QUEUED, "finished_at": None},
        {"state": MailState.DEFERRED, "finished_at": None},
        {"state": MailState.SENDING, "finished_at": None},
    ],
)
def test_what_is_not_settled_stays(db: DbSession, now: datetime, given: dict[str, Any]) -> None:
    settled(db, now, "kept", 500 * DAYS, **given)

    assert (retention.remove(db, now, 100), left(db)) == (0, ["kept"])


def test_what_is_still_useful_stays_so_that_it_is_not_written_again(db: DbSession, now: datetime) -> None:
    settled(db, now, "kept", 500 * DAYS, expires_at=now + DAYS)

    assert retention.remove(db, now, 100) == 0


@pytest.mark.parametrize(("state", "removed"), [(ReportState.WAITING, 0), (ReportState.SETTLED, 1)])
def test_a_mail_whose_report_waits_for_a_person_stays(
    db: DbSession, now: datetime, state: ReportState, removed: int
) -> None:
    mail = settled(db, now, "reported", 500 * DAYS)
    facts = {"verdict": ReportVerdict.UNKNOWN, "method": ReportMethod.NONE, "diagnostic": "", "state": state}
    factories.stored(db, BounceReport(fingerprint="f", source="pipe", received_at=now, outbox_id=mail.id, **facts))

    assert retention.remove(db, now, 100) == removed


def test_no_more_than_asked_for_goes_at_once(db: DbSession, now: datetime) -> None:
    for number in range(5):
        settled(db, now, f"old{number}", 500 * DAYS)

    assert [retention.remove(db, now, 2) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.usefixtures("context")
def test_the_job_looks_once_an_hour(app: Flask, db: DbSession, clock: TestClock) -> None:
    days = timedelta(days=app.extensions["registrar.settings"].mail_log_days + 4)
    app.extensions.pop(retention.EXTENSION, None)
    settled(db, clock.now, "one", days)

    done = [retention.shorten(db, clock.now)]
    settled(db, clock.now, "two", days)
    done += [retention.shorten(db, clock.now), retention.shorten(db, clock.advance(hours=1))]

    assert done == [1, 0, 1]


def test_what_would_go_is_counted_by_kind_and_state(db: DbSession, now: datetime) -> None:
    settled(db, now, "one", 500 * DAYS)
    settled(db, now, "two", 500 * DAYS, state=MailState.FAILED, reason=Reason.SMTP)

    assert [tuple(row) for row in retention.outdated(db, now)] == [
        ("weekly.link", MailState.FAILED, 1),
        ("weekly.link", MailState.SENT, 1),
    ]


def test_the_log_begins_as_many_days_ago_as_is_set(app: Flask, now: datetime) -> None:
    settings = dataclasses.replace(app.extensions["registrar.settings"], mail_log_days=30)

    assert retention.log_begins_at(settings, now) == now - 30 * DAYS
