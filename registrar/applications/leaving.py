"""A team withdraws its application, says why if it likes, and takes that back until the deadline."""

from datetime import datetime

from sqlalchemy import select

from registrar.applications import lifecycle, teams
from registrar.applications.desk_models import Note
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Who, deadline
from registrar.db import DbSession
from registrar.errors import N_, Conflict
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person

KIND = "applications.withdrawn"


def withdraw(
    db: DbSession, application: Application, reason: str, *, seen: int, by: Person, now: datetime
) -> Application:
    """Withdraw for the team and tell every member; the reason, if there is one, becomes a note for the organisers."""
    actor = f"person:{by.id}"
    found = lifecycle.withdraw(db, application.id, seen=seen, by=Who.TEAM, actor=actor, now=now)
    if reason:
        db.add(Note(application_id=found.id, staff_id=None, text=reason, created_at=now))
    tell(db, found, now=now)
    return found


def tell(db: DbSession, application: Application, *, now: datetime) -> None:
    """Queue the mail to each member that says that their application was withdrawn."""
    mails = (NewMail(key=f"withdrawn:{application.id}:{application.version}:{member.person_id}", kind=KIND,
                     person_id=member.person_id, application_id=application.id,
                     context={"version": application.version})
             for member in teams.members(db, application))  # fmt: skip
    enqueue(db, *mails, now=now)


def restore(db: DbSession, application: Application, *, seen: int, by: Person, now: datetime) -> Application:
    """Take the team's withdrawal back, unless its institution has begun another application since."""
    other = select(Application.id).where(
        Application.call_id == application.call_id,
        Application.institution_id == application.institution_id,
        Application.state != Lifecycle.WITHDRAWN,
    )
    if application.state is Lifecycle.WITHDRAWN and db.scalar(other) is not None:
        raise Conflict(N_("Your institution has begun another application to this call in the meantime."))
    return lifecycle.restore(db, application.id, seen=seen, by=Who.TEAM, actor=f"person:{by.id}", now=now)


def may_return(application: Application, now: datetime) -> bool:
    """Tell whether the team may take its withdrawal back at `now`."""
    end = deadline(application.call.saves_until, application.extended_until)
    return application.state is Lifecycle.WITHDRAWN and now < end
