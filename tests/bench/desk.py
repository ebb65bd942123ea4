"""The organisers’ list of 2,000 applications beside that of 200, and the exports of both (`--only desk`)."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, insert, text
from werkzeug.test import Client

from registrar import migrations
from registrar.accounts.models import StaffSession
from registrar.app import ROOT, create_app
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.definition import Choice, Definition, Question, Section, Words
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession, engine_options, prepare
from registrar.people.models import Institution, Person
from registrar.settings import load_settings
from registrar.tokens import new_secret, secret_hash
from tests import factories
from tests.bench.report import Figure
from tests.bench.serving import SECRET
from tests.databases import Databases
from tests.statements import queries

FEW, MANY = 200, 2_000
QUESTIONS = 24
TEXT = "We would like to show our collection to people who live far from the sea, and to hear what they know. " * 8
LISTS = {
    "list": "everything=1",
    "list by institution": "sort=institution",
    "list by progress": "sort=progress",
    "search": "q=museum+12",
    "filter by an answer": "answer=new%3Dyes",
}
COUNTRIES = ("FR", "DE", "GH", "BR", "JP", "US", "IT", "ES", "PL", "CA")


def measure(kind: str, databases: Databases, folder: Path, rounds: int) -> list[Figure]:
    """Fill a database with both calls, and look at each list in turn, round after round."""
    url = databases.fresh_url(kind)
    secret = fill(url)
    environ = {"REGISTRAR_ENV": "testing", "REGISTRAR_DATA_DIR": str(folder), "REGISTRAR_DATABASE_URL": url}
    app = create_app(load_settings(environ | {"REGISTRAR_SECRET_KEYS": SECRET}, ROOT / "config"))
    client = signed_in(app, secret)
    found = [figure(kind, name, _pages(client, query), rounds) for name, query in LISTS.items()]
    found += [
        figure(kind, f"export as {each}", _exports(client, each), max(rounds // 5, 1)) for each in ("csv", "xlsx")
    ]
    return [*found, *_statements(kind, app, client)]


def table(figures: list[Figure]) -> str:
    """Write the figures as Markdown."""
    lines = [
        f"| {each.name} | {each.value:,.1f} {each.unit} | {f'{each.ratio:.2f} × that of {FEW}' if each.ratio else ''} |"
        for each in figures
    ]
    return "\n".join(
        [f"### the organisers' list of {MANY:,} applications", "", "| | | |", "| --- | --: | --- |", *lines]
    )


def fill(url: str) -> str:
    """Store two calls and an organiser; return the secret of the organiser's cookie."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    now, secret = datetime.now(UTC), new_secret()
    with DbSession(engine) as db:
        version = factories.form_version(db, form())
        for count in (FEW, MANY):
            dates = {"opens_at": now - timedelta(days=30), "closes_at": now + timedelta(days=9)}
            rules = [{"rule": "kinds", "kinds": ["museum"]}, {"rule": "once_per_season"}]
            store(
                db, factories.call(db, slug=f"c{count}", form_version_id=version.id, eligibility=rules, **dates), count
            )
        staff = factories.staff(db, link_number=1)
        times = {"created_at": now, "expires_at": now + timedelta(hours=12)}
        factories.stored(db, StaffSession(staff_id=staff.id, token_hash=secret_hash(secret), **times))
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    engine.dispose()
    return secret


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


def signed_in(app: Flask, secret: str) -> Client:
    """Return a client with an organiser's cookie."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": secret, "_fresh": True})
    return client


def _pages(client: Client, query: str) -> Callable[[int], None]:
    def look(count: int) -> None:
        answer = client.get(f"/console/calls/c{count}/applications?{query}")
        if answer.status_code != 200:
            raise RuntimeError(f"The list answered {answer.status_code}.")

    return look


def _exports(client: Client, kind: str) -> Callable[[int], None]:
    def export(count: int) -> None:
        page = client.get(f"/console/calls/c{count}/applications?everything=1").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        url = f"/console/calls/c{count}/applications/export"
        answer = client.post(url, data={"csrf_token": token, "format": kind, "reader": "team"})
        if answer.status_code != 200 or not answer.data:
            raise RuntimeError(f"The export answered {answer.status_code}.")

    return export


def figure(kind: str, name: str, act: Callable[[int], None], rounds: int) -> Figure:
    """Compare within each round, so that a machine that slows down slows both."""
    for count in (FEW, MANY):
        act(count)
    pairs = [(seconds(act, FEW), seconds(act, MANY)) for _ in range(rounds)]
    ratio = median(many / few for few, many in pairs)
    milliseconds = 1000 * median(many for _, many in pairs)
    return Figure(f"{kind}: {name} of {MANY} applications", milliseconds, "ms", ratio, f"{name} of {FEW}", rounds)


def seconds(act: Callable[[int], None], count: int) -> float:
    began = time.perf_counter()
    act(count)
    return time.perf_counter() - began


def _statements(kind: str, app: Flask, client: Client) -> Iterator[Figure]:
    for count in (FEW, MANY):
        with queries(app) as sent:
            client.get(f"/console/calls/c{count}/applications?everything=1")
        yield Figure(f"{kind}: list of {count} applications", len(sent), "statements", None, "", 1)
