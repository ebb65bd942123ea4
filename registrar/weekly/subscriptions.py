"""Which kinds of a series' mail a person wants: everything, until they switch one off."""

from datetime import datetime

from sqlalchemy import delete, select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.mail.models import OutboxMail
from registrar.mail.operations import cancel_waiting
from registrar.mail.rules import Reason
from registrar.weekly.models import Registration, Unsubscription
from registrar.weekly.rules import Subscription

KINDS = {
    Subscription.REMINDERS: ("reminders.before", "reminders.waiting"),
    Subscription.FOLLOW_UPS: ("reminders.follow_up", "reminders.after"),
    Subscription.NEWS: ("weekly.added",),
}
"""The kinds of mail that each subscription stands for."""


def wants(db: DbSession, registration_id: int, subscription: Subscription) -> bool:
    """Tell whether a mail of this kind may still be sent; ask at the last moment."""
    return subscription not in unwanted(db, registration_id)


def unwanted(db: DbSession, registration_id: int) -> set[Subscription]:
    """Return what this registration has unsubscribed from."""
    statement = select(Unsubscription.subscription).where(Unsubscription.registration_id == registration_id)
    return set(db.scalars(statement))


def unsubscribe(
    db: DbSession, registration: Registration, subscription: Subscription, *, by: str, now: datetime
) -> bool:
    """Stop this kind of mail, also what waits in the outbox; return whether anything changed."""
    row = {"registration_id": registration.id, "subscription": subscription, "created_at": now}
    if not insert_missing(db, Unsubscription, [row]):
        return False
    of_this_kind = (OutboxMail.registration_id == registration.id, OutboxMail.kind.in_(KINDS[subscription]))
    cancel_waiting(db, Reason.UNSUBSCRIBED, *of_this_kind, now=now)
    audit.record(db, by, "weekly.unsubscribe", registration, now=now, subscription=subscription)
    return True


def resubscribe(
    db: DbSession, registration: Registration, subscription: Subscription, *, by: str, now: datetime
) -> bool:
    """Send this kind of mail again from now on; return whether anything changed."""
    statement = delete(Unsubscription).where(
        Unsubscription.registration_id == registration.id, Unsubscription.subscription == subscription
    )
    if not db.execute(statement.returning(Unsubscription.id)).all():
        return False
    audit.record(db, by, "weekly.resubscribe", registration, now=now, subscription=subscription)
    return True


def complained(db: DbSession, mail: OutboxMail, now: datetime) -> None:
    """Unsubscribe from the kind of mail that a person has reported as unwanted, if it can be unsubscribed from."""
    registration = db.get(Registration, mail.registration_id) if mail.registration_id else None
    subscription = next((each for each, kinds in KINDS.items() if mail.kind in kinds), None)
    if registration and subscription:
        unsubscribe(db, registration, subscription, by=f"person:{registration.person_id}", now=now)


def choose(db: DbSession, registration: Registration, wanted: set[Subscription], *, by: str, now: datetime) -> None:
    """Send exactly these kinds of mail from now on."""
    for subscription in Subscription:
        change = resubscribe if subscription in wanted else unsubscribe
        change(db, registration, subscription, by=by, now=now)
