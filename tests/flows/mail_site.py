"""A series, a mail server and a worker in this process, and what people and organisers do with them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession, alchemy
from registrar.errors import Refusal
from registrar.mail import gate
from registrar.mail.claims import Owner
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.rules import GateReason, OutcomeKind
from registrar.mail.smtp_url import SmtpServer
from registrar.mail.transport import SmtpTransport, Transport
from registrar.mail.worker import Worker
from registrar.programmes.models import Programme, Session
from registrar.reminders import editing
from registrar.reminders.models import ReminderRule
from registrar.reminders.operations import ensure_default_rules
from registrar.weekly import subscriptions
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.personal import changes as personal
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Change
from registrar.weekly.rules import Scope, Subscription
from registrar.weekly.signup import confirming, signing_up
from registrar.weekly.signup.signing_up import Details
from tests import factories
from tests.conftest import START, TestClock
from tests.flows.mortal import Death, Mortal
from tests.smtp import ScriptedServer, Step

BY = "staff:1"
LEASE = timedelta(seconds=60)
MOST_TICKS = 300


class MailSite:
    """Everything happens at the clock's moment; each change is a transaction of its own, and refusals are accepted."""

    def __init__(self, app: Flask, clock: TestClock, folder: Path) -> None:
        self.app, self.clock = app, clock
        clock.now = START
        self.server = ScriptedServer(folder / "journal.jsonl")
        self.server.__enter__()
        self._workers = 0
        self._read = 0
        self._employ()
        self.do(_found)

    def close(self) -> None:
        self._transport.close()
        self.server.__exit__(None, None, None)

    def do(self, act: Callable[[DbSession], Any]) -> Any:
        """Change the world, or be refused and leave it as it is."""
        with self.app.app_context(), DbSession(alchemy.engine, expire_on_commit=False) as db:
            try:
                done = act(db)
                db.commit()
            except Refusal:
                return None
            return done

    def sign_up(self, who: int) -> None:
        details = Details(
            email=f"person{who}@example.org",
            email_key=f"person{who}@example.org",
            name=f"Person {who}",
            institution=None,
            country="FR",
            timezone="Europe/Paris",
            locale="en",
            scope=Scope.SEASON,
            session_ids=[],
        )
        self.do(lambda db: signing_up.sign_up(db, programme(db), details, mails_a_day=5, now=self.clock.now))

    def confirm(self, who: int) -> None:
        def act(db: DbSession) -> None:
            found = db.scalar(select(SignUp.id).where(SignUp.email_key == f"person{who}@example.org").limit(1))
            if found is not None:
                confirming.confirm(db, found, now=self.clock.now)

        self.do(act)

    def with_registration(self, who: int, act: Callable[[DbSession, Registration], object]) -> None:
        def found(db: DbSession) -> None:
            here = Registration.person.has(email_key=f"person{who}@example.org")
            if (registration := db.scalar(select(Registration).where(here))) is not None:
                act(db, registration)

        self.do(found)

    def with_seat(self, who: int, which: int, act: Callable[[DbSession, Seat], object]) -> None:
        def found(db: DbSession, registration: Registration) -> None:
            session = sessions(db)[which]
            seat = db.scalar(select(Seat).where(Seat.registration == registration, Seat.session_id == session.id))
            if seat is not None:
                act(db, seat)

        self.with_registration(who, found)

    def withdraw(self, who: int) -> None:
        self.with_registration(who, lambda db, each: personal.cancel(db, [each], by=BY, now=self.clock.now))

    def come_back(self, who: int) -> None:
        self.with_registration(who, lambda db, each: personal.come_back(db, each, by=BY, now=self.clock.now))

    def skip(self, who: int, which: int) -> None:
        self.with_seat(who, which, lambda db, seat: personal.skip(db, seat, by=BY, now=self.clock.now))

    def take_again(self, who: int, which: int) -> None:
        self.with_seat(who, which, lambda db, seat: personal.take_again(db, seat, by=BY, now=self.clock.now))

    def unsubscribe(self, who: int) -> None:
        def act(db: DbSession, registration: Registration) -> None:
            subscriptions.unsubscribe(db, registration, Subscription.REMINDERS, by=BY, now=self.clock.now)

        self.with_registration(who, act)

    def plan(self, which: int, change: Callable[[Session], Change]) -> None:
        """Let an organiser change a session of the season."""

        def act(db: DbSession) -> None:
            series, wanted, now = programme(db), change(sessions(db)[which]), self.clock.now
            seen = planning.preview(db, series, wanted, now=now).seen
            planning.carry_out(db, series, wanted, seen=seen, by=BY, now=now)

        self.do(act)

    def switch_off(self, which: int) -> None:
        self._with_rule(which, lambda db, rule: editing.switch_off(db, rule, by=BY, now=self.clock.now))

    def switch_on(self, which: int) -> None:
        self._with_rule(which, lambda db, rule: editing.switch_on(db, rule, by=BY, now=self.clock.now))

    def _with_rule(self, which: int, act: Callable[[DbSession, ReminderRule], object]) -> None:
        self.do(lambda db: act(db, db.scalars(select(ReminderRule).order_by(ReminderRule.id)).all()[which]))

    def pause(self, scope: str) -> None:
        self.do(lambda db: gate.close(db, scope, GateReason.PAUSED, by=BY, now=self.clock.now))

    def resume(self, scope: str) -> None:
        self.do(lambda db: gate.reopen(db, scope))

    def expect(self, step: Step) -> None:
        """Let the mail server do this, once."""
        self.server.play.add(step)

    def work(self, steps: int | None = None) -> None:
        """Let the worker do all that is due, or die after so many steps; then another takes its place."""
        self._mortal.live(steps)
        try:
            with self.app.app_context():
                for _ in range(MOST_TICKS):
                    if not self._worker.tick(self.clock.now):
                        return
        except Death:
            self._transport.close()
            self._employ()

    def accepted(self) -> list[str]:
        """Return the Message-IDs (before the @) of what was accepted since this was last asked."""
        lines = self.server.journal.lines()
        new, self._read = lines[self._read :], len(lines)
        return [line["message_id"].strip("<>").partition("@")[0] for line in new]

    def doubts(self) -> dict[str, int]:
        """Count for each Message-ID the attempts of which nobody knows whether they arrived."""
        statement = select(OutboxMail.message_id).join(MailAttempt, MailAttempt.outbox_id == OutboxMail.id)
        doubtful = statement.where(MailAttempt.outcome == OutcomeKind.IN_DOUBT)
        found: dict[str, int] = {}
        for message_id in self.do(lambda db: db.scalars(doubtful).all()):
            found[message_id] = found.get(message_id, 0) + 1
        return found

    def mails(self) -> list[OutboxMail]:
        return cast(list[OutboxMail], self.do(lambda db: list(db.scalars(select(OutboxMail)))))

    def _employ(self) -> None:
        self._workers += 1
        self._transport = SmtpTransport(SmtpServer("127.0.0.1", self.server.port))
        self._mortal = Mortal(self._transport)
        owner = Owner(f"test:{self._workers}:a", LEASE)
        self._worker = Worker(cast(Transport, self._mortal), owner, self.clock)


def programme(db: DbSession) -> Programme:
    return db.scalars(select(Programme)).one()


def sessions(db: DbSession) -> list[Session]:
    return list(db.scalars(select(Session).order_by(Session.id)))


def _found(db: DbSession) -> None:
    factories.organisation(db)
    series = factories.series(db)
    ensure_default_rules(db, series)
    for week in range(2):
        factories.session(db, series, starts_at=START + timedelta(days=2 + 7 * week, hours=8))
