"""Locks: a page that takes many mails back and a worker that settles many never wait for each other in a ring."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text, update

from registrar.db import DbSession, alchemy
from registrar.mail import claims, delivery
from registrar.mail.claims import Owner
from registrar.mail.delivery import Prepared
from registrar.mail.models import OutboxMail
from registrar.mail.operations import cancel_waiting, look_again
from registrar.mail.rendering import Written
from registrar.mail.rules import MailState, Outcome, OutcomeKind, Reason, Stage

ONE = Owner("host:1:a")
LATER = Outcome(OutcomeKind.DEFERRED, Stage.RCPT, 450, None, "Later.")
TAKEN = Outcome(OutcomeKind.ACCEPTED, Stage.DOT, 250, None, "Ok.")
Queue = Callable[..., OutboxMail]
Step = Callable[[DbSession], None]


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return alchemy.engine


def in_hand(db: DbSession, queue: Queue, now: datetime) -> list[int]:
    """Queue mails that a worker has in hand; the last lies first in the table, where an update finds it first."""
    ids = [queue(f"letter:{number}").id for number in range(3)]
    claims.claim(db, ONE, now=now, leased_at=now)
    db.commit()
    for mail_id in ids[:2]:
        db.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(detail="moved"))
        db.commit()
    return ids


def prepared(mail_id: int) -> Prepared:
    letter = Written("bounces@example.org", f"person{mail_id}@example.org", "Hello", b"")
    return Prepared(mail_id, 0, None, False, letter)


def until_waiting(engine: Engine, number: int) -> None:
    """Return when so many transactions wait for another one; SQLite lets only one begin."""
    if engine.dialect.name == "sqlite":
        return
    waiting = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
    for _ in range(500):
        with engine.connect() as connection:
            if connection.scalar(waiting) == number:
                return
        threading.Event().wait(0.01)
    raise AssertionError("Nobody waits.")


def together(engine: Engine, first: int, steps: list[Step]) -> None:
    """Let these steps come to a mail that somebody has locked, one after the other, and go on at the same moment."""

    def run(step: Step) -> None:
        with DbSession(engine) as session:
            step(session)
            session.commit()

    with ThreadPoolExecutor(len(steps)) as pool, DbSession(engine) as other:
        other.execute(update(OutboxMail).where(OutboxMail.id == first).values(detail="locked"))
        running: list[Future[None]] = []
        for step in steps:
            running.append(pool.submit(run, step))
            until_waiting(engine, len(running))
        other.commit()
        for each in running:
            each.result()


@pytest.mark.parametrize("outcomes", [[LATER] * 3, [LATER, TAKEN, LATER]])
def test_what_a_page_takes_back_while_a_worker_writes_outcomes_harms_neither(
    db: DbSession, engine: Engine, queue: Queue, now: datetime, outcomes: list[Outcome]
) -> None:
    ids = in_hand(db, queue, now)
    ended = [(prepared(mail_id), outcome) for mail_id, outcome in zip(ids, outcomes, strict=True)]
    claims.mark_all(db, ONE, [it.mail_id for it, outcome in ended if outcome is TAKEN], now=now)
    db.commit()

    together(
        engine,
        ids[0],
        [
            lambda db: delivery.conclude_all(db, ONE, ended, now=now),
            lambda db: cancel_waiting(db, Reason.WITHDRAWN, OutboxMail.id.in_(ids), now=now),
        ],
    )

    states = list(db.scalars(select(OutboxMail.state).order_by(OutboxMail.id)))
    cancelled = [MailState.SENT if outcome is TAKEN else MailState.CANCELLED for outcome in outcomes]
    assert states == cancelled


def test_two_pages_that_change_the_same_mails_harm_neither(
    db: DbSession, engine: Engine, queue: Queue, now: datetime
) -> None:
    ids = in_hand(db, queue, now)

    together(
        engine,
        ids[0],
        [
            lambda db: look_again(db, OutboxMail.id.in_(ids)),
            lambda db: cancel_waiting(db, Reason.WITHDRAWN, OutboxMail.id.in_(ids), now=now),
        ],
    )

    assert list(db.scalars(select(OutboxMail.state))) == [MailState.CANCELLED] * 3
