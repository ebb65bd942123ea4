"""The worker: runs the features' jobs, then delivers what is due, one mail after the other, and survives each of them.

Every step is a transaction of its own, and none is open while the network is waited for.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from registrar.clock import EXTENSION as CLOCK
from registrar.clock import Clock, system_clock
from registrar.db import DbSession, db
from registrar.errors import Busy
from registrar.mail import beats, claims, delivery, local
from registrar.mail.addresses import BadAddress
from registrar.mail.breaker import Breaker
from registrar.mail.claims import LostClaim, Owner, new_owner
from registrar.mail.delivery import Prepared
from registrar.mail.kinds import NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Outcome, OutcomeKind, Stage
from registrar.mail.smtp_url import parse_smtp_url
from registrar.mail.transport import SmtpTransport, Transport
from registrar.settings import Settings

log = structlog.get_logger()

Job = Callable[[DbSession, datetime], int]
"""Does a part of what is due at a moment and returns how much it did; the worker commits and calls it again."""

JOBS: Final = "registrar.mail.jobs"
IDLE_SECONDS = 0.5
BEAT_SECONDS = 15.0
OUTCOME_TRIES = 60
DATABASE_FAULTS = (OperationalError, InterfaceError, Busy)
KEPT_LOCALLY = Outcome(OutcomeKind.ACCEPTED, Stage.DOT, None, None, "Kept in the local mailbox.")


def register_jobs(app: Flask, jobs: Sequence[Job]) -> None:
    """Make the worker run these jobs before it delivers."""
    app.extensions.setdefault(JOBS, []).extend(jobs)


def transport_for(settings: Settings) -> Transport | None:
    """Return the way to the mail server, or None for the local mailbox."""
    return SmtpTransport(parse_smtp_url(settings.smtp_url)) if settings.smtp_url else None


class Worker:
    """One worker, in an application context; several may run at once, here and on other machines."""

    def __init__(
        self, transport: Transport | None, owner: Owner | None = None, machine_clock: Clock = system_clock
    ) -> None:
        self._transport = transport
        self._owner = owner or new_owner()
        self._machine_clock = machine_clock
        self._breaker = Breaker()
        self.stopping = threading.Event()

    @property
    def name(self) -> str:
        return self._owner.name

    def run(self) -> None:
        """Work until `stopping` is set, by the clock of the application."""
        clock: Clock = current_app.extensions[CLOCK]
        with self._heartbeat():
            while not self.stopping.is_set():
                if not self._tick_or_nothing(clock()):
                    self.stopping.wait(IDLE_SECONDS)

    def run_once(self, now: datetime) -> int:
        """Work at this moment until nothing is due, and return how much was done."""
        done = 0
        with self._heartbeat():
            while not self.stopping.is_set() and (step := self.tick(now)):
                done += step
        return done

    def tick(self, now: datetime) -> int:
        """Run each job once, then deliver a batch; return how much was done."""
        done = sum(self._run_job(job, now) for job in current_app.extensions.get(JOBS, []))
        if self._breaker.is_open(now):
            return done
        with step():
            claims.recover(db, self._owner, now=now, leased_at=self._machine_clock())
            claims.resend_doubtful(db, now=now)
            ids = claims.claim(db, self._owner, now=now, leased_at=self._machine_clock())
        return done + self._deliver_all(ids, now)

    def _tick_or_nothing(self, now: datetime) -> int:
        try:
            return self.tick(now)
        except DATABASE_FAULTS as error:
            log.error("worker.database_unavailable", error=type(error).__name__)
            return 0

    def _run_job(self, job: Job, now: datetime) -> int:
        try:
            with step():
                return job(db, now)
        except DATABASE_FAULTS:
            raise
        except Exception:
            log.exception("worker.job_failed", job=job.__name__)
            return 0

    def _deliver_all(self, ids: list[int], now: datetime) -> int:
        for number, mail_id in enumerate(ids):
            if self.stopping.is_set() or self._breaker.is_open(now):
                with step():
                    claims.release(db, self._owner, ids[number:])
                return number
            self._deliver_guarded(mail_id, now)
        return len(ids)

    def _deliver_guarded(self, mail_id: int, now: datetime) -> None:
        try:
            self._deliver(mail_id, now)
        except LostClaim:
            log.warning("mail.claim_lost", mail=mail_id)
        except DATABASE_FAULTS:
            raise
        except Exception as error:
            log.exception("mail.failed", mail=mail_id)
            with suppress(LostClaim):
                self._note_fault(mail_id, error, now)

    def _deliver(self, mail_id: int, now: datetime) -> None:
        with step():
            mail = self._held(mail_id)
            try:
                prepared = delivery.prepare(db, mail, now=now)
            except NotNeeded as no:
                return delivery.end_unsent(db, self._owner, mail, no.reason, now=now)
            except BadAddress as error:
                return delivery.end_bad_address(db, self._owner, mail, error, now=now)
            if self._transport is None:
                return self._keep(prepared, now)
        outcome = self._send(self._transport, prepared, now)
        self._breaker.learn(outcome, now)
        return self._conclude(prepared, outcome, now)

    def _held(self, mail_id: int) -> OutboxMail:
        """Return the mail if it is still this worker's."""
        mail = db.get(OutboxMail, mail_id)
        if mail is None or mail.claimed_by != self.name or mail.state is not MailState.SENDING:
            raise LostClaim
        return mail

    def _keep(self, prepared: Prepared, now: datetime) -> None:
        """Keep the letter and its outcome in one transaction, or neither."""
        claims.mark(db, self._owner, prepared.mail_id, now=now)
        local.keep(db, prepared.mail_id, prepared.letter, prepared.data, now=now)
        delivery.conclude(db, self._owner, prepared, KEPT_LOCALLY, now=now)

    def _send(self, transport: Transport, prepared: Prepared, now: datetime) -> Outcome:
        def before_final_dot() -> None:
            with step():
                claims.mark(db, self._owner, prepared.mail_id, now=now)

        letter = prepared.letter
        return transport.deliver(letter.envelope_from, letter.to_address, prepared.data, before_final_dot)

    def _conclude(self, prepared: Prepared, outcome: Outcome, now: datetime) -> None:
        """Record the outcome, insisting: an answer that is lost leaves a mail in doubt that was not."""
        for remaining in reversed(range(OUTCOME_TRIES)):
            try:
                with step():
                    return delivery.conclude(db, self._owner, prepared, outcome, now=now)
            except DATABASE_FAULTS:
                if not remaining:
                    raise
                threading.Event().wait(IDLE_SECONDS)
        return None

    def _note_fault(self, mail_id: int, error: Exception, now: datetime) -> None:
        """Count the fault; a mail that may have left is found by the next tick, and is then in doubt."""
        with step():
            mail = self._held(mail_id)
            if mail.marked_at is None:
                delivery.end_fault(db, self._owner, mail, error, now=now)

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Keep the leases and the sign of life fresh from a thread, however long a server takes to answer."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
        ended = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=(app, ended), name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            if self._transport is not None:
                self._transport.close()

    def _beat_until(self, app: Flask, ended: threading.Event) -> None:
        with app.app_context():
            self._beat()
            while not ended.wait(min(BEAT_SECONDS, self._owner.lease.total_seconds() / 4)):
                self._beat()
            with suppress(*DATABASE_FAULTS), step():
                beats.stop(db, self.name, now=self._machine_clock())

    def _beat(self) -> None:
        try:
            with step():
                beats.beat(db, self.name, now=self._machine_clock())
                claims.renew(db, self._owner, leased_at=self._machine_clock())
        except DATABASE_FAULTS as error:
            log.error("worker.no_heartbeat", error=type(error).__name__)


@contextmanager
def step() -> Iterator[None]:
    """Run one transaction that sees the world afresh: committed at its end, rolled back if it fails."""
    db.rollback()
    db.expunge_all()
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise
