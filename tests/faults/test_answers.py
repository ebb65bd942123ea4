"""What the mail server may answer or not, with real workers: each mail arrives once or says why not."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail, Suppression
from registrar.mail.rules import Lane, MailState, OutcomeKind, Reason
from tests.faults.conftest import MakeLab
from tests.faults.processes import until
from tests.smtp import Do, Stage, Step
from tests.smtp.play import GONE

pytestmark = pytest.mark.faults


def later() -> str:
    """Name a moment at which whatever is tried again has been."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def test_every_refusal_is_told_from_the_others(lab: MakeLab) -> None:
    it = lab(
        Step(Stage.RCPT, Do.REPLY, "451 4.3.0 Later", recipient="later@example.org"),
        Step(Stage.RCPT, Do.REPLY, "550 5.1.1 No such user", recipient="nobody@example.org"),
        Step(Stage.RCPT, Do.REPLY, "552 5.2.2 Mailbox full", recipient="full@example.org"),
        Step(Stage.RCPT, Do.REPLY, "421 4.3.2 Busy", recipient="busy@example.org"),
    )
    for name in ("later", "nobody", "full", "fine", "busy"):
        it.queue(it.people(1, email=f"{name}@example.org"))

    it.work("--once").wait()

    with DbSession(it.engine) as db:
        found = db.execute(
            select(OutboxMail.state, OutboxMail.reason, OutboxMail.attempts).order_by(OutboxMail.id)
        ).all()
        assert found == [
            (MailState.DEFERRED, None, 1),
            (MailState.FAILED, Reason.SMTP, 1),
            (MailState.FAILED, Reason.SMTP, 1),
            (MailState.SENT, None, 1),
            (MailState.QUEUED, None, 0),
        ]
        assert len(db.scalars(select(Suppression)).all()) == 1
    assert it.delivered() == ["fine@example.org"]


def test_what_the_server_took_before_it_hung_up_is_in_doubt_and_sent_again_unless_it_is_a_campaign(
    lab: MakeLab,
) -> None:
    it = lab(Step(Stage.DOT, Do.ACCEPT_THEN_DROP, times=2))
    personal, campaign = it.people(1), it.people(1)
    it.queue(personal)
    it.queue(campaign, Lane.CAMPAIGN)

    it.work("--once").wait()
    it.work("--once", "--now", later()).wait()

    assert it.states() == [MailState.SENT, MailState.IN_DOUBT]
    assert sorted(Counter(it.delivered()).values()) == [1, 2]
    assert Counter(it.outcomes()) == {OutcomeKind.IN_DOUBT: 2, OutcomeKind.ACCEPTED: 1}
    assert it.violations() == []


def test_a_dot_that_the_server_lost_is_sent_again(lab: MakeLab) -> None:
    it = lab(Step(Stage.DOT, Do.DROP, times=1))
    it.queue(it.people(1))

    it.work("--once").wait()
    it.work("--once", "--now", later()).wait()

    assert (len(it.delivered()), it.outcomes()) == (1, [OutcomeKind.IN_DOUBT, OutcomeKind.ACCEPTED])


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.DATA])
def test_silence_beyond_the_lease_costs_neither_the_claim_nor_the_mail(lab: MakeLab, stage: Stage) -> None:
    it = lab(Step(stage, Do.SILENCE, times=1))
    it.queue(it.people(1))

    silenced = it.work()
    until(lambda: any(line.startswith(stage.value.upper()) for line in it.server.play.commands), "the silence")
    idle = [it.work("--once").wait() for _ in range(2)]
    during = it.delivered()
    silenced.kill()
    it.work()
    it.settle()

    assert (idle, during) == ([0, 0], [])
    assert (len(it.delivered()), it.outcomes()) == (1, [OutcomeKind.ACCEPTED])


def test_answers_octet_by_octet_beyond_the_lease_are_waited_for(lab: MakeLab) -> None:
    it = lab(Step(Stage.DOT, Do.TRICKLE, seconds=2.5, times=1), Step(Stage.RCPT, Do.TRICKLE, seconds=0.5))
    it.queue(people := it.people(2))

    it.work()
    it.work()
    it.settle()

    assert (len(set(it.delivered())), len(it.delivered())) == (len(people), len(people))
    assert it.outcomes() == [OutcomeKind.ACCEPTED] * 2


def test_a_worker_that_stood_still_before_the_dot_sends_nothing_that_another_has_sent(lab: MakeLab) -> None:
    it = lab(Step(Stage.DATA, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.stop(it.workers[0]))

    first = it.work()
    assert it.server.play.wait_for("DATA", seconds=30)
    it.work()
    it.settle()
    first.go_on()
    until(lambda: GONE in it.server.play.commands, "the first to hang up")

    assert (len(it.delivered()), it.outcomes()) == (1, [OutcomeKind.ACCEPTED])
    assert it.violations() == []


def test_a_worker_that_stood_still_after_the_dot_leaves_a_doubt_and_tells_what_it_heard(lab: MakeLab) -> None:
    it = lab(Step(Stage.KEPT, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.stop(it.workers[0]))

    first = it.work()
    until(lambda: len(it.delivered()) == 1, "the first acceptance")
    it.work()
    it.settle()
    first.go_on()
    until(lambda: len(it.outcomes()) == 3, "what the first worker heard")

    assert len(it.delivered()) == 2
    assert Counter(it.outcomes()) == {OutcomeKind.IN_DOUBT: 1, OutcomeKind.ACCEPTED: 2}
    assert it.states() == [MailState.SENT]
    assert it.violations() == []
