"""Submitting by a member of the team: the move, and the mail about it to everybody of the team."""

from datetime import datetime

from registrar.applications import lifecycle, teams
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person


def submit(db: DbSession, application_id: int, *, seen: int, by: Person, now: datetime) -> Application:
    """Submit an application and tell its team; see `lifecycle.submit` for what may be refused."""
    application = lifecycle.submit(db, application_id, seen=seen, actor=f"person:{by.id}", now=now)
    mails = [
        NewMail(
            key=f"submitted:{application.id}:{application.version}:{member.person_id}",
            kind="applications.submitted",
            person_id=member.person_id,
            application_id=application.id,
        )
        for member in teams.members(db, application)
    ]
    enqueue(db, *mails, now=now)
    return application
