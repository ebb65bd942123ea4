"""The stream: markers before dots, many mails a commit, and nothing that a slow or lost one does to the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.campaigns.models import Campaign
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse
from registrar.mail import gate
from registrar.mail.claims import Owner
from registrar.mail.models import MailAttempt, MailGate, OutboxMail
from registrar.mail.operations import cancel_waiting
from registrar.mail.rules import GateReason, Lane, MailState, OutcomeKind, Reason
from registrar.mail.smtp_url import SmtpServer, Timeouts
from registrar.mail.transport import SmtpTransport
from registrar.mail.worker import Worker
from tests import factories
from tests.conftest import TestClock
from tests.smtp import Do, ScriptedServer, Stage, Step

Queue = Callable[..., OutboxMail]


@pytest.fixture
def tick(app: Flask, clock: TestClock, db: DbSession) -> Callable[..., int]:
    """Let a worker with several lines work until nothing is due."""

    def run(transport: SmtpTransport, name: str = "test:1:a", **given: Any) -> int:
        db.commit()
        with app.app_context():
            done = Worker(transport, Owner(name, timedelta(seconds=60)), clock, **given).run_once(clock.now)
        db.expire_all()
        return done

    return run


@contextmanager
def serving(folder: Path, *script: Step, lines: int = 4, final: float = 10) -> Iterator[tuple[Any, SmtpTransport]]:
    with ScriptedServer(folder / "journal.jsonl", script) as server:
        timeouts = Timeouts(connect=10, answer=10, final=final)
        transport = SmtpTransport(SmtpServer("127.0.0.1", server.port, timeouts=timeouts), lines=lines)
        try:
            yield server, transport
        finally:
            transport.close()


def states(db: DbSession) -> list[MailState]:
    db.rollback()
    return list(db.scalars(select(OutboxMail.state).order_by(OutboxMail.id)))


def recipients(server: ScriptedServer) -> list[str]:
    return sorted(line["to"][0] for line in server.journal.lines())


def a_campaign(db: DbSession, now: datetime) -> Campaign:
    made = {"created_at": now, "created_by": "staff:1"}
    template = factories.stored(db, LetterTemplate(name="News", use=LetterUse.CAMPAIGN, created_at=now))
    of = {"programme_id": factories.series(db).id, "template_id": template.id}
    return factories.stored(db, Campaign(name="News", segment={}, timezone="Europe/Paris", **of, **made))


def queue_many(queue: Queue, number: int, **given: Any) -> list[OutboxMail]:
    return [queue(f"letter:{each}", f"person{each}@example.org", **given) for each in range(number)]


def test_several_lines_carry_each_mail_once(db: DbSession, queue: Queue, tick: Any, tmp_path: Path) -> None:
    queue_many(queue, 40)
    with serving(tmp_path) as (server, transport):
        done = tick(transport)
        found = (recipients(server), server.connections)

    assert found == (sorted(f"person{each}@example.org" for each in range(40)), 4)
    assert (done, states(db)) == (40, [MailState.SENT] * 40)
    attempts = db.scalars(select(MailAttempt)).all()
    assert [(each.outcome, each.code, each.domain_group) for each in attempts] == [
        (OutcomeKind.ACCEPTED, 250, "example.org")
    ] * 40


def test_a_silent_line_holds_up_no_other(db: DbSession, queue: Queue, tick: Any, tmp_path: Path) -> None:
    """The server says nothing to one recipient until all others have their mail."""
    queue_many(queue, 12)
    with serving(tmp_path, Step(Stage.DATA, Do.SILENCE, recipient="person1@example.org"), lines=2) as (server, to):
        real = to.ended
        ended: list[Any] = []

        def look() -> list[Any]:
            found = real()
            ended.extend(found)
            if len(ended) == 11 and found:
                server.hang_up()
            return found

        to.ended = look  # type: ignore[method-assign]  # it sees what the worker sees
        tick(to)

    assert [result.kind for _, result in ended] == [OutcomeKind.ACCEPTED] * 11 + [OutcomeKind.DEFERRED]
    assert states(db).count(MailState.SENT) == 11


def test_an_answer_that_comes_too_late_is_none(db: DbSession, queue: Queue, tick: Any, tmp_path: Path) -> None:
    queue()
    with serving(tmp_path, Step(Stage.DOT, Do.ACCEPT_THEN_SILENCE, times=1), final=0.1) as (_, transport):
        tick(transport)

    assert states(db) == [MailState.IN_DOUBT]


def test_what_is_cancelled_while_it_is_in_hand_does_not_leave(
    app: Flask, db: DbSession, queue: Queue, clock: TestClock, tmp_path: Path
) -> None:
    """The withdrawal is committed after the body was handed over and before the marker."""
    mail = queue()
    db.commit()
    with serving(tmp_path) as (server, transport), app.app_context():
        worker = Worker(transport, Owner("test:1:a"), clock)
        begin = transport.begin

        def begin_and_withdraw(parcel: Any) -> None:
            begin(parcel)
            cancel_waiting(db, Reason.WITHDRAWN, OutboxMail.id == mail.id, now=clock.now)
            db.commit()

        transport.begin = begin_and_withdraw  # type: ignore[method-assign]  # it happens at this very moment
        worker.run_once(clock.now)
        assert (server.journal.lines(), "." in server.play.commands) == ([], False)

    db.expire_all()
    assert (mail.state, mail.reason, mail.claimed_by, mail.marked_at) == (
        MailState.CANCELLED,
        Reason.WITHDRAWN,
        None,
        None,
    )


def test_what_is_marked_is_not_cancelled_any_more(db: DbSession, queue: Queue, clock: TestClock) -> None:
    mail = queue()
    mail.state, mail.claimed_by, mail.marked_at = MailState.SENDING, "test:1:a", clock.now

    cancel_waiting(db, Reason.WITHDRAWN, OutboxMail.id == mail.id, now=clock.now)
    db.refresh(mail)

    assert (mail.state, mail.reason) == (MailState.SENDING, None)


@pytest.mark.parametrize("scope", [gate.EVERYTHING, gate.kind_scope("test.letter")])
def test_a_closed_gate_holds_mail_back_until_it_is_opened(
    db: DbSession, queue: Queue, tick: Any, clock: TestClock, tmp_path: Path, scope: str
) -> None:
    queue()
    other = queue("letter:2", kind="weekly.confirm")
    gate.close(db, scope, GateReason.PAUSED, by="staff:1", now=clock.now)
    with serving(tmp_path) as (_, transport):
        tick(transport)
        held = (states(db)[0], other.state)
        gate.reopen(db, scope)
        tick(transport)

    assert held == (MailState.QUEUED, MailState.QUEUED if scope == gate.EVERYTHING else MailState.SENT)
    assert states(db) == [MailState.SENT] * 2


def test_a_gate_that_closes_while_a_mail_is_in_hand_stops_it(
    app: Flask, db: DbSession, queue: Queue, clock: TestClock, tmp_path: Path
) -> None:
    queue()
    db.commit()
    with serving(tmp_path) as (server, transport), app.app_context():
        begin = transport.begin

        def begin_and_close(parcel: Any) -> None:
            begin(parcel)
            gate.close(db, gate.kind_scope("test.letter"), GateReason.PAUSED, by="staff:1", now=clock.now)
            db.commit()

        transport.begin = begin_and_close  # type: ignore[method-assign]  # it happens at this very moment
        Worker(transport, Owner("test:1:a"), clock).run_once(clock.now)
        assert server.journal.lines() == []

    assert states(db) == [MailState.QUEUED]


def test_a_gate_opens_by_itself_when_its_time_is_over(
    db: DbSession, queue: Queue, tick: Any, clock: TestClock, tmp_path: Path
) -> None:
    queue()
    until = clock.now + timedelta(minutes=10)
    gate.close(db, gate.EVERYTHING, GateReason.CLOCK, by="worker", now=clock.now, opens_at=until)
    with serving(tmp_path) as (_, transport):
        tick(transport)
        before = states(db)
        clock.advance(minutes=10)
        tick(transport)

    assert (before, states(db), db.query(MailGate).count()) == ([MailState.QUEUED], [MailState.SENT], 0)


def test_the_rate_of_the_provider_is_kept_and_nothing_is_lost(
    db: DbSession, queue: Queue, tick: Any, clock: TestClock, tmp_path: Path
) -> None:
    queue_many(queue, 9)
    sent = []
    with serving(tmp_path) as (_, transport):
        for _ in range(4):
            tick(transport, mail_rates=("* 3/second",))
            sent.append(states(db).count(MailState.SENT))
            clock.advance(seconds=1)

    assert sent == [3, 6, 9, 9]
    assert [mail.attempts for mail in db.scalars(select(OutboxMail))] == [1] * 9


def test_a_group_over_its_rate_waits_while_others_leave(
    db: DbSession, queue: Queue, tick: Any, clock: TestClock, tmp_path: Path
) -> None:
    for each in range(4):
        queue(f"gmail:{each}", f"person{each}@gmail.com")
    other = queue("other")
    with serving(tmp_path) as (_, transport):
        tick(transport, mail_rates=("gmail 2/second",))
        first = (states(db).count(MailState.SENT), other.state)
        waiting = [mail.next_at - clock.now for mail in db.scalars(select(OutboxMail)) if mail.next_at > clock.now]
        clock.advance(seconds=1)
        tick(transport, mail_rates=("gmail 2/second",))

    assert first == (3, MailState.SENT)
    assert waiting == [timedelta(seconds=0.5), timedelta(seconds=1)]
    assert states(db) == [MailState.SENT] * 5


def test_after_a_pause_one_mail_tries_out_whether_the_others_may_follow(
    db: DbSession, queue: Queue, tick: Any, tmp_path: Path
) -> None:
    queue_many(queue, 8)
    with serving(tmp_path, Step(Stage.MAIL, Do.REPLY, "421 4.3.2 Busy")) as (server, transport):
        tick(transport)

        assert server.connections == 1
    assert states(db) == [MailState.QUEUED] * 8
    assert db.query(MailAttempt).count() == 1


def test_a_campaign_whose_content_is_refused_is_paused_and_nobody_fails(
    db: DbSession, queue: Queue, tick: Any, clock: TestClock, tmp_path: Path
) -> None:
    campaign = a_campaign(db, clock.now)
    queue_many(queue, 6, lane=Lane.CAMPAIGN, campaign_id=campaign.id)
    with serving(tmp_path, Step(Stage.DOT, Do.REPLY, "554 5.6.0 We think this is spam", times=1), lines=1) as (_, to):
        tick(to)
        once = states(db)
        tick(to)

    closed = db.scalars(select(MailGate)).one()
    assert (closed.scope, closed.reason) == (gate.campaign_scope(campaign.id), GateReason.CONTENT)
    assert closed.detail == "554 5.6.0 We think this is spam"
    assert once == states(db) == [MailState.DEFERRED] + [MailState.QUEUED] * 5


def test_a_slow_server_is_given_few_and_personal_mail_goes_before_the_mailing(
    app: Flask, db: DbSession, queue: Queue, clock: TestClock, tmp_path: Path
) -> None:
    """Of thirty, one is under way and one in hand, however long the server says nothing; then comes a personal mail."""
    queue_many(queue, 30, lane=Lane.CAMPAIGN)
    db.commit()
    with serving(tmp_path, Step(Stage.DATA, Do.SILENCE, recipient="person0@example.org"), lines=1) as (server, to):
        worker = Worker(to, Owner("test:1:a"), clock)
        with app.app_context():
            claimed = []
            for _ in range(3):
                worker.tick(clock.now)
                claimed.append(states(db).count(MailState.SENDING))
                db.rollback()
            queue("confirm", "ana@example.org", lane=Lane.PERSONAL)
            db.rollback()
            worker.tick(clock.now)
            server.hang_up()
            worker.run_once(clock.now)
        arrived = [line["to"][0] for line in server.journal.lines()]

    assert claimed[1:] == [2, 2]
    assert arrived == ["ana@example.org", *(f"person{each}@example.org" for each in range(1, 30))]
    assert states(db) == [MailState.DEFERRED] + [MailState.SENT] * 30
