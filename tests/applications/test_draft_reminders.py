"""Reminders to drafts: who gets one, at which moment, and that nobody gets it twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.applications.draft_reminders import KIND, REMINDED, remind
from registrar.applications.models import Application, GraceLink
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.mail.models import LocalMail, OutboxMail
from registrar.mail.rules import Lane, MailState, Reason
from registrar.mail.worker import Worker
from tests import factories
from tests.statements import queries

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Begin = Callable[..., Application]


@pytest.fixture
def call(db: DbSession) -> Call:
    """A call that closes in ten days, with one draft that Ana leads and Bo only reads."""
    return factories.call(db)


@pytest.fixture
def draft(db: DbSession, call: Call) -> Application:
    found = factories.application(db, call, lead=factories.person(db, name="Ana"))
    factories.member(db, found, factories.person(db, name="Bo"), role=TeamRole.READER)
    return found


def extend(db: DbSession, application: Application, until: datetime) -> None:
    application.extended_until = until
    link = {"application_id": application.id, "until": until, "reason": "", "uses": 1, "created_by": "staff:1"}
    factories.stored(db, GraceLink(**link, created_at=factories.NOW, used_at=factories.NOW))


def keys(db: DbSession) -> list[str]:
    return list(db.scalars(select(OutboxMail.key).where(OutboxMail.kind == KIND).order_by(OutboxMail.id)))


def key(application: Application, lead: timedelta, ends_at: datetime) -> str:
    writer = application.members[0].person_id
    return f"deadline:{application.id}:{lead // timedelta(minutes=1)}:{int(ends_at.timestamp())}:{writer}"


def test_a_draft_is_reminded_seven_days_two_days_and_four_hours_before(
    db: DbSession, call: Call, draft: Application, now: datetime
) -> None:
    ends_at = call.closes_at
    moments = (ends_at - 7 * DAY - HOUR, ends_at - 7 * DAY, ends_at - 3 * DAY, ends_at - 2 * DAY, ends_at - 4 * HOUR)
    made = [remind(db, moment) for moment in (*moments, ends_at - HOUR, ends_at, ends_at + DAY)]

    assert made == [0, 1, 0, 1, 1, 0, 0, 0]
    assert keys(db) == [key(draft, lead, ends_at) for lead in (7 * DAY, 2 * DAY, 4 * HOUR)]
    mail = db.scalars(select(OutboxMail)).first()
    assert mail
    assert (mail.lane, mail.due_at, mail.expires_at) == (Lane.REMINDER, ends_at - 7 * DAY, ends_at)


def test_after_a_break_only_the_nearest_lead_is_made_up_for(db: DbSession, call: Call, draft: Application) -> None:
    late = call.closes_at - DAY

    assert (remind(db, late), remind(db, late + HOUR)) == (1, 0)
    assert keys(db) == [key(draft, 2 * DAY, call.closes_at)]


@pytest.mark.parametrize(
    "change",
    [
        {"state": Lifecycle.WITHDRAWN, "withdrawn_at": factories.NOW},
        {"state": Lifecycle.SUBMITTED, "submitted_at": factories.NOW, "counted_at": factories.NOW},
        {"created_at": factories.NOW + 3 * DAY},
    ],
    ids=["withdrawn", "submitted", "begun later"],
)
def test_nobody_is_reminded_of_what_is_no_longer_a_draft_or_began_after_the_moment(
    db: DbSession, call: Call, draft: Application, change: dict[str, Any]
) -> None:
    for name, value in {"form_version_id": call.form_version_id, **change}.items():
        setattr(draft, name, value)
    db.flush()

    assert remind(db, call.closes_at - 7 * DAY) == 0


@pytest.mark.parametrize("state", [CallState.DRAFT, CallState.CLOSED])
def test_a_call_that_is_not_published_reminds_nobody(
    db: DbSession, call: Call, draft: Application, state: CallState
) -> None:
    call.state = state
    db.flush()

    assert remind(db, call.closes_at - DAY) == 0


def test_a_deadline_that_moves_reminds_anew(db: DbSession, call: Call, draft: Application) -> None:
    first = call.closes_at
    remind(db, first - 7 * DAY)
    call.closes_at = first + 3 * DAY
    db.flush()

    assert (remind(db, first - 6 * DAY), remind(db, first - 4 * DAY)) == (0, 1)
    assert keys(db) == [key(draft, 7 * DAY, first), key(draft, 7 * DAY, first + 3 * DAY)]


def test_a_team_with_more_time_is_reminded_of_its_own_deadline(db: DbSession, call: Call, draft: Application) -> None:
    own = call.closes_at + 3 * DAY
    extend(db, draft, own)
    moments = [call.closes_at - 2 * DAY, own - 7 * DAY, own - 3 * DAY, own - 2 * DAY, own - 4 * HOUR, own]

    assert [remind(db, moment) for moment in sorted(moments)] == [1, 0, 0, 1, 1, 0]
    assert keys(db) == [key(draft, lead, own) for lead in (7 * DAY, 2 * DAY, 4 * HOUR)]


def test_the_trail_says_that_a_calls_drafts_were_reminded(db: DbSession, call: Call, draft: Application) -> None:
    remind(db, call.closes_at - 2 * DAY)
    db.flush()

    entries = select(AuditEntry.actor, AuditEntry.subject, AuditEntry.subject_id, AuditEntry.details)
    assert db.execute(entries.where(AuditEntry.action == REMINDED)).all() == [
        ("worker", "call", call.id, {"hours": 48, "mails": 1})
    ]


def test_while_nothing_is_due_it_costs_two_questions_however_many_drafts_there_are(
    app: Flask, db: DbSession, call: Call, draft: Application
) -> None:
    remind(db, call.closes_at - 2 * DAY)
    for _ in range(20):
        factories.application(db, call, lead=factories.person(db))
    later = call.closes_at - 2 * DAY + HOUR
    db.flush()

    with queries(app) as asked:
        assert remind(db, later) == 0

    assert len(asked) == 2


def test_the_worker_delivers_each_reminder_once_whatever_is_repeated(
    app: Flask, db: DbSession, call: Call, draft: Application
) -> None:
    moment = call.closes_at - 2 * DAY
    db.commit()
    with app.app_context():
        Worker(None).run_once(moment)
        Worker(None).run_once(moment + HOUR)

    subjects = list(db.scalars(select(LocalMail.subject)))
    assert subjects == [f"2 days left: {call.title_en}"]


def test_what_a_worker_had_not_committed_is_done_by_the_next_one(db: DbSession, call: Call, draft: Application) -> None:
    db.commit()
    made = [remind(db, call.closes_at - DAY)]
    db.rollback()  # as if it had been killed
    made.append(remind(db, call.closes_at - DAY))
    db.commit()

    assert made == [1, 1]
    assert keys(db) == [key(draft, 2 * DAY, call.closes_at)]


def test_a_reminder_that_waited_while_the_team_submitted_does_not_leave(
    app: Flask, db: DbSession, call: Call, draft: Application, now: datetime
) -> None:
    moment = call.closes_at - 2 * DAY
    remind(db, moment)
    draft.state, draft.submitted_at, draft.counted_at = Lifecycle.SUBMITTED, now, now
    draft.form_version_id = call.form_version_id
    db.commit()
    with app.app_context():
        Worker(None).run_once(moment)
    db.expire_all()

    mail = db.scalars(select(OutboxMail)).one()
    assert (mail.state, mail.reason) == (MailState.SKIPPED, Reason.SUPERSEDED)
