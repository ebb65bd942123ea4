"""The organisers’ list of 2,000 applications beside that of 200, and the exports of both (`--only desk`)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from werkzeug.test import Client

from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.definition import Choice, Definition, Question, Section, Words
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.people.models import Institution, Person
from tests import factories
from tests.bench import organiser
from tests.bench.organiser import COUNTRIES, FEW, MANY, compared, look, signed_in, statements
from tests.bench.report import Figure
from tests.databases import Databases

QUESTIONS = 24
TEXT = "We would like to show our collection to people who live far from the sea, and to hear what they know. " * 8
LISTS = {
    "list": "everything=1",
    "list by institution": "sort=institution",
    "list by progress": "sort=progress",
    "search": "q=museum+12",
    "filter by an answer": "answer=new%3Dyes",
}


def measure(kind: str, databases: Databases, folder: Path, rounds: int) -> list[Figure]:
    """Look at each list of both calls in turn, round after round."""
    app, client = signed_in(kind, databases, folder, fill)
    found = [compared(kind, name, look(client, f"applications?{query}"), rounds) for name, query in LISTS.items()]
    found += [
        compared(kind, f"export as {each}", _exports(client, each), max(rounds // 5, 1)) for each in ("csv", "xlsx")
    ]
    return [*found, *(statements(kind, app, client, "list", "applications?everything=1", each) for each in (FEW, MANY))]


def table(figures: list[Figure]) -> str:
    return organiser.table(f"the organisers' list of {MANY:,} applications", figures)


def fill(db: DbSession) -> None:
    now, version = datetime.now(UTC), factories.form_version(db, form())
    rules = [{"rule": "kinds", "kinds": ["museum"]}, {"rule": "once_per_season"}]
    for count in (FEW, MANY):
        dates = {"opens_at": now - timedelta(days=30), "closes_at": now + timedelta(days=9)}
        call = factories.call(db, slug=f"c{count}", form_version_id=version.id, eligibility=rules, **dates)
        store(db, call, count)


def form() -> Definition:
    """Return a form with as many long texts as real ones have questions, and two choices."""
    texts = tuple(Question(f"text{n}", QuestionType.LONG_TEXT, Words(f"Question {n}")) for n in range(QUESTIONS))
    sizes = (Choice("small", Words("Small")), Choice("large", Words("Large")))
    choices = (
        Question("new", QuestionType.YES_NO, Words("Is it new to you?")),
        Question("size", QuestionType.SINGLE_CHOICE, Words("Size"), choices=sizes),
    )
    return Definition((Section("all", Words("Everything"), questions=(*texts, *choices)),))


def store(db: DbSession, call: Call, count: int) -> None:
    """Write applications with their institutions, people and answers in bulk; each third is a draft."""
    now = datetime.now(UTC)
    places = [
        {"name": f"Museum {call.slug} {n}", "country": COUNTRIES[n % 10], "kind": "museum", "created_at": now}
        for n in range(count)
    ]
    institutions = db.scalars(insert(Institution).returning(Institution.id, sort_by_parameter_order=True), places).all()
    people = [_person(call, n, now) for n in range(count)]
    persons = db.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
    given = {f"text{n}": TEXT for n in range(QUESTIONS)} | {"new": True, "size": "small"}
    rows = [_application(call, n, institution, now, given) for n, institution in enumerate(institutions)]
    ids = db.scalars(insert(Application).returning(Application.id, sort_by_parameter_order=True), rows).all()
    same = {"version": 1, "form_version_id": call.form_version_id, "saved_at": now}
    for number in ids:
        db.execute(
            insert(Answer), [{**same, "application_id": number, "question": k, "value": v} for k, v in given.items()]
        )
    team = {"role": TeamRole.LEAD, "joined_at": now}
    db.execute(
        insert(Member), [{**team, "application_id": a, "person_id": p} for a, p in zip(ids, persons, strict=True)]
    )


def _person(call: Call, number: int, now: datetime) -> dict[str, Any]:
    email = f"{call.slug}-{number}@example.org"
    known = {"email": email, "email_key": email, "name": f"Person {number}", "country": "FR", "locale": "en"}
    return {**known, "timezone": "Europe/Paris", "created_at": now, "link_number": 0}


def _application(call: Call, number: int, institution: int, now: datetime, given: dict[str, Any]) -> dict[str, Any]:
    at = now - timedelta(minutes=10 * number)
    row: dict[str, Any] = {"call_id": call.id, "institution_id": institution, "reference": f"{call.slug}-{number}"}
    row |= {"version": 1, "created_at": at, "is_demo": False, "state": Lifecycle.DRAFT, "submitted_at": None}
    row |= {"form_version_id": None, "counted": None, "counted_at": None}
    row |= {"grace_asked": "", "eligibility_reason": "", "eligibility_by": ""}
    if number % 3:
        row |= {"state": Lifecycle.SUBMITTED, "submitted_at": at, "counted": given, "counted_at": at}
        row |= {"form_version_id": call.form_version_id}
    return row


def _exports(client: Client, kind: str) -> Callable[[int], None]:
    def export(count: int) -> None:
        page = client.get(f"/console/calls/c{count}/applications?everything=1").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        url = f"/console/calls/c{count}/applications/export"
        answer = client.post(url, data={"csrf_token": token, "format": kind, "reader": "team"})
        if answer.status_code != 200 or not answer.data:
            raise RuntimeError(f"The export answered {answer.status_code}.")

    return export
