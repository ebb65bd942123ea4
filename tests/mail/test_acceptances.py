"""Acceptances: the mail and its attempt in one go, and what is done where the claim was lost meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail import acceptances, claims
from registrar.mail.acceptances import Acceptance
from registrar.mail.claims import Owner
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rules import MailState, OutcomeKind

ONE, TWO = Owner("host:1:a"), Owner("host:2:b")
Queue = Callable[..., OutboxMail]


def accepted(mail: OutboxMail, code: int | None = 250, text: str = '2.0.0 Ok: "Ω" [queued], {x} as \\1') -> Acceptance:
    return Acceptance(mail.id, f"hash{mail.id}", "example.org", code, text)


def begun(db: DbSession, owner: Owner, mails: list[OutboxMail], now: datetime) -> None:
    claims.claim(db, owner, now=now, leased_at=now)
    claims.mark_all(db, owner, [mail.id for mail in mails], now=now)
    db.commit()
    db.expire_all()


def attempts(db: DbSession) -> list[tuple[int, str, OutcomeKind]]:
    found = db.scalars(select(MailAttempt).order_by(MailAttempt.outbox_id, MailAttempt.id))
    return [(each.outbox_id, each.worker, each.outcome) for each in found]


def test_mails_and_attempts_hold_what_the_server_said(db: DbSession, queue: Queue, now: datetime) -> None:
    mails = [queue(f"letter:{number}") for number in range(3)]
    begun(db, ONE, mails, now)
    said = '2.0.0 Ok: "Ω" [queued], {x} as \\1'

    acceptances.settle(db, ONE, [accepted(mails[2]), accepted(mails[0], None, "")], now=now)
    db.expire_all()

    assert [(mail.state, mail.detail, mail.content_hash, mail.attempts, mail.finished_at) for mail in mails] == [
        (MailState.SENT, "", f"hash{mails[0].id}", 1, now),
        (MailState.SENDING, "", None, 0, None),
        (MailState.SENT, f"250 {said}", f"hash{mails[2].id}", 1, now),
    ]
    assert [(mail.claimed_by, mail.lease_until) for mail in mails[::2]] == [(None, None)] * 2
    found = db.scalars(select(MailAttempt).order_by(MailAttempt.outbox_id)).all()
    assert [(it.outbox_id, it.worker, it.ended_at, it.code, it.text, it.domain_group) for it in found] == [
        (mails[0].id, ONE.name, now, None, "", "example.org"),
        (mails[2].id, ONE.name, now, 250, said, "example.org"),
    ]


def test_only_what_was_really_lost_is_late(db: DbSession, queue: Queue, now: datetime) -> None:
    """One mail is held, one was taken for lost, one is with another worker, and one is no more."""
    mails = [queue(f"letter:{number}") for number in range(4)]
    begun(db, ONE, mails, now)
    held, lost, taken_over, gone = mails
    said = [accepted(mail) for mail in mails]
    lost.state, lost.claimed_by, lost.attempts = MailState.IN_DOUBT, None, 1
    taken_over.claimed_by = TWO.name
    db.delete(gone)
    db.commit()

    acceptances.settle(db, ONE, said, now=now + timedelta(minutes=1))
    db.commit()
    db.expire_all()

    assert [(mail.state, mail.claimed_by, mail.attempts) for mail in (held, lost, taken_over)] == [
        (MailState.SENT, None, 1),
        (MailState.SENT, None, 1),
        (MailState.SENDING, TWO.name, 0),
    ]
    assert attempts(db) == [(mail.id, ONE.name, OutcomeKind.ACCEPTED) for mail in (held, lost, taken_over)]
