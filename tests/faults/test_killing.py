"""A worker killed at each step from claim to outcome, and what the mail server and the ledger say afterwards."""

import random
import time
from collections import Counter

import pytest

from registrar.mail.rules import MailState, OutcomeKind
from tests.faults.conftest import MakeLab
from tests.smtp import Do, Stage, Step

pytestmark = pytest.mark.faults
KILLS = 5


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_a_worker_killed_before_the_text_has_sent_nothing(lab: MakeLab, stage: Stage) -> None:
    it = lab(Step(stage, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.workers[0].kill())

    it.work().wait()
    it.work()
    it.settle()

    assert (len(it.delivered()), it.outcomes()) == (1, [OutcomeKind.ACCEPTED])
    assert it.violations() == []


def test_a_worker_killed_while_it_sends_the_text_doubles_nothing(lab: MakeLab) -> None:
    it = lab(Step(Stage.BODY, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.workers[0].kill())

    it.work().wait()
    it.work()
    it.settle()

    assert (len(it.delivered()), it.states()) == (1, [MailState.SENT])
    assert it.violations() == []


def test_a_worker_killed_after_a_dot_that_the_server_lost_leaves_a_doubt(lab: MakeLab) -> None:
    it = lab(Step(Stage.DOT, Do.SILENCE, times=1))
    it.queue(it.people(1))

    worker = it.work()
    assert it.server.play.wait_for(".", seconds=30)
    worker.kill()
    it.work()
    it.settle()

    assert len(it.delivered()) == 1
    assert it.outcomes() == [OutcomeKind.IN_DOUBT, OutcomeKind.ACCEPTED]
    assert it.violations() == []


@pytest.mark.parametrize("stage", [Stage.DOT, Stage.KEPT])
def test_a_worker_killed_before_the_answer_to_the_dot_leaves_a_doubt(lab: MakeLab, stage: Stage) -> None:
    it = lab(Step(stage, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.workers[0].kill())

    it.work().wait()
    it.work()
    it.settle()

    assert len(it.delivered()) == 2
    assert it.outcomes() == [OutcomeKind.IN_DOUBT, OutcomeKind.ACCEPTED]
    assert it.violations() == []


def test_a_worker_killed_between_the_answer_and_the_outcome_leaves_a_doubt(lab: MakeLab) -> None:
    it = lab(Step(Stage.KEPT, Do.STRIKE, times=1), Step(Stage.ANSWERED, Do.STRIKE, times=1))
    it.queue(it.people(1))
    it.strike(lambda: it.stop(it.workers[0]), lambda: it.workers[0].kill())

    it.work().wait()
    it.work()
    it.settle()

    assert len({line["message_id"] for line in it.server.journal.lines()}) == 1
    assert (len(it.delivered()), it.outcomes()) == (2, [OutcomeKind.IN_DOUBT, OutcomeKind.ACCEPTED])
    assert it.violations() == []


def test_workers_killed_at_any_moment_lose_nothing_and_double_only_what_is_in_doubt(lab: MakeLab) -> None:
    chance = random.Random(7)
    it = lab(Step(Stage.DOT, Do.SLOW, seconds=0.02))
    it.queue(people := it.people(60))

    for _ in range(KILLS):
        worker, before = it.work(), len(it.delivered())
        while len(it.delivered()) == before and it.waiting():
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.1))
        worker.kill()
    it.work()
    it.settle()

    counted = Counter(it.delivered())
    assert len(counted) == len(people)
    assert counted.total() - len(people) <= it.outcomes().count(OutcomeKind.IN_DOUBT)
    assert it.violations() == []
