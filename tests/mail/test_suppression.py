"""Addresses that get no mail: in batches, with a reason, reversible."""

from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict
from registrar.mail import suppression
from registrar.mail.models import Suppression
from registrar.mail.rules import SuppressionReason

pytestmark = pytest.mark.usefixtures("context")


def test_a_batch_tells_the_suppressed_addresses_as_they_were_given(db: DbSession, now: datetime) -> None:
    suppression.suppress(db, "ana@musée.example", SuppressionReason.BOUNCE, now=now)

    given = ["Ana@xn--muse-dpa.example", "ANA@musée.example", "ben@example.org", "no address", ""]

    assert suppression.suppressed_among(db, given) == {"Ana@xn--muse-dpa.example", "ANA@musée.example"}


def test_a_batch_may_be_large(db: DbSession, now: datetime) -> None:
    addresses = [f"person{number}@example.org" for number in range(1201)]
    new = suppression.suppress_all(db, addresses, SuppressionReason.COMPLAINT, now=now)

    again = suppression.suppress_all(db, [*addresses, addresses[0]], SuppressionReason.BOUNCE, now=now)

    assert (new, again) == (1201, 0)
    assert suppression.suppressed_among(db, [*addresses, "free@example.org"]) == set(addresses)


def test_the_first_reason_stays(db: DbSession, now: datetime) -> None:
    suppression.suppress(db, "ana@example.org", SuppressionReason.COMPLAINT, now=now, detail="abuse")

    new = suppression.suppress(db, "Ana@Example.org", SuppressionReason.BOUNCE, now=now)

    stored = db.scalars(select(Suppression)).one()
    assert (new, stored.reason, stored.detail, stored.created_by) == (
        False, SuppressionReason.COMPLAINT, "abuse", "worker",
    )  # fmt: skip


def test_what_a_person_stops_and_lifts_stands_in_the_trail(db: DbSession, now: datetime) -> None:
    found = suppression.stop(db, "ana@example.org", why="asked by phone", by="staff:1", now=now)
    suppression.lift(db, "ana@example.org", why="a new mailbox", by="staff:2", now=now)

    trail = db.execute(select(AuditEntry.actor, AuditEntry.action, AuditEntry.subject_id, AuditEntry.details)).all()
    assert suppression.is_suppressed(db, "ana@example.org") is False
    assert [tuple(entry) for entry in trail] == [
        ("staff:1", "suppression.stop", found.id, {"reason": "by_hand", "why": "asked by phone"}),
        ("staff:2", "suppression.lift", found.id, {"reason": "by_hand", "why": "a new mailbox"}),
    ]


def test_stopping_or_lifting_twice_is_refused(db: DbSession, now: datetime) -> None:
    suppression.stop(db, "ana@example.org", why="asked", by="staff:1", now=now)
    with pytest.raises(Conflict):
        suppression.stop(db, "ana@example.org", why="asked", by="staff:1", now=now)

    suppression.lift(db, "ana@example.org", why="asked", by="staff:1", now=now)
    with pytest.raises(Conflict):
        suppression.lift(db, "ana@example.org", why="asked", by="staff:1", now=now)
