"""The worker: runs the features' jobs, then delivers what is due, one mail after the other, and survives each of them.

Every step is a transaction of its own, and none is open while the network is waited for.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from flask import Flask, current_app

from registrar.clock import EXTENSION as CLOCK
from registrar.clock import Clock, system_clock
from registrar.db import DATABASE_FAULTS, DbSession, db, read_only, writable
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

Ending = Callable[..., None]
"""Writes how a mail ends that does not leave now: takes the database, the owner, the mail and `now`."""

JOBS: Final = "registrar.mail.jobs"
IDLE_SECONDS = 0.5
BEAT_SECONDS = 15.0
OUTCOME_TRIES = 60
MOST_DATABASE_FAULTS = 10
FAULT_SECONDS = 0.1
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
        self._failed_at: Counter[int] = Counter()
        self.stopping = threading.Event()

    @property
    def name(self) -> str:
        return self._owner.name

    def run(self) -> None:
        """Work until `stopping` is set, by the clock of the application."""
        clock: Clock = current_app.extensions[CLOCK]
        with self._heartbeat():
            while not self.stopping.is_set():
                try:
                    done = self.tick(clock())
                except DATABASE_FAULTS as error:
                    log.error("worker.database_unavailable", error=type(error).__name__)
                    done = 0
                if not done:
                    self.stopping.wait(IDLE_SECONDS)

    def run_once(self, now: datetime) -> int:
        """Work at this moment until nothing is due, and return how much was done; a database that is away is told."""
        done = faults = 0
        with self._heartbeat():
            while not self.stopping.is_set():
                try:
                    step = self.tick(now)
                except DATABASE_FAULTS:
                    if (faults := faults + 1) > MOST_DATABASE_FAULTS:
                        raise
                    self.stopping.wait(FAULT_SECONDS)
                    continue
                if not step:
                    break
                done += step
        return done

    def tick(self, now: datetime) -> int:
        """Run each job once, then deliver a batch; return how much was done."""
        done = sum(self._run_job(job, now) for job in current_app.extensions.get(JOBS, []))
        if self._breaker.is_open(now):
            return done
        with writing():
            claims.recover(db, self._owner, now=now, leased_at=self._machine_clock())
            claims.resend_doubtful(db, now=now)
            ids = claims.claim(db, self._owner, now=now, leased_at=self._machine_clock())
        return done + self._deliver(ids, now)

    def _run_job(self, job: Job, now: datetime) -> int:
        try:
            with writing():
                return job(db, now)
        except Exception:  # wide, because a fault in one feature must not keep everybody's mail
            log.exception("worker.job_failed", job=job.__name__)
            return 0

    def _deliver(self, ids: list[int], now: datetime) -> int:
        """Hand over a batch: to the local mailbox in one transaction, to a server one by one."""
        if self._transport is None:
            self._keep([(mail_id, self._decide(mail_id, now)) for mail_id in ids], now)
            return len(ids)
        for number, mail_id in enumerate(ids):
            if self.stopping.is_set() or self._breaker.is_open(now):
                with writing():
                    claims.release(db, self._owner, ids[number:])
                return number
            self._send(self._transport, mail_id, now)
        return len(ids)

    def _decide(self, mail_id: int, now: datetime) -> Prepared | Ending:
        """Write the letter or say how the mail ends, without keeping anybody else from writing to the database."""
        try:
            with reading():
                return delivery.prepare(db, self._held(mail_id), now=now)
        except NotNeeded as no:
            return partial(delivery.end_unsent, reason=no.reason)
        except BadAddress as error:
            return partial(delivery.end_bad_address, error=error)
        except LostClaim:
            return _nothing
        except Exception as error:  # wide, because whatever one mail does, the others leave
            if isinstance(error, DATABASE_FAULTS) and not self._is_suspect(mail_id):
                raise
            log.exception("mail.cannot_be_written", mail=mail_id)
            return partial(delivery.end_fault, error=error)

    def _is_suspect(self, mail_id: int) -> bool:
        """Tell whether the database has failed so often at this mail that it is the mail and not the database."""
        self._failed_at[mail_id] += 1
        return self._failed_at[mail_id] > delivery.MOST_FAULTS

    def _held(self, mail_id: int) -> OutboxMail:
        """Return the mail if it is still this worker's."""
        mail = db.get(OutboxMail, mail_id)
        if mail is None or mail.claimed_by != self.name or mail.state is not MailState.SENDING:
            raise LostClaim
        return mail

    def _keep(self, decided: list[tuple[int, Prepared | Ending]], now: datetime) -> None:
        """Keep letters and their outcomes in one transaction, or none of them."""
        with writing():
            for mail_id, decision in decided:
                with suppress(LostClaim):
                    self._keep_one(self._held(mail_id), decision, now)

    def _keep_one(self, mail: OutboxMail, decision: Prepared | Ending, now: datetime) -> None:
        if not isinstance(decision, Prepared):
            return decision(db, self._owner, mail, now=now)
        claims.mark(db, self._owner, mail.id, now=now)
        local.keep(db, mail.id, decision.letter, now=now)
        return delivery.conclude(db, self._owner, decision, KEPT_LOCALLY, now=now)

    def _send(self, transport: Transport, mail_id: int, now: datetime) -> None:
        decision = self._decide(mail_id, now)
        if not isinstance(decision, Prepared):
            return self._keep([(mail_id, decision)], now)
        try:
            outcome = self._hand_over(transport, decision, now)
        except LostClaim:
            log.info("mail.claim_lost", mail=mail_id)
            return None
        except DATABASE_FAULTS:
            raise
        except Exception as error:  # wide for the same reason as in `_decide`
            log.exception("mail.cannot_be_sent", mail=mail_id)
            return self._keep([(mail_id, partial(delivery.end_fault, error=error))], now)
        self._breaker.learn(outcome, now)
        return self._conclude(decision, outcome, now)

    def _hand_over(self, transport: Transport, prepared: Prepared, now: datetime) -> Outcome:
        def before_final_dot() -> None:
            with writing():
                claims.mark(db, self._owner, prepared.mail_id, now=now)

        letter = prepared.letter
        return transport.deliver(letter.envelope_from, letter.to_address, letter.data, before_final_dot)

    def _conclude(self, prepared: Prepared, outcome: Outcome, now: datetime) -> None:
        """Record the outcome, insisting: an answer that is lost leaves a mail in doubt that was not."""
        for remaining in reversed(range(OUTCOME_TRIES)):
            try:
                with writing():
                    return delivery.conclude(db, self._owner, prepared, outcome, now=now)
            except DATABASE_FAULTS:
                if not remaining:
                    raise
                threading.Event().wait(IDLE_SECONDS)
        return None

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
            with suppress(*DATABASE_FAULTS), writing():
                beats.stop(db, self.name, now=self._machine_clock())

    def _beat(self) -> None:
        try:
            with writing():
                beats.beat(db, self.name, now=self._machine_clock())
                claims.renew(db, self._owner, leased_at=self._machine_clock())
        except DATABASE_FAULTS as error:
            log.error("worker.no_heartbeat", error=type(error).__name__)


def _nothing(_db: DbSession, _owner: Owner, _mail: OutboxMail, *, now: datetime) -> None:
    """Leave the mail to whoever has it now."""


@contextmanager
def writing() -> Iterator[None]:
    """Run one transaction that sees the world afresh: committed at its end, rolled back if it fails."""
    db.rollback()
    db.expunge_all()
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@contextmanager
def reading() -> Iterator[None]:
    """Look at the world afresh without the lock that only one writer can have."""
    db.rollback()
    db.expunge_all()
    read_only(db)
    try:
        yield
    finally:
        writable(db)
