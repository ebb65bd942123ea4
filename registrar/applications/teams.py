"""Who belongs to an application and what they may do: every page of a team asks here."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from registrar.applications.models import Application, Member
from registrar.applications.rules import TeamRole
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person

WRITING = frozenset({TeamRole.LEAD, TeamRole.EDITOR})


def membership(db: DbSession, person: Person, reference: str) -> Member | None:
    """Return a person's part in the application with this reference, with its call and form; None if they have none."""
    return db.scalar(
        _membership(person, reference).options(
            joinedload(Member.application).joinedload(Application.call).joinedload(Call.form_version),
            joinedload(Member.application).joinedload(Application.institution),
        )
    )


def bare_membership(db: DbSession, person: Person, reference: str) -> Member | None:
    """Return the same without the call and its form, which take longer to read than everything else."""
    return db.scalar(_membership(person, reference).options(contains_eager(Member.application)))


def _membership(person: Person, reference: str) -> Select[Member]:
    wanted = (Application.reference == reference, Member.person_id == person.id)
    return select(Member).join(Member.application).where(*wanted)


def members(db: DbSession, application: Application) -> list[Member]:
    """Return the team in the order in which it came together."""
    statement = select(Member).where(Member.application_id == application.id).options(joinedload(Member.person))
    return list(db.scalars(statement.order_by(Member.joined_at, Member.person_id)))


def may_write(member: Member) -> bool:
    return member.role in WRITING


def may_lead(member: Member) -> bool:
    return member.role is TeamRole.LEAD
