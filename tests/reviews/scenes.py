"""What each mail about reviews, decisions and places is about, for people of difficult names."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from registrar.accounts.rules import Role
from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, OfferState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.people.models import Person
from registrar.reviews.models import Assignment, Reviewer, ReviewPhase
from registrar.reviews.rules import Sees
from tests import factories

Scene = Callable[[DbSession, Sequence[Person], datetime], Iterator[dict[str, Any]]]
DAY = timedelta(days=1)


def a_call(db: DbSession) -> Call:
    return factories.call(db, title_en="Lend & borrow", timezone="Europe/Riga")


def phase(db: DbSession, call: Call, now: datetime, **given: Any) -> ReviewPhase:
    """An active phase in which reviewers score, ending in three days."""
    values: dict[str, Any] = {"call_id": call.id, "position": 1, "name_en": "Reading", "name_fr": "Lecture"}
    values |= {"sees_names": True, "scores": True, "sees_others": Sees.NEVER, "discusses": False, "decides": False}
    return factories.stored(db, ReviewPhase(**{**values, "ends_at": now + 3 * DAY, "active_since": now, **given}))


def reviewer(db: DbSession, call: Call, now: datetime, **given: Any) -> Reviewer:
    values: dict[str, Any] = {"call_id": call.id, "languages": [], "subjects": [], "load": 20, "invited_at": now}
    if "staff_id" not in given:
        given["staff_id"] = factories.staff(db, Role.REVIEWER).id
    return factories.stored(db, Reviewer(**{**values, **given}))


def assignment(db: DbSession, application: Application, who: Reviewer, now: datetime) -> Assignment:
    ids = {"application_id": application.id, "reviewer_id": who.id}
    return factories.stored(db, Assignment(**ids, assigned_at=now, assigned_by="staff:1", state_at=now))


def decision_letter(db: DbSession, now: datetime, name: str = "Accepted") -> LetterVersion:
    template = factories.stored(db, LetterTemplate(name=name, use=LetterUse.DECISION, created_at=now))
    body = "Dear {{ name }} of {{ institution }}, {{ reference }}: {{ offer_until }} [go]({{ application_link }})"
    words = {f"{what}_{locale}": text for what, text in (("subject", "{{ institution }}"), ("body", body))
             for locale in ("en", "fr")}  # fmt: skip
    version = LetterVersion(template_id=template.id, number=1, created_at=now, created_by="staff:1", **words)
    return factories.stored(db, version)


def places(db: DbSession, people: Sequence[Person], **given: Any) -> Iterator[tuple[Application, Person]]:
    call = a_call(db)
    for number, person in enumerate(people):
        museum = factories.institution(db, name=f"Musée <b>{number}</b> & {person.name}")
        yield factories.offered(db, call, lead=person, institution_id=museum.id, **given), person


def decisions(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    version = decision_letter(db, now)
    for application, person in places(db, people):
        context = {"release": 1, "verdict": "accept"}
        yield {**_to(person, application, "decision"), "letter_version_id": version.id, "context": context}


def offers(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    yield from (_to(person, application, "offer-of-place") for application, person in places(db, people))


def offer_reminders(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    for application, person in places(db, people):
        ends = application.offer_until
        yield _to(person, application, "offer-reminder", int(ends.timestamp()) if ends else 0)


def acceptances(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    facts = {"offer": OfferState.ACCEPTED, "enrolment": Enrolment.ENROLLED}
    yield from (_to(person, application, "place-accepted") for application, person in places(db, people, **facts))


def lapses(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    found = places(db, people, offer=OfferState.LAPSED)
    yield from (_to(person, application, "offer-lapsed") for application, person in found)


def invitations(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    call = a_call(db)
    for person in people:
        staff = factories.staff(db, Role.REVIEWER, name=person.name)
        reviewer(db, call, now, staff_id=staff.id)
        yield {"staff_id": staff.id, "context": {"call": call.id}}


def reminders(db: DbSession, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    call = a_call(db)
    phase(db, call, now)
    application = factories.submitted(db, call)
    for person in people:
        staff = factories.staff(db, Role.REVIEWER, name=person.name)
        assignment(db, application, reviewer(db, call, now, staff_id=staff.id), now)
        yield {"staff_id": staff.id}


SCENES: dict[str, Scene] = {
    "reviews.decision": decisions,
    "reviews.invitation": invitations,
    "reviews.reminder": reminders,
    "cohorts.offer": offers,
    "cohorts.offer_reminder": offer_reminders,
    "cohorts.accepted": acceptances,
    "cohorts.lapsed": lapses,
}


def _to(person: Person, application: Application, about: str, number: int = 2) -> dict[str, Any]:
    key = f"{about}:{application.id}:{number}:{person.id}"
    return {"key": key, "application_id": application.id, "person_id": person.id}
