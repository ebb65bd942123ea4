"""What each mail about applications is about, for people of difficult names."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from registrar.applications.models import Application, GraceLink, Invitation, JoinRequest
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from tests import factories

Scene = Callable[[DbSession, Sequence[Person], datetime], Iterator[dict[str, Any]]]


def of_call(db: DbSession, now: datetime) -> Call:
    return factories.call(db, title_en="Lend & borrow", timezone="Europe/Riga", after_en="* [Read](https://a.example)")


def drafts(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[tuple[Application, Person]]:
    call = of_call(db, now)
    for number, person in enumerate(people):
        museum = factories.institution(db, name=f"Musée <b>{number}</b> & {person.name}", confirmed_at=now)
        yield factories.application(db, call, lead=person, institution_id=museum.id), person


def ways_in(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    call = of_call(db, now)
    for number, _ in enumerate(people):
        found = _invitation(call, f"in{number}@example.org", now)
        yield {"key": f"apply:{factories.stored(db, found).id}:1", "invitation_id": found.id}


def invitations(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        found = _invitation(application.call, f"to{person.id}@example.org", now)
        found.application_id, found.role = application.id, TeamRole.EDITOR
        yield {"key": f"invited:{factories.stored(db, found).id}:1", "invitation_id": found.id}


def links(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    yield from ({"person_id": person.id} for person in people)


def submissions(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        application.state, application.submitted_at, application.counted_at = Lifecycle.SUBMITTED, now, now
        application.form_version_id = application.call.form_version_id
        yield _to(person, application, f"submitted:{application.id}:2")


def farewells(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now
        yield _to(person, application, f"withdrawn:{application.id}:2")


def join_requests(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        asks = JoinRequest(application_id=application.id, person_id=factories.person(db).id, asked_at=now)
        yield _to(person, application, f"join-request:{factories.stored(db, asks).id}")


def grace(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        link = GraceLink(application_id=application.id, reason="", created_at=now, created_by="staff:1")
        link.until = now + timedelta(days=12)
        yield _to(person, application, f"grace:{factories.stored(db, link).id}")


def reminders(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in drafts(db, people, now):
        ends = int(application.call.closes_at.timestamp())
        yield _to(person, application, f"deadline:{application.id}:10080:{ends}")


def _to(person: Person, application: Application, key: str) -> dict[str, Any]:
    return {"key": f"{key}:{person.id}", "application_id": application.id, "person_id": person.id}


def _invitation(call: Call, email: str, now: datetime) -> Invitation:
    who = {"email": email, "email_key": email, "locale": "en", "timezone": "Europe/Paris"}
    return Invitation(call_id=call.id, created_at=now, mail_number=1, **who)


SCENES: dict[str, Scene] = {
    "applications.begin": ways_in,
    "applications.invitation": invitations,
    "applications.link": links,
    "applications.submitted": submissions,
    "applications.withdrawn": farewells,
    "applications.join_request": join_requests,
    "applications.grace": grace,
    "applications.deadline": reminders,
}
