"""Reminders to teams with an open offer: three days and one day before its deadline, once each, the nearest only."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registrar.applications.models import Application, Member
from registrar.applications.rules import OfferState
from registrar.applications.teams import may_write
from registrar.calls.models import Call
from registrar.cohorts.rules import OFFER_REMINDERS, reminder_due
from registrar.cohorts.telling import REMINDER
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane


def remind(db: DbSession, now: datetime) -> int:
    """Queue the reminders that are due to whoever may answer; a job of the worker. Return how many are new."""
    statement = (
        select(Application)
        .join(Application.call)
        .where(
            Application.offer == OfferState.OPEN,
            Application.offer_until > now,
            Application.offer_until <= now + max(OFFER_REMINDERS),
            Call.frozen_at.is_(None),
        )
        .options(selectinload(Application.members))
    )
    return sum(_remind(db, each, now) for each in db.scalars(statement).all())


JOBS = (remind,)


def key(application: Application, until: datetime, lead: timedelta, person_id: int) -> str:
    """Return `offer-reminder:<application>:<deadline>:<lead in hours>:<person>`: a new deadline reminds anew."""
    hours = int(lead.total_seconds() // 3600)
    return f"offer-reminder:{application.id}:{int(until.timestamp())}:{hours}:{person_id}"


def _remind(db: DbSession, application: Application, now: datetime) -> int:
    until = application.offer_until
    lead = reminder_due(until, now) if until is not None else None
    if until is None or lead is None:
        return 0
    mails = [_mail(application, until, lead, member) for member in application.members if may_write(member)]
    return enqueue(db, *mails, now=now)


def _mail(application: Application, until: datetime, lead: timedelta, member: Member) -> NewMail:
    return NewMail(
        key=key(application, until, lead, member.person_id),
        kind=REMINDER,
        lane=Lane.REMINDER,
        person_id=member.person_id,
        application_id=application.id,
        due_at=until - lead,
        expires_at=until,
    )
