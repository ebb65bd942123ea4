"""What the teams' pages read: a person's applications, and the teams they have asked to join."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from registrar.applications.models import Application, JoinRequest, Member
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person


def memberships(db: DbSession, person: Person) -> Sequence[Member]:
    """Return every application in which a person has a part, those whose call closes last first."""
    statement = (
        select(Member)
        .join(Member.application)
        .join(Application.call)
        .options(
            contains_eager(Member.application).contains_eager(Application.call).joinedload(Call.programme),
            contains_eager(Member.application).joinedload(Application.institution),
        )
        .where(Member.person_id == person.id)
        .order_by(Call.closes_at.desc(), Application.id.desc())
    )
    return db.scalars(statement).all()


def membership_in_call(db: DbSession, person: Person, call: Call) -> Member | None:
    """Return a person's part in an open application to this call, the newest if there are several."""
    return next(
        (each for each in memberships(db, person)
         if each.application.call_id == call.id and each.application.withdrawn_at is None), None
    )  # fmt: skip


def waiting_requests(db: DbSession, person: Person) -> Sequence[JoinRequest]:
    """Return the teams that a person has asked to be let in and that have not answered."""
    options = joinedload(JoinRequest.application).joinedload(Application.call)
    mine = (JoinRequest.person_id == person.id, JoinRequest.settled_at.is_(None))
    return db.scalars(select(JoinRequest).where(*mine).options(options).order_by(JoinRequest.id)).all()


def requests_to(db: DbSession, application: Application) -> Sequence[JoinRequest]:
    """Return who asks to be let into the team and waits for an answer."""
    theirs = (JoinRequest.application_id == application.id, JoinRequest.settled_at.is_(None))
    return db.scalars(
        select(JoinRequest).where(*theirs).options(joinedload(JoinRequest.person)).order_by(JoinRequest.id)
    ).all()


def person_of(db: DbSession, email_key: str) -> Person | None:
    """Return who has this address."""
    return db.scalar(select(Person).where(Person.email_key == email_key))
