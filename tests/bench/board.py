"""The decision board and the ranking of 2,000 applications × 3 reviews beside those of 200 (`--only board`)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import create_engine, insert, text
from werkzeug.test import Client

from registrar import migrations
from registrar.accounts.models import StaffSession
from registrar.app import ROOT, create_app
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession, engine_options, prepare
from registrar.people.models import Institution
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewScore
from registrar.reviews.rules import ReviewState
from registrar.settings import load_settings
from registrar.tokens import new_secret, secret_hash
from tests import factories
from tests.bench.desk import COUNTRIES, FEW, MANY, figure, seconds, signed_in
from tests.bench.report import Figure
from tests.bench.serving import SECRET
from tests.databases import Databases
from tests.reviews import boards
from tests.statements import queries

REVIEWERS, EACH, CRITERIA = 15, 3, 4
PAGES = {
    "board": "board",
    "board by raw mean": "board?sort=raw",
    "board by country": "board?sort=country",
    "board, filtered": "board?country=FR&mark=toss_up",
    "ranking": "results",
}


def measure(kind: str, databases: Databases, folder: Path, rounds: int) -> list[Figure]:
    """Fill a database with both calls, and look at each page in turn, round after round."""
    url = databases.fresh_url(kind)
    secret = fill(url)
    environ = {"REGISTRAR_ENV": "testing", "REGISTRAR_DATA_DIR": str(folder), "REGISTRAR_DATABASE_URL": url}
    app = create_app(load_settings(environ | {"REGISTRAR_SECRET_KEYS": SECRET}, ROOT / "config"))
    client = signed_in(app, secret)
    first = [_first(kind, client, count) for count in (FEW, MANY)]
    found = [figure(kind, name, _pages(client, path), rounds) for name, path in PAGES.items()]
    return [*found, *first, *_statements(kind, app, client)]


def table(figures: list[Figure]) -> str:
    """Write the figures as Markdown."""
    lines = [
        f"| {each.name} | {each.value:,.1f} {each.unit} | {f'{each.ratio:.2f} × that of {FEW}' if each.ratio else ''} |"
        for each in figures
    ]
    heading = f"### the decision board of {MANY:,} applications × {EACH} reviews"
    return "\n".join([heading, "", "| | | |", "| --- | --: | --- |", *lines])


def fill(url: str) -> str:
    """Store two calls with their reviews and an organiser; return the secret of the organiser's cookie."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    now, secret = datetime.now(UTC), new_secret()
    with DbSession(engine) as db:
        for count in (FEW, MANY):
            dates = {"opens_at": now - timedelta(days=30), "closes_at": now - timedelta(days=9)}
            store(db, factories.call(db, slug=f"c{count}", places=20, **dates), count)
        staff = factories.staff(db, link_number=1)
        times = {"created_at": now, "expires_at": now + timedelta(hours=12)}
        factories.stored(db, StaffSession(staff_id=staff.id, token_hash=secret_hash(secret), **times))
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    engine.dispose()
    return secret


def store(db: DbSession, call: Call, count: int) -> None:
    """Write applications with three submitted reviews each, in bulk."""
    now, random = datetime.now(UTC), np.random.default_rng(count)
    criteria = [boards.criterion(db, call, number) for number in range(1, CRITERIA + 1)]
    reviewers = [boards.reviewer(db, call, f"Reviewer {number}") for number in range(REVIEWERS)]
    applications = _applications(db, call, count, now)
    chosen = [random.choice(REVIEWERS, EACH, replace=False) for _ in applications]
    pairs = [(each, reviewers[one]) for each, some in zip(applications, chosen, strict=True) for one in some]
    assignments = _ids(db, Assignment, [_assignment(each, reviewer, now) for each, reviewer in pairs])
    reviews = _ids(db, Review, [_review(number, now) for number in assignments])
    levels = random.integers(1, 6, (len(reviews), CRITERIA))
    scores = [
        {"review_id": review, "criterion_id": criterion.id, "value": int(level)}
        for review, row in zip(reviews, levels, strict=True)
        for criterion, level in zip(criteria, row, strict=True)
    ]
    db.execute(insert(ReviewScore), scores)


def _applications(db: DbSession, call: Call, count: int, now: datetime) -> list[int]:
    places = [
        {"name": f"Museum {call.slug} {n}", "country": COUNTRIES[n % 10], "kind": "museum", "created_at": now}
        for n in range(count)
    ]
    same = {"call_id": call.id, "state": Lifecycle.SUBMITTED, "version": 1, "created_at": now, "is_demo": False}
    same |= {"submitted_at": now, "counted": {}, "counted_at": now, "form_version_id": call.form_version_id}
    same |= {"grace_asked": "", "eligibility_reason": "", "eligibility_by": ""}
    rows = [
        {**same, "institution_id": institution, "reference": f"{call.slug}-{n}"}
        for n, institution in enumerate(_ids(db, Institution, places))
    ]
    return _ids(db, Application, rows)


def _ids(db: DbSession, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    return list(db.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _assignment(application: int, reviewer: Reviewer, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"application_id": application, "reviewer_id": reviewer.id, "state": "assigned"}
    return {**row, "reason": "", "assigned_at": now, "assigned_by": "staff:1", "state_at": now}


def _review(assignment: int, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"assignment_id": assignment, "state": ReviewState.SUBMITTED, "version": 2}
    return {**row, "comment": "", "private_note": "", "feedback": "", "saved_at": now, "submitted_at": now}


def _pages(client: Client, path: str) -> Callable[[int], None]:
    def look(count: int) -> None:
        answer = client.get(f"/console/calls/c{count}/{path}")
        if answer.status_code != 200:
            raise RuntimeError(f"The page answered {answer.status_code}.")

    return look


def _first(kind: str, client: Client, count: int) -> Figure:
    """Measure the first look after a review has changed: everything is computed."""
    value = 1000 * seconds(_pages(client, "board"), count)
    return Figure(f"{kind}: first board of {count} after a review", value, "ms", None, "", 1)


def _statements(kind: str, app: Flask, client: Client) -> Iterator[Figure]:
    for path in ("board", "results"):
        with queries(app) as sent:
            client.get(f"/console/calls/c{MANY}/{path}")
        yield Figure(f"{kind}: {path} of {MANY} applications", len(sent), "statements", None, "", 1)
