"""Everything that decides about one person's mails of one session, read at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from registrar.accounts.models import Staff
from registrar.console import reach
from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.addresses import BadAddress
from registrar.mail.models import BounceReport, OutboxMail, Suppression
from registrar.mail.suppression import suppression_of
from registrar.people import opt_outs
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.weekly.models import Attendance, Registration, Seat, SignUp, Unsubscription
from registrar.weekly.rules import Subscription

MOST_OTHERS = 50


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about one person and one session."""

    person: Person
    session: Session
    registration: Registration | None
    seat: Seat | None
    switched_off: frozenset[Subscription]
    rules: list[ReminderRule]
    exempted: frozenset[int]
    """Rules that are switched off for this session."""
    plans: dict[int, ReminderPlan]
    """The newest plan of each rule."""
    mails: dict[int, OutboxMail]
    """The newest mail of each rule."""
    attended: bool
    suppression: Suppression | None
    """Why nothing goes to the address, if so."""
    is_out: bool
    """Whether they want no mailings of this series."""
    paused: frozenset[str]
    """Gates that are closed."""
    others: Sequence[OutboxMail] = field(default=())
    """The mails about the session or the registration that are no reminders, the newest first."""

    def is_paused(self, kind: str) -> bool:
        """Tell whether mail of this kind waits for somebody to resume it."""
        return not self.paused.isdisjoint({gate.EVERYTHING, gate.kind_scope(kind)})


def gather(db: DbSession, staff: Staff, person: Person, session: Session) -> Facts:
    """Read everything that decides about this person's mails of a session, as far as it exists for who asks."""
    registration = db.scalar(
        select(Registration).where(
            Registration.person_id == person.id, Registration.programme_id == session.programme_id
        )
    )
    mine = registration.id if registration else 0
    rules = select(ReminderRule).where(ReminderRule.programme_id == session.programme_id)
    off = select(Unsubscription.subscription).where(Unsubscription.registration_id == mine)
    exempted = select(ReminderExemption.rule_id).where(ReminderExemption.session_id == session.id)
    plans = select(ReminderPlan).where(ReminderPlan.session_id == session.id).order_by(ReminderPlan.revision)
    return Facts(
        person=person,
        session=session,
        registration=registration,
        seat=db.scalar(select(Seat).where(Seat.registration_id == mine, Seat.session_id == session.id)),
        switched_off=frozenset(db.scalars(off)),
        rules=list(db.scalars(rules.order_by(ReminderRule.anchor.desc(), ReminderRule.lead.desc(), ReminderRule.id))),
        exempted=frozenset(db.scalars(exempted)),
        plans={plan.rule_id: plan for plan in db.scalars(plans)},
        mails=_reminders(db, session, mine),
        attended=_attended(db, person, session),
        suppression=_suppression(db, person),
        is_out=opt_outs.is_out(db, person.id, session.programme.slug),
        paused=frozenset(each.scope for each in gate.closed(db)),
        others=_others(db, staff, person, session, mine),
    )


def _reminders(db: DbSession, session: Session, registration_id: int) -> dict[int, OutboxMail]:
    """Return the newest reminder of each rule, with its attempts and what came back."""
    found = select(OutboxMail).where(
        OutboxMail.session_id == session.id,
        OutboxMail.registration_id == registration_id,
        OutboxMail.rule_id.is_not(None),
    )
    mails = db.scalars(found.order_by(OutboxMail.id).options(*_story()))
    return {mail.rule_id: mail for mail in mails if mail.rule_id}


def _others(
    db: DbSession, staff: Staff, person: Person, session: Session, registration_id: int
) -> Sequence[OutboxMail]:
    """Return confirmations, notices and mailings of the series: what is about another session is left out."""
    asked = select(SignUp.id).where(SignUp.email_key == person.email_key, SignUp.programme_id == session.programme_id)
    theirs = or_(
        OutboxMail.person_id == person.id,
        OutboxMail.registration_id == registration_id,
        OutboxMail.sign_up_id.in_(db.scalars(asked).all()),
    )
    about = or_(OutboxMail.session_id == session.id, OutboxMail.session_id.is_(None))
    of_series = or_(OutboxMail.topic == session.programme.slug, OutboxMail.campaign_id.is_(None))
    statement = select(OutboxMail).where(reach.mails(staff), theirs, about, of_series, OutboxMail.rule_id.is_(None))
    return db.scalars(
        statement.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(MOST_OTHERS).options(*_story())
    ).all()


def _story() -> tuple[Any, Any]:
    return selectinload(OutboxMail.tries), selectinload(OutboxMail.reports).defer(BounceReport.raw)


def _attended(db: DbSession, person: Person, session: Session) -> bool:
    presence = select(func.count()).where(Attendance.person_id == person.id, Attendance.session_id == session.id)
    return bool(db.scalar(presence))


def _suppression(db: DbSession, person: Person) -> Suppression | None:
    try:
        return suppression_of(db, person.email)
    except BadAddress:
        return None
