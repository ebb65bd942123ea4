"""A person's "no" to the organisers' announcements of one series, and their way back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.mail.models import OutboxMail
from registrar.mail.operations import cancel_waiting
from registrar.mail.rules import Reason
from registrar.people.models import OptOut, Person

ANNOUNCEMENTS = "campaigns.letter"
"""The kind of mail that an opt-out stops."""


def opt_out(db: DbSession, person_id: int, topic: str, *, by: str, now: datetime) -> bool:
    """Stop the announcements of this series, also those that wait in the outbox; return whether anything changed.

    A person who is not there any more has nothing to stop.
    """
    person = db.get(Person, person_id)
    row = {"person_id": person_id, "topic": topic, "created_at": now}
    if person is None or not insert_missing(db, OptOut, [row]):
        return False
    of_this_series = (
        OutboxMail.person_id == person_id, OutboxMail.kind == ANNOUNCEMENTS, OutboxMail.topic == topic,
    )  # fmt: skip
    cancel_waiting(db, Reason.UNSUBSCRIBED, *of_this_series, now=now)
    audit.record(db, by, "person.opt_out", person, now=now, topic=topic)
    return True


def opt_in(db: DbSession, person_id: int, topic: str, *, by: str, now: datetime) -> bool:
    """Send the announcements of this series again from now on; return whether anything changed."""
    statement = delete(OptOut).where(OptOut.person_id == person_id, OptOut.topic == topic)
    person = db.get(Person, person_id)
    if person is None or not db.scalars(statement.returning(OptOut.id)).all():
        return False
    audit.record(db, by, "person.opt_in", person, now=now, topic=topic)
    return True


def choose(
    db: DbSession, person_id: int, topics: Collection[str], wanted: Collection[str], *, by: str, now: datetime
) -> None:
    """Send the announcements of exactly the wanted ones of these series from now on."""
    for topic in topics:
        change = opt_in if topic in wanted else opt_out
        change(db, person_id, topic, by=by, now=now)


def complained(db: DbSession, mail: OutboxMail, now: datetime) -> None:
    """Take a person's report of an announcement as unwanted for their "no" to this series."""
    if mail.kind == ANNOUNCEMENTS and mail.person_id and mail.topic:
        opt_out(db, mail.person_id, mail.topic, by=f"person:{mail.person_id}", now=now)


def is_out(db: DbSession, person_id: int, topic: str) -> bool:
    """Tell whether this person wants no announcements of this series; ask at the last moment."""
    return topic in topics_out(db, person_id)


def topics_out(db: DbSession, person_id: int) -> set[str]:
    """Return the series whose announcements this person does not want."""
    return set(db.scalars(select(OptOut.topic).where(OptOut.person_id == person_id)))


def out_among(db: DbSession, person_ids: Collection[int], topic: str) -> set[int]:
    """Return who of these persons wants no announcements of this series."""
    statement = select(OptOut.person_id).where(OptOut.topic == topic, OptOut.person_id.in_(person_ids))
    return set(db.scalars(statement))
