"""Who is working on an application right now, and on which section."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from registrar.applications.models import Application, Member
from registrar.applications.rules import PRESENT_FOR
from registrar.db import DbSession

SEEN_AGAIN = timedelta(seconds=10)
"""How old a sign of life may be before work writes down another; far less than it lasts."""


def note(db: DbSession, member: Member, section: str | None, *, now: datetime) -> None:
    """Write down a sign of life; None: they have left."""
    mine = (Member.application_id == member.application_id, Member.person_id == member.person_id)
    seen_at = now if section else None
    statement = update(Member).where(*mine).values(seen_at=seen_at, seen_section=section)
    db.execute(statement, execution_options={"synchronize_session": False})


def renew(db: DbSession, member: Member, section: str | None, *, now: datetime) -> None:
    """Let work on a section be a sign of life, written down as often as it takes to be seen."""
    if member.seen_section != section or member.seen_at is None or now - member.seen_at >= SEEN_AGAIN:
        note(db, member, section, now=now)


def others(db: DbSession, application: Application, member: Member, *, now: datetime) -> list[Member]:
    """Return who else of the team gave a sign of life a moment ago, with their names."""
    statement = select(Member).where(
        Member.application_id == application.id,
        Member.person_id != member.person_id,
        Member.seen_at > now - PRESENT_FOR,
    )
    return list(db.scalars(statement.options(joinedload(Member.person)).order_by(Member.person_id)))
