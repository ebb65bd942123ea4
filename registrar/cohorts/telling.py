"""What teams are told about their place: one mail to each member, in the transaction of the fact."""

from datetime import datetime

from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane

OFFER, REMINDER = "cohorts.offer", "cohorts.offer_reminder"
ACCEPTED, LAPSED = "cohorts.accepted", "cohorts.lapsed"


def offered(db: DbSession, application: Application, *, now: datetime) -> None:
    """Write to each member of the team that a place is offered."""
    _to_team(db, application, OFFER, "offer-of-place", now, expires_at=application.offer_until)


def accepted(db: DbSession, application: Application, *, now: datetime) -> None:
    """Write to each member of the team that the place is theirs."""
    _to_team(db, application, ACCEPTED, "place-accepted", now)


def lapsed(db: DbSession, application: Application, *, now: datetime) -> None:
    """Write to each member of the team that nobody answered in time."""
    _to_team(db, application, LAPSED, "offer-lapsed", now)


def _to_team(
    db: DbSession, application: Application, kind: str, about: str, now: datetime, expires_at: datetime | None = None
) -> None:
    mails = (
        NewMail(
            key=f"{about}:{application.id}:{application.version}:{member.person_id}",
            kind=kind,
            lane=Lane.PERSONAL,
            person_id=member.person_id,
            application_id=application.id,
            expires_at=expires_at,
        )
        for member in application.members
    )
    enqueue(db, *mails, now=now)
