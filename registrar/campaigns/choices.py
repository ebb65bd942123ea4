"""What organisers can choose from: series, sessions, countries, tags, letters, and who of the team gets a test."""

from collections.abc import Sequence

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.campaigns.forms import session_name
from registrar.campaigns.words import Names
from registrar.db import DbSession
from registrar.people.models import Person, PersonTag
from registrar.programmes.models import Programme, Season, Selection, Session
from registrar.programmes.rules import ProgrammeKind
from registrar.web.locale import current_locale

MOST_SESSIONS = 500


def series(db: DbSession) -> Sequence[Programme]:
    """Return the weekly series, the newest first."""
    statement = select(Programme).where(Programme.kind == ProgrammeKind.SERIES)
    return db.scalars(statement.order_by(Programme.id.desc())).all()


def sessions(db: DbSession) -> Sequence[Session]:
    """Return the latest sessions, those to come first."""
    return db.scalars(select(Session).order_by(Session.starts_at.desc()).limit(MOST_SESSIONS)).all()


def cohorts(db: DbSession) -> Sequence[Season]:
    """Return the seasons that have selected institutions, the newest first."""
    statement = select(Season).where(Season.id.in_(select(Selection.season_id))).order_by(Season.position)
    return db.scalars(statement).all()


def countries(db: DbSession) -> Sequence[str]:
    """Return the countries that somebody lives in."""
    return db.scalars(select(Person.country).where(Person.country.is_not(None)).distinct()).all()  # type: ignore[return-value]  # not None, as asked


def tags(db: DbSession) -> Sequence[str]:
    """Return every tag that somebody has."""
    return db.scalars(select(PersonTag.tag).distinct().order_by(PersonTag.tag)).all()


def team(db: DbSession) -> list[tuple[int, str]]:
    """Return who may get a test: the active members of staff."""
    statement = select(Staff).where(Staff.deactivated_at.is_(None)).order_by(Staff.name, Staff.id)
    return [(each.id, f"{each.name}, {each.email}") for each in db.scalars(statement)]


def staff_name(db: DbSession, actor: str | None) -> str:
    """Name who did something, as the audit trail writes it: `staff:3`."""
    kind, _, number = (actor or "").partition(":")
    found = db.get(Staff, int(number)) if kind == "staff" and number.isdecimal() else None
    return found.name if found else actor or ""


def names(db: DbSession) -> Names:
    """Return what the numbers in a segment stand for."""
    language = current_locale()
    return Names(
        {each.id: each.title for each in series(db)},
        {each.id: session_name(each, language) for each in sessions(db)},
        {each.id: each.title for each in cohorts(db)},
    )
