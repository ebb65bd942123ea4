"""Any story of sign-ups, changes, faults and time: each mail at most once, none in vain, and each has its end."""

import os
import tempfile
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from registrar.db import DbSession, alchemy
from registrar.mail.gate import EVERYTHING, kind_scope
from registrar.mail.models import OutboxMail
from registrar.mail.rules import TERMINAL, MailState
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule
from registrar.weekly.models import Registration, Seat, Unsubscription
from registrar.weekly.planner.changes import Cancel, Move, Reinstate, Slot
from registrar.weekly.rules import SeatState
from tests.conftest import TestClock
from tests.databases import Databases
from tests.flows.mail_site import MailSite
from tests.smtp import Do, Stage, Step

PEOPLE, SESSIONS, RULES = st.integers(0, 2), st.integers(0, 1), st.integers(0, 1)
SCOPES = st.sampled_from([EVERYTHING, kind_scope("reminders.before"), kind_scope("weekly.confirm")])
WAITS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=31), timedelta(hours=7), timedelta(hours=20)])
FAULTS = st.sampled_from(
    [
        Step(Stage.DOT, Do.ACCEPT_THEN_DROP, times=1),
        Step(Stage.DOT, Do.DROP, times=1),
        Step(Stage.DATA, Do.DROP, times=1),
        Step(Stage.RCPT, Do.REPLY, "451 4.3.0 Later", times=1),
        Step(Stage.MAIL, Do.REPLY, "421 4.3.2 Busy", times=1),
        Step(Stage.RCPT, Do.REPLY, "550 5.7.1 Not from you", times=1),
    ]
)
ENDS = 14
"""Half days after which everything is over: the last session, and all retries."""
EXAMPLES = "REGISTRAR_TEST_EXAMPLES"


class MailMachine(RuleBasedStateMachine):
    """One installation, from an empty series on."""

    app: Flask
    clock: TestClock
    databases: Databases
    template: str

    def __init__(self) -> None:
        super().__init__()
        with self.app.app_context():
            alchemy.engine.dispose()
        self.databases.restore(self.app.config["SQLALCHEMY_DATABASE_URI"], self.template)
        self._folder = tempfile.TemporaryDirectory()
        self.site = MailSite(self.app, self.clock, Path(self._folder.name))
        self.closed: set[str] = set()
        self.accepted: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        """Kept here too, because sign-ups that nobody confirms are forgotten with their mail."""

    @rule(who=PEOPLE)
    def sign_up_and_confirm(self, who: int) -> None:
        self.site.sign_up(who)
        self.site.confirm(who)

    @rule(who=PEOPLE)
    def sign_up(self, who: int) -> None:
        self.site.sign_up(who)

    @rule(who=PEOPLE)
    def confirm_by_a_second_click(self, who: int) -> None:
        self.site.confirm(who)

    @rule(who=PEOPLE)
    def withdraw(self, who: int) -> None:
        self.site.withdraw(who)

    @rule(who=PEOPLE)
    def come_back(self, who: int) -> None:
        self.site.come_back(who)

    @rule(who=PEOPLE, which=SESSIONS)
    def skip(self, who: int, which: int) -> None:
        self.site.skip(who, which)

    @rule(who=PEOPLE, which=SESSIONS)
    def take_again(self, who: int, which: int) -> None:
        self.site.take_again(who, which)

    @rule(who=PEOPLE)
    def unsubscribe(self, who: int) -> None:
        self.site.unsubscribe(who)

    @rule(which=SESSIONS, by=st.sampled_from([timedelta(hours=-2), timedelta(minutes=30), timedelta(days=1)]))
    def move(self, which: int, by: timedelta) -> None:
        self.site.plan(which, lambda each: Move(each.id, Slot(each.starts_at + by, each.ends_at + by)))

    @rule(which=SESSIONS)
    def cancel(self, which: int) -> None:
        self.site.plan(which, lambda each: Cancel(each.id, "Illness", "Maladie"))

    @rule(which=SESSIONS)
    def reinstate(self, which: int) -> None:
        self.site.plan(which, lambda each: Reinstate(each.id))

    @rule(which=RULES)
    def switch_off(self, which: int) -> None:
        self.site.switch_off(which)

    @rule(which=RULES)
    def switch_on(self, which: int) -> None:
        self.site.switch_on(which)

    @rule(scope=SCOPES)
    def pause(self, scope: str) -> None:
        self.site.pause(scope)
        self.closed.add(scope)

    @rule(scope=SCOPES)
    def resume(self, scope: str) -> None:
        self.site.resume(scope)
        self.closed.discard(scope)

    @rule(step=FAULTS)
    def let_the_server_misbehave(self, step: Step) -> None:
        self.site.expect(step)

    @rule(wait=WAITS)
    def send(self, wait: timedelta) -> None:
        self.clock.now += wait
        self._work()

    @rule(wait=WAITS, steps=st.integers(0, 40))
    def crash(self, wait: timedelta, steps: int) -> None:
        self.clock.now += wait
        self._work(steps)

    @rule(wait=WAITS)
    def stand_still(self, wait: timedelta) -> None:
        """Let time pass without any worker."""
        self.clock.now += wait

    @invariant()
    def nothing_is_accepted_twice_without_doubt(self) -> None:
        for message_id, times in self.accepted.items():
            assert times <= 1 + self.doubts[message_id]

    def teardown(self) -> None:
        try:
            for scope in list(self.closed):
                self.resume(scope)
            for _ in range(ENDS):
                self.send(timedelta(hours=20))
            assert [each.key for each in self.site.mails() if not _has_ended(each)] == []
        finally:
            self.site.close()
            self._folder.cleanup()

    def _work(self, steps: int | None = None) -> None:
        self.site.work(steps)
        new = self.site.accepted()
        self.accepted.update(new)
        self.doubts |= Counter(self.site.doubts())
        self.nothing_is_accepted_twice_without_doubt()
        mails = {each.message_id: each for each in self.site.mails()}
        for message_id in new:
            assert not {EVERYTHING, kind_scope(mails[message_id].kind)} & self.closed
            if mails[message_id].kind == "reminders.before":
                self.site.do(partial(_check_reminder, mails[message_id]))


def _has_ended(mail: OutboxMail) -> bool:
    if mail.state is MailState.IN_DOUBT:
        return mail.finished_at is not None
    return mail.state in TERMINAL and (mail.state is MailState.SENT or mail.reason is not None)


def _check_reminder(mail: OutboxMail, db: DbSession) -> None:
    """Nobody is reminded of what they gave up, of what does not take place, or of another time."""
    registration, session = db.get_one(Registration, mail.registration_id), db.get_one(Session, mail.session_id)
    seat = db.query(Seat).filter_by(registration_id=registration.id, session_id=session.id).one()
    assert registration.cancelled_at is None
    assert seat.state is SeatState.CONFIRMED
    assert (session.cancelled_at, session.revision) == (None, mail.revision)
    assert db.get_one(ReminderRule, mail.rule_id).disabled_at is None
    assert db.query(Unsubscription).filter_by(registration_id=registration.id).count() == 0


def test_every_story_of_mail_ends_well(app: Flask, clock: TestClock, databases: Databases, template: str) -> None:
    machine = type(
        "Machine", (MailMachine,), {"app": app, "clock": clock, "databases": databases, "template": template}
    )
    examples = int(os.environ.get(EXAMPLES, "5"))

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            derandomize=EXAMPLES not in os.environ,
            database=None,
            phases=[Phase.generate, Phase.shrink] if EXAMPLES in os.environ else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
