"""The worker: each mail once, in order, whatever one of them does."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.db import db as worker_db
from registrar.mail import claims
from registrar.mail.claims import Owner
from registrar.mail.models import LocalMail, MailAttempt, OutboxMail, Suppression
from registrar.mail.rules import Lane, MailState, OutcomeKind, Reason
from registrar.mail.smtp_url import parse_smtp_url
from registrar.mail.transactions import writing
from registrar.mail.transport import Ended, Parcel, SmtpTransport
from registrar.mail.worker import JOBS, Worker
from tests.conftest import TestClock
from tests.smtp import Do, ScriptedServer, Stage, Step

Queue = Callable[..., OutboxMail]
Work = Callable[..., int]


@contextmanager
def serving(folder: Path, *script: Step) -> Iterator[tuple[ScriptedServer, SmtpTransport]]:
    with ScriptedServer(folder / "journal.jsonl", script) as server:
        transport = SmtpTransport(parse_smtp_url(f"smtp://127.0.0.1:{server.port}"))
        try:
            yield server, transport
        finally:
            transport.close()


class Broken:
    """A transport with a fault of its own, before or after the marker."""

    lines = 1

    def __init__(self, marks: int) -> None:
        self.marks = marks
        self._parcel: Parcel | None = None

    def free(self, most: int | None = None) -> int:
        return int(self._parcel is None)

    def begin(self, parcel: Parcel) -> None:
        self._parcel = parcel

    def advance(self, seconds: float) -> bool:
        return False

    def ready(self) -> list[Parcel]:
        return [self._parcel] if self._parcel and self.marks else []

    def confirm(self, marked: Collection[int], following: deque[Parcel]) -> list[Parcel]:
        self.marks = 0
        return []

    def ended(self) -> list[Ended]:
        if self.marks or self._parcel is None:
            return []
        parcel, self._parcel = self._parcel, None
        return [(parcel, ZeroDivisionError())]

    def abandon(self) -> list[Parcel]:
        return []

    def close(self) -> None: ...


def row(mail: OutboxMail) -> tuple[Any, ...]:
    return mail.state, mail.reason, mail.attempts


def attempts(db: DbSession, mail: OutboxMail) -> list[tuple[OutcomeKind, int | None]]:
    found = db.scalars(select(MailAttempt).where(MailAttempt.outbox_id == mail.id).order_by(MailAttempt.id))
    return [(attempt.outcome, attempt.code) for attempt in found]


def reply(stage: Stage, text: str, **given: Any) -> Step:
    return Step(stage, Do.REPLY, text, **given)


def test_without_a_mail_server_a_mail_is_kept_in_the_local_mailbox(db: DbSession, queue: Queue, work: Work) -> None:
    mail = queue()

    work()

    kept = db.scalars(select(LocalMail)).one()
    assert row(mail) == (MailState.SENT, None, 1)
    assert (kept.outbox_id, kept.recipient, kept.subject) == (mail.id, "ana@example.org", "A letter for Ana")
    assert (mail.claimed_by, mail.lease_until, mail.finished_at) == (None, None, kept.delivered_at)


def test_a_mail_is_handed_to_the_server_once(db: DbSession, queue: Queue, work: Work, tmp_path: Path) -> None:
    mail = queue()
    with serving(tmp_path) as (server, transport):
        work(transport)
        work(transport)
        lines = server.journal.lines()

    assert [(line["to"], line["message_id"]) for line in lines] == [
        (["ana@example.org"], f"<{mail.message_id}@wearemuseums.example>")
    ]
    assert row(mail) == (MailState.SENT, None, 1)
    assert (mail.content_hash, mail.marked_at) == (lines[0]["sha256"], mail.finished_at)
    assert attempts(db, mail) == [(OutcomeKind.ACCEPTED, 250)]


def test_personal_mail_goes_before_reminders_and_these_before_campaigns(
    queue: Queue, work: Work, tmp_path: Path
) -> None:
    for lane in (Lane.CAMPAIGN, Lane.REMINDER, Lane.PERSONAL):
        queue(f"letter:{lane}", f"{lane.name.lower()}@example.org", lane=lane)
    with serving(tmp_path) as (server, transport):
        work(transport)
        assert [line["to"] for line in server.journal.lines()] == [
            ["personal@example.org"],
            ["reminder@example.org"],
            ["campaign@example.org"],
        ]


def test_a_mail_is_not_sent_before_it_is_due(db: DbSession, queue: Queue, work: Work, clock: TestClock) -> None:
    mail = queue(due_at=clock.now + timedelta(hours=1))

    work()
    before = mail.state
    clock.advance(hours=1)
    work()

    assert (before, mail.state) == (MailState.QUEUED, MailState.SENT)


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("test.withdrawn", MailState.CANCELLED, Reason.WITHDRAWN),
        ("test.superseded", MailState.SKIPPED, Reason.SUPERSEDED),
    ],
)
def test_a_mail_that_is_not_needed_any_more_ends_with_the_reason(
    queue: Queue, work: Work, kind: str, state: MailState, reason: Reason
) -> None:
    mail = queue(kind=kind)

    work()

    assert row(mail) == (state, reason, 0)


def test_an_expired_mail_is_skipped(queue: Queue, work: Work, clock: TestClock) -> None:
    mail = queue(expires_at=clock.now + timedelta(minutes=1))
    clock.advance(minutes=1)

    work()

    assert row(mail) == (MailState.SKIPPED, Reason.EXPIRED, 0)


@pytest.mark.parametrize("kind", ["test.broken", "test.bad_query"])
def test_a_mail_that_cannot_be_written_fails_after_three_tries_and_harms_no_other(
    db: DbSession, queue: Queue, work: Work, clock: TestClock, kind: str
) -> None:
    bad, good = queue("bad", kind=kind), queue("good")

    for _ in range(5):
        work()
        clock.advance(hours=1)

    assert row(bad) == (MailState.FAILED, Reason.FAULT, 3)
    assert row(good) == (MailState.SENT, None, 1)
    assert attempts(db, bad) == [(OutcomeKind.DEFERRED, None)] * 3
    assert (
        bad.detail.removesuffix(" while it was being prepared.")
        in {
            "test.broken": ["KeyError"],
            "test.bad_query": ["OperationalError", "ProgrammingError"],
        }[kind]
    )


@pytest.mark.parametrize(
    ("marks", "state", "outcome"),
    [(0, MailState.DEFERRED, OutcomeKind.DEFERRED), (1, MailState.QUEUED, OutcomeKind.IN_DOUBT)],
)
def test_a_fault_of_the_transport_stops_nothing(
    app: Flask, db: DbSession, queue: Queue, clock: TestClock, marks: int, state: MailState, outcome: OutcomeKind
) -> None:
    mail = queue()
    db.commit()
    with app.app_context():
        worker = Worker(Broken(marks), Owner("test:1:a"), clock)
        worker.tick(clock.now)
        with writing():
            claims.recover(worker_db, Owner("test:1:a"), now=clock.now, leased_at=clock.now)
            claims.resend_doubtful(worker_db, now=clock.now)
    db.expire_all()

    assert (mail.state, mail.attempts, attempts(db, mail)) == (state, 1, [(outcome, None)])


def test_a_job_that_fails_keeps_no_mail(app: Flask, queue: Queue, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(db: DbSession, now: object) -> int:
        raise LookupError

    monkeypatch.setitem(app.extensions, JOBS, [fails])
    mail = queue()

    work()

    assert mail.state is MailState.SENT


def test_an_unknown_mailbox_fails_and_is_suppressed(db: DbSession, queue: Queue, work: Work, tmp_path: Path) -> None:
    mail, later = queue("letter:1"), queue("letter:2", "Ana@EXAMPLE.org")
    with serving(tmp_path, reply(Stage.RCPT, "550 5.1.1 ana@example.org: no such user")) as (server, transport):
        work(transport)
        assert server.journal.lines() == []

    assert row(mail) == (MailState.FAILED, Reason.SMTP, 1)
    assert "@" not in mail.detail
    assert row(later) == (MailState.SKIPPED, Reason.SUPPRESSED, 0)
    assert len(db.scalars(select(Suppression)).all()) == 1


def test_a_full_mailbox_fails_without_suppression(db: DbSession, queue: Queue, work: Work, tmp_path: Path) -> None:
    mail = queue()
    with serving(tmp_path, reply(Stage.RCPT, "552 5.2.2 Mailbox full")) as (_server, transport):
        work(transport)

    assert row(mail) == (MailState.FAILED, Reason.SMTP, 1)
    assert db.scalars(select(Suppression)).all() == []


def test_what_can_be_no_address_fails_without_asking_the_server(
    db: DbSession, queue: Queue, work: Work, tmp_path: Path
) -> None:
    mail = queue(to="ana\u200b@example.org")
    with serving(tmp_path) as (server, transport):
        work(transport)
        assert server.connections == 0

    assert row(mail) == (MailState.FAILED, Reason.SMTP, 0)
    assert attempts(db, mail) == [(OutcomeKind.REJECTED_RECIPIENT, None)]


def test_a_deferred_mail_is_tried_again_and_ends_when_it_expires(
    db: DbSession, queue: Queue, work: Work, clock: TestClock, tmp_path: Path
) -> None:
    mail = queue(expires_at=clock.now + timedelta(hours=2))
    with serving(tmp_path, reply(Stage.RCPT, "451 4.3.0 Try again later")) as (_server, transport):
        work(transport)
        first = (mail.state, mail.next_at > clock.now)
        for _ in range(30):
            clock.advance(minutes=5)
            work(transport)

    assert first == (MailState.DEFERRED, True)
    assert (mail.state, mail.reason) == (MailState.FAILED, Reason.EXPIRED)
    assert set(attempts(db, mail)) == {(OutcomeKind.DEFERRED, 451)}
    assert mail.attempts == len(attempts(db, mail))


def test_greylisting_is_waited_out(queue: Queue, work: Work, clock: TestClock, tmp_path: Path) -> None:
    mail = queue()
    with serving(tmp_path, reply(Stage.RCPT, "451 4.7.1 Greylisted", times=1)) as (server, transport):
        work(transport)
        clock.advance(minutes=4, seconds=59)
        work(transport)
        too_early = len(server.journal.lines())
        clock.advance(minutes=6)
        work(transport)

    assert (too_early, row(mail)) == (0, (MailState.SENT, None, 2))


def test_a_host_that_is_busy_costs_no_attempt_and_pauses_the_worker(
    db: DbSession, queue: Queue, work: Work, clock: TestClock, tmp_path: Path
) -> None:
    mails = [queue(f"letter:{number}") for number in range(3)]
    with serving(tmp_path, reply(Stage.MAIL, "421 4.3.2 Busy", times=1)) as (_server, transport):
        work(transport)
        tried = [len(attempts(db, mail)) for mail in mails]
        clock.advance(minutes=2)
        work(transport)

    assert tried == [1, 0, 0]
    assert [row(mail) for mail in mails] == [(MailState.SENT, None, 1)] * 3


def test_a_policy_fault_fails_nobody_and_pauses_the_worker(
    db: DbSession, queue: Queue, work: Work, clock: TestClock, tmp_path: Path
) -> None:
    mails = [queue(f"letter:{number}") for number in range(3)]
    with serving(tmp_path, reply(Stage.MAIL, "550 5.7.1 You are blocked", times=1)) as (_server, transport):
        work(transport)
        tried = [row(mail) for mail in mails]
        clock.advance(minutes=10)
        work(transport)

    assert tried == [(MailState.QUEUED, None, 0)] * 3
    assert [row(mail) for mail in mails] == [(MailState.SENT, None, 1)] * 3


def test_one_recipient_refused_for_policy_stops_nobody_else(queue: Queue, work: Work, tmp_path: Path) -> None:
    refused, other = queue("letter:1", "shy@example.org"), queue("letter:2")
    step = reply(Stage.RCPT, "550 5.7.1 Not from you", recipient="shy@example.org")
    with serving(tmp_path, step) as (_server, transport):
        work(transport)

    assert (row(refused), row(other)) == ((MailState.QUEUED, None, 0), (MailState.SENT, None, 1))


def test_a_lost_answer_leaves_the_mail_in_doubt_and_it_is_sent_again_with_its_message_id(
    db: DbSession, queue: Queue, work: Work, clock: TestClock, tmp_path: Path
) -> None:
    mail = queue()
    with serving(tmp_path, Step(Stage.DOT, Do.ACCEPT_THEN_DROP, times=1)) as (server, transport):
        work(transport)
        doubtful = row(mail)
        clock.advance(minutes=5)
        work(transport)
        ids = [line["message_id"] for line in server.journal.lines()]

    assert doubtful == (MailState.IN_DOUBT, None, 1)
    assert row(mail) == (MailState.SENT, None, 2)
    assert ids == [f"<{mail.message_id}@wearemuseums.example>"] * 2
    assert attempts(db, mail) == [(OutcomeKind.IN_DOUBT, None), (OutcomeKind.ACCEPTED, 250)]


def test_a_campaign_in_doubt_waits_for_a_person(queue: Queue, work: Work, clock: TestClock, tmp_path: Path) -> None:
    mail = queue(lane=Lane.CAMPAIGN)
    with serving(tmp_path, Step(Stage.DOT, Do.ACCEPT_THEN_DROP, times=1)) as (server, transport):
        work(transport)
        clock.advance(hours=1)
        work(transport)

        assert (row(mail), len(server.journal.lines())) == ((MailState.IN_DOUBT, None, 1), 1)


def test_a_doubtful_mail_that_expires_stays_in_doubt_with_the_reason(
    queue: Queue, work: Work, clock: TestClock, tmp_path: Path
) -> None:
    mail = queue(expires_at=clock.now + timedelta(minutes=1))
    with serving(tmp_path, Step(Stage.DOT, Do.ACCEPT_THEN_DROP, times=1)) as (_server, transport):
        work(transport)
        clock.advance(minutes=5)
        work(transport)
        work(transport)

    assert row(mail) == (MailState.IN_DOUBT, Reason.EXPIRED, 1)
    assert mail.finished_at == clock.now


def test_mail_withdrawn_while_it_was_claimed_does_not_leave(
    app: Flask, db: DbSession, queue: Queue, work: Work, clock: TestClock
) -> None:
    """A claimed mail is checked again when its turn comes, not when it was claimed."""
    mail = queue()
    claims.claim(db, Owner("test:1:a"), now=clock.now, leased_at=clock.now)
    mail.kind = "test.withdrawn"

    work(name="test:1:a")

    assert row(mail) == (MailState.CANCELLED, Reason.WITHDRAWN, 0)
