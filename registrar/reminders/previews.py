"""A rule's mail as a real person would read it, in both languages, with links that open nothing of theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.folding import contains
from registrar.mail.kinds import Draft
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import words
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.reminders import queries
from registrar.reminders.audiences import recipients
from registrar.reminders.facts import Recipient, gather
from registrar.reminders.mails import Writer
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import due_at, kind_of
from registrar.settings import Settings
from registrar.weekly.models import Registration
from registrar.weekly.rules import SeatState

READERS = 8
NO_BODY = "Camille Moreau"
"""Who reads it while nobody has registered."""
PERSONAL = {"join_url": "/my", "join_link": "/my", "my_link": "/my"}


def reader(db: DbSession, rule: ReminderRule, session: Session) -> Registration | None:
    """Return the first of those whom the rule would write to about the session, else anybody of the series."""
    due = due_at(rule, session) or session.starts_at
    first = recipients(rule, session.id, due, Registration.id).order_by(Registration.id).limit(1)
    of_series = select(Registration.id).where(Registration.programme_id == session.programme_id)
    found = db.scalar(first) or db.scalar(of_series.order_by(Registration.id).limit(1))
    return registration(db, session, found) if found else None


def registration(db: DbSession, session: Session, registration_id: int) -> Registration | None:
    """Return a registration of the session's series with its person."""
    mine = (Registration.id == registration_id, Registration.programme_id == session.programme_id)
    return db.scalar(select(Registration).options(joinedload(Registration.person)).where(*mine))


def readers(db: DbSession, session: Session, text: str) -> Sequence[Registration]:
    """Return a few registrations of the series whose name or address holds this text."""
    like = or_(contains(Person.name, text), contains(Person.email, text))
    found = select(Registration).join(Registration.person).options(joinedload(Registration.person))
    mine = found.where(Registration.programme_id == session.programme_id, like)
    return db.scalars(mine.order_by(Registration.id).limit(READERS)).all()


def sample(
    db: DbSession, rule: ReminderRule, session: Session, to: Registration | None, locale: str, now: datetime
) -> Draft:
    """Return the mail that this person would get when it is due, in this language."""
    due = due_at(rule, session) or now
    mail = OutboxMail(
        id=0, session_id=session.id, rule_id=rule.id, registration_id=to.id if to else 0, revision=session.revision
    )
    mail.kind, mail.due_at = kind_of(rule.anchor, rule.audience), due
    mail.letter_version_id = queries.newest_version(db, rule)
    facts = gather(db, session.id, [mail], due)
    recipient = facts.recipients.get(mail.registration_id or 0) or _imagined(to, now)
    places = facts.positions or {recipient.registration_id: 3}
    writer = Writer(replace(facts, positions=places))
    return _harmless(writer.draft(mail, rule, recipient._replace(locale=locale)))


def read(draft: Draft) -> tuple[str, str, str]:
    """Return subject, text and HTML of a sample."""
    return words(draft, _settings())


def _imagined(to: Registration | None, now: datetime) -> Recipient:
    """Return somebody who has a seat: this person, or an imagined one."""
    settings, person = _settings(), to.person if to else None
    return Recipient(
        registration_id=to.id if to else 0,
        id=person.id if person else 0,
        name=person.name if person else NO_BODY,
        email=person.email if person else "camille@example.org",
        locale="en",
        timezone=person.timezone if person else settings.default_timezone,
        link_number=0,
        confirmed_at=now,
        cancelled_at=None,
        state=SeatState.CONFIRMED,
        state_at=now,
        changes=0,
        queue_number=None,
    )


def _harmless(draft: Draft) -> Draft:
    """Let no link of the preview act for the person."""
    base = _settings().base_url
    own = {name: base + PERSONAL[name] if name in PERSONAL else value for name, value in draft.personal.items()}
    return replace(draft, personal=own, unsubscribe_url=f"{base}/my/mails", manage_url=f"{base}/my", calendar=None)


def _settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found
