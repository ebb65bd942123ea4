"""Claims: who may touch a mail, and what becomes of mails whose worker is gone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail import claims
from registrar.mail.claims import LostClaim, Owner
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.operations import look_again
from registrar.mail.rules import Lane, MailState, OutcomeKind

ONE, TWO = Owner("host:1:a"), Owner("host:2:b")
Queue = Callable[..., OutboxMail]


def claim(db: DbSession, owner: Owner, now: datetime, limit: int = 20) -> list[int]:
    ids = claims.claim(db, owner, now=now, leased_at=now, limit=limit)
    db.commit()
    db.expire_all()
    return ids


def test_a_mail_is_claimed_by_one_worker_only(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()

    assert [claim(db, ONE, now), claim(db, TWO, now)] == [[mail.id], []]


def test_claims_come_in_the_order_of_lane_and_time(db: DbSession, queue: Queue, now: datetime) -> None:
    late = queue("late", due_at=now - timedelta(minutes=1))
    early = queue("early", due_at=now - timedelta(minutes=2))
    reminder = queue("reminder", due_at=now - timedelta(hours=1), lane=Lane.REMINDER)

    assert [claim(db, ONE, now, limit=2), claim(db, ONE, now)] == [[early.id, late.id], [reminder.id]]


def test_a_worker_that_lost_its_claim_can_mark_and_settle_nothing(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()
    claim(db, ONE, now)
    claims.recover(db, TWO, now=now, leased_at=now + timedelta(minutes=2))
    claim(db, TWO, now)

    with pytest.raises(LostClaim):
        claims.mark(db, ONE, mail.id, now=now)
    settled = claims.settle(db, ONE, mail.id, {"state": MailState.SENT})
    db.refresh(mail)

    assert (settled, mail.state, mail.claimed_by) == (False, MailState.SENDING, TWO.name)


def test_what_a_worker_has_in_hand_is_not_claimed_again_by_it(db: DbSession, queue: Queue, now: datetime) -> None:
    """It lost the claim because what it speaks of has changed; two copies in one hand would both leave."""
    mail = queue()
    claim(db, ONE, now)
    look_again(db, OutboxMail.id == mail.id)
    db.commit()

    again = claims.claim(db, ONE, now=now, leased_at=now, in_hand=[mail.id])
    db.commit()

    assert (again, claim(db, ONE, now)) == ([], [mail.id])


def test_a_mail_is_marked_once(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()
    claim(db, ONE, now)

    assert [claims.mark_all(db, ONE, [mail.id], now=now) for _ in range(2)] == [{mail.id}, set()]


def test_a_lease_that_runs_out_before_the_marker_puts_the_mail_back(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()
    claim(db, ONE, now)

    recovered = claims.recover(db, TWO, now=now, leased_at=now + timedelta(seconds=61))

    assert (recovered, mail.state, mail.claimed_by, mail.attempts) == (1, MailState.QUEUED, None, 0)


def test_a_lease_that_runs_out_after_the_marker_leaves_the_mail_in_doubt(
    db: DbSession, queue: Queue, now: datetime
) -> None:
    mail = queue()
    claim(db, ONE, now)
    claims.mark(db, ONE, mail.id, now=now)
    db.expire_all()

    claims.recover(db, TWO, now=now, leased_at=now + timedelta(seconds=61))

    attempt = db.scalars(select(MailAttempt)).one()
    assert (mail.state, mail.claimed_by, mail.attempts) == (MailState.IN_DOUBT, None, 1)
    assert (attempt.outcome, attempt.worker) == (OutcomeKind.IN_DOUBT, ONE.name)


def test_a_lease_that_is_renewed_does_not_run_out(db: DbSession, queue: Queue, now: datetime) -> None:
    queue()
    claim(db, ONE, now)
    claims.renew(db, ONE, leased_at=now + timedelta(seconds=50))

    assert claims.recover(db, TWO, now=now, leased_at=now + timedelta(seconds=61)) == 0


def test_an_acceptance_that_comes_late_settles_a_doubtful_mail(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()
    claim(db, ONE, now)
    claims.mark(db, ONE, mail.id, now=now)
    db.expire_all()
    claims.recover(db, TWO, now=now, leased_at=now + timedelta(seconds=61))

    claims.settle_late_acceptance(db, mail.id, now=now, content_hash="abc")
    db.refresh(mail)

    assert (mail.state, mail.content_hash, claim(db, TWO, now)) == (MailState.SENT, "abc", [])


def test_given_back_mails_can_be_claimed_again(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()
    claim(db, ONE, now)

    claims.release(db, ONE, [mail.id])

    assert claim(db, TWO, now) == [mail.id]
