"""Conflicts of interest that nobody has declared: seen from ties, parent bodies and mail domains; people confirm."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registrar.applications.conflicts import declare
from registrar.applications.models import Application, Member
from registrar.applications.rules import ConflictSource, Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.reviews.assignments import end_for_conflict
from registrar.reviews.models import Reviewer
from registrar.reviews.rules import Tie

SOURCES = {
    Tie.WORKS_AT: ConflictSource.INSTITUTION,
    Tie.WORKED_AT: ConflictSource.INSTITUTION,
    Tie.MENTORED: ConflictSource.MENTORING,
    Tie.COHORT: ConflictSource.COHORT,
}
EVERYBODYS = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "hotmail.fr",
            "live.com",
            "yahoo.com",
            "yahoo.fr",
        ),
        *("icloud.com", "me.com", "gmx.de", "gmx.net", "web.de", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr"),
        *("proton.me", "protonmail.com", "aol.com", "mail.ru", "qq.com", "163.com"),
    }
)
"""Mail domains that say nothing about where somebody works."""


@dataclass(frozen=True)
class Suggestion:
    """A conflict that there may be."""

    reviewer: Reviewer
    application: Application
    source: ConflictSource


def suggest(db: DbSession, call: Call, *, by: str, now: datetime) -> int:
    """Note every conflict that can be seen and is not known yet; return how many suggestions there are in all."""
    found = list(suggestions(db, call))
    for each in found:
        declare(
            db, each.reviewer.staff_id, each.application, each.source, "", by=by, now=now, ends=end_for_conflict
        )  # fmt: skip
    return len(found)


def suggestions(db: DbSession, call: Call) -> Iterator[Suggestion]:
    """Yield for each reviewer and application of a call the strongest reason to suspect a conflict."""
    reviewers = db.scalars(
        select(Reviewer)
        .where(Reviewer.call_id == call.id, Reviewer.left_at.is_(None))
        .options(selectinload(Reviewer.ties), selectinload(Reviewer.staff))
        .order_by(Reviewer.id)
    ).all()
    applications = db.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED)
        .options(
            selectinload(Application.institution).selectinload(Institution.domains),
            selectinload(Application.members).selectinload(Member.person),
        )
        .order_by(Application.id)
    ).all()
    for reviewer in reviewers:
        for application in applications:
            if (source := _reason(reviewer, application)) is not None:
                yield Suggestion(reviewer, application, source)


def _reason(reviewer: Reviewer, application: Application) -> ConflictSource | None:
    institution = application.institution
    for tie in reviewer.ties:
        if tie.institution_id == institution.id:
            return SOURCES[tie.tie]
        if tie.tie is Tie.WORKS_AT and _is_family(tie.institution, institution):
            return ConflictSource.PARENT
    own = _domain(reviewer.staff.email)
    domains = {each.domain for each in institution.domains} | {
        _domain(each.person.email) for each in application.members
    }
    return ConflictSource.DOMAIN if own in domains - EVERYBODYS else None


def _is_family(one: Institution, other: Institution) -> bool:
    """Tell whether one is the other's parent body, or both have the same."""
    families = [{each.id, each.parent_id} - {None} for each in (one, other)]
    return bool(families[0] & families[1])


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
