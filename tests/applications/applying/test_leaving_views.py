"""Withdrawing, with a reason if one likes, and taking it back."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.applications.desk_models import Note
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Verdict
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.applications.ways import mails
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.weekly.browsing import enter, press


def withdraw(client: Client, application: Application, **fields: object) -> TestResponse:
    page = f"/applications/{application.reference}/withdraw"
    return press(client, page, seen_on="/applications/link", **{"seen": "1", **fields})


def restore(client: Client, application: Application, seen: int) -> str:
    press(client, f"/applications/{application.reference}/restore", seen_on="/applications/link", seen=seen)
    return text(client.get(f"/applications/{application.reference}"))


def test_looking_at_the_page_says_what_it_means_and_changes_nothing(
    client: Client, db: DbSession, application: Application
) -> None:
    answer = client.get(f"/applications/{application.reference}/withdraw")

    db.refresh(application)
    assert (answer.status_code, application.state) == (200, Lifecycle.DRAFT)
    assert "The application takes no part in the selection any more." in text(answer)


def test_withdrawing_tells_the_whole_team_and_the_organisers_why(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    rui = factories.person(db)
    factories.member(db, application, rui)
    answer = withdraw(client, application, reason="Our director has changed.")

    db.refresh(application)
    assert (answer.status_code, application.state, application.version) == (303, Lifecycle.WITHDRAWN, 2)
    assert [mail.key for mail in mails(db, "withdrawn")] == [
        f"withdrawn:{application.id}:2:{person.id}" for person in sorted((ana, rui), key=lambda each: each.id)
    ]
    note = db.scalars(select(Note)).one()
    assert (note.text, note.staff_id) == ("Our director has changed.", None)
    assert db.scalars(select(AuditEntry.actor)).all() == [f"person:{ana.id}"]


def test_no_reason_leaves_no_note(client: Client, db: DbSession, application: Application) -> None:
    withdraw(client, application)

    assert db.scalars(select(Note)).all() == []


def test_who_has_seen_an_older_state_withdraws_nothing(client: Client, db: DbSession, application: Application) -> None:
    application.version = 2
    answer = withdraw(client, application, reason="Keep these words.")

    db.refresh(application)
    assert (answer.status_code, application.state, "Keep these words." in answer.text) == (409, Lifecycle.DRAFT, True)
    assert mails(db, "withdrawn") == []


def test_a_withdrawal_is_taken_back(client: Client, db: DbSession, application: Application) -> None:
    withdraw(client, application)
    shown = restore(client, application, 2)

    db.refresh(application)
    assert (application.state, application.version) == (Lifecycle.DRAFT, 3)
    assert "The application is open again, as it was before." in shown


def test_a_withdrawal_is_not_taken_back_beside_a_new_application(
    client: Client, db: DbSession, application: Application
) -> None:
    withdraw(client, application)
    factories.application(db, application.call, institution_id=application.institution_id)
    shown = restore(client, application, 2)

    db.refresh(application)
    assert application.state is Lifecycle.WITHDRAWN
    assert "Your institution has begun another application to this call in the meantime." in shown


def test_nothing_is_taken_back_after_the_deadline(
    client: Client, db: DbSession, application: Application, clock: TestClock, ana: Person, tokens: Tokens
) -> None:
    withdraw(client, application)
    clock.now = application.call.closes_at + application.call.grace
    enter(client, tokens, ana, clock)
    shown = restore(client, application, 2)

    db.refresh(application)
    assert application.state is Lifecycle.WITHDRAWN
    assert "The deadline is over: what was saved before it counts." in shown


def test_a_decided_application_is_not_withdrawn_here(client: Client, db: DbSession, ana: Person) -> None:
    found = factories.released(db, factories.call(db), Verdict.ACCEPT, lead=ana)

    assert withdraw(client, found).location == f"/applications/{found.reference}"
    db.refresh(found)
    assert found.state is Lifecycle.SUBMITTED
