"""The decision board and the ranking of 2,000 applications × 3 reviews beside those of 200 (`--only board`)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from werkzeug.test import Client

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewScore
from registrar.reviews.rules import ReviewState
from tests import factories
from tests.bench import organiser
from tests.bench.organiser import COUNTRIES, FEW, MANY, compared, look, seconds, signed_in, statements
from tests.bench.report import Figure
from tests.databases import Databases
from tests.reviews import boards

REVIEWERS, EACH, CRITERIA = 15, 3, 4
PAGES = {
    "board": "board",
    "board by raw mean": "board?sort=raw",
    "board by country": "board?sort=country",
    "board, filtered": "board?country=FR&mark=toss_up",
    "ranking": "results",
}


def measure(kind: str, databases: Databases, folder: Path, rounds: int) -> list[Figure]:
    """Look at each page of both calls in turn, round after round, and at the board right after a review."""
    app, client = signed_in(kind, databases, folder, fill)
    first = [_first(kind, client, count) for count in (FEW, MANY)]
    found = [compared(kind, name, look(client, path), rounds) for name, path in PAGES.items()]
    return [*found, *first, *(statements(kind, app, client, each, each, MANY) for each in ("board", "results"))]


def table(figures: list[Figure]) -> str:
    return organiser.table(f"the decision board of {MANY:,} applications × {EACH} reviews", figures)


def fill(db: DbSession) -> None:
    now = datetime.now(UTC)
    for count in (FEW, MANY):
        dates = {"opens_at": now - timedelta(days=30), "closes_at": now - timedelta(days=9)}
        store(db, factories.call(db, slug=f"c{count}", places=20, **dates), count)


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


def _first(kind: str, client: Client, count: int) -> Figure:
    """Measure the first look after a review has changed: everything is computed."""
    value = 1000 * seconds(look(client, "board"), count)
    return Figure(f"{kind}: first board of {count} after a review", value, "ms", None, "", 1)
