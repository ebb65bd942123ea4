"""What becomes of applications when one of their team is forgotten.

A draft of nobody else goes whole, with its files. Where others write too, the person leaves the team and somebody else
leads it. What was submitted stays the institution's. Wherever a team is named in an answer, the person's row goes.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, func, or_, select

from registrar.applications import answers, teams
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import TeamRole
from registrar.audit import operations as audit
from registrar.calls.definition import Definition
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.privacy.application_holdings import applications_of


def leave(db: DbSession, person: Person, *, by: str, now: datetime) -> None:
    """Take a person out of every application; the rest of their traces follow by foreign keys."""
    mine = db.scalars(select(Application.id).where(applications_of(person)).order_by(Application.id)).all()
    naming = db.scalars(select(Application.id).where(_names(person)).order_by(Application.id)).all()
    for number in sorted({*mine, *naming}):
        application = answers.locked(db, number)
        _forget_named(db, application, person, names={person.name.strip().casefold()} if number in mine else set())
        if number in mine:
            _leave(db, application, person, by=by, now=now)
    db.flush()


def _leave(db: DbSession, application: Application, person: Person, *, by: str, now: datetime) -> None:
    others = [each for each in teams.members(db, application) if each.person_id != person.id]
    if not others and application.submitted_at is None:
        audit.record(db, by, "application.erase", application, now=now)
        db.flush()
        db.execute(delete(Application).where(Application.id == application.id))
        return
    if others and not any(map(teams.may_lead, others)):
        heir = min(others, key=lambda each: (not teams.may_write(each), each.joined_at, each.person_id))
        heir.role = TeamRole.LEAD
        audit.record(db, by, "application.role", application, now=now, person=heir.person_id, role=TeamRole.LEAD)
    db.execute(delete(Member).where(Member.application_id == application.id, Member.person_id == person.id))
    audit.record(db, by, "application.leave", application, now=now, person=person.id)


def _names(person: Person) -> Any:
    """Match applications with an answer in which the person's address may occur, as JSON writes it."""
    wanted = json.dumps(person.email_key)[1:-1].lower()
    holds = func.lower(cast(Answer.value, Text)).contains(wanted, autoescape=True)
    counts = func.lower(cast(Application.counted, Text)).contains(wanted, autoescape=True)
    return or_(Application.id.in_(select(Answer.application_id).where(holds)), counts)


def _forget_named(db: DbSession, application: Application, person: Person, names: set[str]) -> None:
    """Take the person out of the answers that name people, by address, and by these names where there is none."""
    keys = _team_questions(answers.form_of(application).definition)
    for key, stored in answers.stored(db, application).items():
        left = _without(stored.value, person, names) if key in keys else stored.value
        if left != stored.value:
            stored.value, stored.version = left, stored.version + 1
    if application.counted is not None:
        application.counted = {
            key: _without(value, person, names) if key in keys else value for key, value in application.counted.items()
        }


def _team_questions(definition: Definition) -> frozenset[str]:
    return frozenset(each.key for each in definition.questions() if each.type is QuestionType.TEAM)


def _without(value: Any, person: Person, names: set[str]) -> Any:
    return [each for each in value if not _is(person, each, names)] if isinstance(value, list) else value


def _is(person: Person, row: Mapping[str, str], names: set[str]) -> bool:
    address = row.get("email", "").strip().casefold()
    if address:
        return address in {person.email_key, person.email.casefold()}
    return row.get("name", "").strip().casefold() in names
