"""A whole call as files: applications, reviews, scores, decisions, offers, history; what exists for one organiser."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.desk import export_queries, sheets
from registrar.applications.documents.contents import Reader
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.cohorts import queries as places
from registrar.db import DbSession
from registrar.reviews import history_queries
from registrar.reviews.decision_models import Decision
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer
from registrar.web import csv_lines


@dataclass(frozen=True)
class Table:
    """A file of the export: its name, headings and rows."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write(file: IO[bytes], tables: Sequence[Table]) -> None:
    """Write a ZIP with each table as CSV, and all of them as JSON."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            lines = [csv_lines.line(table.headings), *(csv_lines.line(map(_text, row)) for row in table.rows)]
            archive.writestr(f"{table.name}.csv", "\ufeff" + "".join(lines))
        whole = {table.name: [dict(zip(table.headings, row, strict=True)) for row in table.rows] for table in tables}
        archive.writestr("call.json", json.dumps(whole, default=_text, ensure_ascii=False, indent=1))


def tables(db: DbSession, call: Call, staff: Staff) -> list[Table]:
    """Return everything of a call that exists for a member of staff; a reviewer's private note is nobody else's."""
    assigned = _assignments(db, call, staff)
    made = [
        _reviews(assigned),
        _scores(db, call, assigned),
        _decisions(db, call, staff),
        _offers(db, call, staff),
        _promotions(db, call, staff),
        _history(db, call, staff),
    ]
    return [_applications(db, call, staff), *made]


def _applications(db: DbSession, call: Call, staff: Staff) -> Table:
    versions = export_queries.versions_used(db, call, staff)
    sheet = sheets.sheet(versions.values(), Reader.TEAM)
    mine = select(Application.id).where(Application.call_id == call.id, reachable(staff)).order_by(Application.id)
    numbers = db.scalars(mine).all()
    rows = [sheet.row(each) for each in export_queries.exported(db, call, staff, numbers, versions)]
    return Table("applications", sheet.headings, rows)


def _assignments(db: DbSession, call: Call, staff: Staff) -> list[Assignment]:
    statement = (
        select(Assignment)
        .join(Assignment.application)
        .where(Application.call_id == call.id, reachable(staff))
        .options(
            joinedload(Assignment.application).joinedload(Application.institution),
            joinedload(Assignment.reviewer).joinedload(Reviewer.staff),
            joinedload(Assignment.review).selectinload(Review.scores),
        )
        .order_by(Assignment.application_id, Assignment.id)
    )
    return list(db.scalars(statement))


def _reviews(assigned: Sequence[Assignment]) -> Table:
    headings = ("reference", "reviewer", "assignment", "reason", "review", "submitted_at", "comment", "feedback")
    return Table("reviews", headings, [_review(each) for each in assigned])


def _review(each: Assignment) -> list[Any]:
    review = each.review
    said = [review.state, review.submitted_at, review.comment, review.feedback] if review else ["", None, "", ""]
    return [each.application.reference, each.reviewer.staff.name, each.state, each.reason, *said]


def _scores(db: DbSession, call: Call, assigned: Sequence[Assignment]) -> Table:
    titles = {each.id: each for each in db.scalars(select(Criterion).where(Criterion.call_id == call.id))}
    rows = [
        [each.application.reference, each.reviewer.staff.name, titles[score.criterion_id].title("en"),
         titles[score.criterion_id].weight, score.value]
        for each in assigned
        if each.review is not None
        for score in each.review.scores
    ]  # fmt: skip
    return Table("scores", ("reference", "reviewer", "criterion", "weight", "value"), rows)


def _decisions(db: DbSession, call: Call, staff: Staff) -> Table:
    statement = select(Decision).join(Decision.application).where(Decision.call_id == call.id, reachable(staff))
    rows = [
        [each.application.reference, each.verdict, each.waitlist_position, each.reason, each.decided_at,
         each.decided_by, each.application.released_verdict, each.application.released_at]
        for each in db.scalars(statement.options(joinedload(Decision.application)).order_by(Decision.application_id))
    ]  # fmt: skip
    headings = ("reference", "verdict", "waitlist_position", "reason", "decided_at", "decided_by")
    return Table("decisions", (*headings, "released_verdict", "released_at"), rows)


def _offers(db: DbSession, call: Call, staff: Staff) -> Table:
    found = places.standing(db, call, staff)
    rows = [
        [each.reference, each.institution.name, each.offer, each.offer_until, each.waitlist_position, each.enrolment]
        for each in (*found.applications, *found.waiting)
    ]
    headings = ("reference", "institution", "offer", "offer_until", "waitlist_position", "enrolment")
    return Table("offers", headings, rows)


def _promotions(db: DbSession, call: Call, staff: Staff) -> Table:
    rows = [
        [each.application.reference, each.freed_by.reference if each.freed_by else "", each.promotion.cause,
         each.promotion.waitlist_position, each.promotion.promoted_at, each.promotion.promoted_by]
        for each in places.standing(db, call, staff).promotions
    ]  # fmt: skip
    headings = ("reference", "place_of", "cause", "waitlist_position", "promoted_at", "promoted_by")
    return Table("promotions", headings, rows)


def _history(db: DbSession, call: Call, staff: Staff) -> Table:
    rows = list(_entries(db, call, staff))
    return Table("history", ("at", "who", "what", "reference", "facts"), rows)


def _entries(db: DbSession, call: Call, staff: Staff) -> Iterator[list[Any]]:
    entries = db.scalars(history_queries.statement(call, staff)).all()
    for each in history_queries.told(db, entries):
        reference = each.application.reference if each.application else ""
        facts = json.dumps(each.entry.details, ensure_ascii=False)
        yield [each.entry.at, each.entry.actor, each.entry.action, reference, facts]


def _text(value: object) -> str:
    """Write a cell: moments in UTC with their offset, as every program reads them."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
