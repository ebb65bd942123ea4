"""Checking all answers, submitting them, and what is said afterwards."""

from datetime import timedelta

from sqlalchemy import func, select

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from tests import factories
from tests.browsing import send
from tests.conftest import Client, TestClock


def complete(db: DbSession, application: Application) -> None:
    for key, value in factories.ANSWERS.items():
        factories.answer(db, application, key, value)


def submit(client: Client, application: Application, version: int = 1) -> tuple[int, str | None]:
    answer = send(client, f"/applications/{application.reference}/submit", version=str(version))
    return answer.status_code, answer.location


def state_of(db: DbSession, application: Application) -> Lifecycle:
    db.rollback()
    db.refresh(application)
    return application.state


def test_what_is_missing_is_named_with_the_way_to_it(client: Client, db: DbSession, application: Application) -> None:
    factories.answer(db, application, "why", "Because.")
    factories.answer(db, application, "new", False)
    page = client.get(f"/applications/{application.reference}/check").text

    assert "2 answers are missing or need a change" in page
    assert f'href="/applications/{application.reference}/sections/you#a-past"' in page
    assert "Submit the application" not in page
    assert submit(client, application) == (422, None)
    assert state_of(db, application) is Lifecycle.DRAFT


def test_a_complete_application_is_submitted_once_and_its_team_is_told(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    ben = factories.person(db)
    factories.member(db, application, ben)
    complete(db, application)
    assert "Submit the application" in client.get(f"/applications/{application.reference}/check").text

    there = f"/applications/{application.reference}/submitted"
    assert [submit(client, application), submit(client, application)] == [(303, there), (303, there)]
    assert state_of(db, application) is Lifecycle.SUBMITTED
    mails = db.execute(select(OutboxMail.key, OutboxMail.kind, OutboxMail.application_id).order_by(OutboxMail.id))
    assert [tuple(each) for each in mails] == [
        (f"submitted:{application.id}:2:{person.id}", "applications.submitted", application.id) for person in (ana, ben)
    ]
    page = client.get(there).text
    assert ("Application submitted" in page, application.reference in page) == (True, True)


def test_the_confirmation_is_only_for_what_was_submitted(client: Client, application: Application) -> None:
    path = f"/applications/{application.reference}"
    assert client.get(f"{path}/submitted").location == f"{path}/check"


def test_a_minute_before_the_deadline_is_in_time_and_the_deadline_is_not(
    client: Client, db: DbSession, application: Application, clock: TestClock
) -> None:
    complete(db, application)
    other = factories.application(db, application.call, lead=application.members[0].person)
    complete(db, other)
    application.call.closes_at, application.call.grace = clock.now + timedelta(minutes=1), timedelta()
    db.commit()

    before = submit(client, application)[0]
    clock.advance(minutes=1)
    after = submit(client, other)[0]
    assert (before, after) == (303, 422)
    assert [state_of(db, each) for each in (application, other)] == [Lifecycle.SUBMITTED, Lifecycle.DRAFT]
    assert "The deadline is over" in client.get(f"/applications/{other.reference}/check").text


def test_whoever_has_seen_an_older_state_submits_nothing(
    client: Client, db: DbSession, application: Application
) -> None:
    complete(db, application)
    application.version = 3
    assert submit(client, application, 1) == (409, None)
    assert state_of(db, application) is Lifecycle.DRAFT


def test_readers_submit_nothing(client: Client, db: DbSession, application: Application, ana: Person) -> None:
    readers = factories.application(db, application.call)
    factories.member(db, readers, ana, role=TeamRole.READER)
    complete(db, readers)

    assert submit(client, readers)[0] == 403
    assert "Submit the application" not in client.get(f"/applications/{readers.reference}/check").text
    assert db.scalar(select(func.count()).select_from(OutboxMail)) == 0
