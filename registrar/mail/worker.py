"""The worker: runs the features' jobs, then delivers what is due, one mail after the other, and survives each of them.

Every step is a transaction of its own, and none is open while the network is waited for.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from flask import Flask, current_app

from registrar.clock import EXTENSION as CLOCK
from registrar.clock import Clock, system_clock
from registrar.db import DATABASE_FAULTS, DbSession, db
from registrar.mail import beats, claims, delivery, gate, local, rates
from registrar.mail.breaker import Breaker
from registrar.mail.claims import LostClaim, Owner, new_owner
from registrar.mail.deciding import Decider, Ending, held
from registrar.mail.delivery import Prepared
from registrar.mail.guards import Guards
from registrar.mail.machines import Machine
from registrar.mail.models import OutboxMail
from registrar.mail.rates import Asking
from registrar.mail.rules import Lane, Outcome, OutcomeKind, Stage
from registrar.mail.smtp_url import parse_smtp_url
from registrar.mail.stream import Stream
from registrar.mail.transactions import reading, writing
from registrar.mail.transport import SmtpTransport, Transport
from registrar.settings import Settings

log = structlog.get_logger()

Job = Callable[[DbSession, datetime], int]
"""Does a part of what is due at a moment and returns how much it did; the worker commits and calls it again."""

JOBS: Final = "registrar.mail.jobs"
IDLE_SECONDS = 0.5
SLICE_SECONDS = 0.5
"""How long is sent before the jobs have their turn and personal mail is looked for."""
TIDY_SECONDS = 3.0
BEAT_SECONDS = 15.0
MOST_DATABASE_FAULTS = 10
FAULT_SECONDS = 0.1
KEPT_LOCALLY = Outcome(OutcomeKind.ACCEPTED, Stage.DOT, None, None, "Kept in the local mailbox.")


def register_jobs(app: Flask, jobs: Sequence[Job]) -> None:
    """Make the worker run these jobs before it delivers."""
    app.extensions.setdefault(JOBS, []).extend(jobs)


def transport_for(settings: Settings) -> Transport | None:
    """Return the way to the mail server, or None for the local mailbox."""
    if not settings.smtp_url:
        return None
    return SmtpTransport(parse_smtp_url(settings.smtp_url), lines=settings.mail_connections)


def worker_for(settings: Settings, owner: Owner | None = None) -> "Worker":
    """Return a worker as these settings want it; what only fills the local mailbox needs no guards."""
    transport = transport_for(settings)
    guards = Guards(Machine(settings.data_dir)) if transport else None
    return Worker(transport, owner, mail_rates=settings.mail_rates, guards=guards)


class Worker:
    """One worker, in an application context; several may run at once, here and on other machines."""

    def __init__(
        self,
        transport: Transport | None,
        owner: Owner | None = None,
        machine_clock: Clock = system_clock,
        mail_rates: Sequence[str] = (),
        guards: Guards | None = None,
    ) -> None:
        self._transport = transport
        self._owner = owner or new_owner()
        self._machine_clock = machine_clock
        self._breaker = Breaker()
        self._lock = threading.Lock()
        self._rates = rates.parse(mail_rates)
        self._guards = guards
        self._stream = Stream(self._owner, transport, self._breaker, self._lock) if transport else None
        self._decider = Decider(self._owner)
        self._tidied_at = -TIDY_SECONDS
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
                if not done and not self._is_busy():
                    self.stopping.wait(IDLE_SECONDS)
            self._end(clock())

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
                if not step and not self._is_busy():
                    break
                done += step
            self._end(now)
        return done

    def tick(self, now: datetime) -> int:
        """Run each job once, then send for a while; return how much was done."""
        if not self._may_work():
            return self._drain(now)
        done = sum(self._run_job(job, now) for job in current_app.extensions.get(JOBS, []))
        try:
            self._tidy(now)
            return done + (self._keep_batch(now) if self._stream is None else self._send(self._stream, now))
        except BaseException:
            self._tidied_at = -TIDY_SECONDS  # what fell out of hand is to be found at once
            raise

    def _may_work(self) -> bool:
        """Tell whether clock, machine and database can be trusted, so far as somebody watches them."""
        if self._guards is None:
            return True
        if not self._guards.may_work():
            return False
        with reading():
            is_distrusted = gate.is_distrusted(db)
        if is_distrusted:
            with writing():
                gate.reopen_due(db, now=self._machine_clock())
        return not is_distrusted

    def _drain(self, now: datetime) -> int:
        """Give back what has not been marked, and take in the answers about the rest."""
        if self._stream is None or not self._stream.is_busy:
            return 0
        self._stream.give_back()
        return self._stream.move(now, partial(self._fail, now=now))

    def _is_busy(self) -> bool:
        return self._stream is not None and self._stream.is_busy

    def _tidy(self, now: datetime) -> None:
        """Every few seconds: end claims left behind, take doubtful mails up again, open gates whose time is over."""
        if time.monotonic() - self._tidied_at < TIDY_SECONDS:
            return
        in_hand = self._stream.held() if self._stream else []
        with self._lock, writing():
            gate.reopen_due(db, now=self._machine_clock())
            claims.recover(db, self._owner, now=now, leased_at=self._machine_clock(), in_hand=in_hand)
            claims.resend_doubtful(db, now=now)
        self._tidied_at = time.monotonic()

    def _run_job(self, job: Job, now: datetime) -> int:
        try:
            with writing():
                return job(db, now)
        except Exception:  # wide, because a fault in one feature must not keep everybody's mail
            log.exception("worker.job_failed", job=job.__name__)
            return 0

    def _keep_batch(self, now: datetime) -> int:
        """Put a batch into the local mailbox, in one transaction."""
        ids = self._claim(now, claims.BATCH)
        self._keep(self._decider.decide_all(ids, now), now)
        return len(ids)

    def _send(self, stream: Stream, now: datetime) -> int:
        """Hand over what is due to the server, for a while at most; return how much was done."""
        done, until, is_dry = 0, time.monotonic() + SLICE_SECONDS, False
        personal_first = not stream.is_low(self._lines)
        if personal_first:
            done += self._refill(stream, now, self._lines, (Lane.PERSONAL,))
        while not self.stopping.is_set() and time.monotonic() < until:
            if self._breaker.is_open(now):
                stream.give_back_unbegun()
            elif stream.is_low(self._lines) and not is_dry:
                wanted = stream.appetite(self._lines)
                taken = self._refill(stream, now, wanted, tuple(Lane))
                done, is_dry = done + taken, taken < wanted
            if not stream.is_busy:
                break
            stream.move(now, partial(self._fail, now=now))
        return done

    @property
    def _lines(self) -> int:
        return self._transport.lines if self._transport else 1

    def _refill(self, stream: Stream, now: datetime, wanted: int, lanes: tuple[Lane, ...]) -> int:
        """Claim mails, check and write them; return how many were claimed."""
        ids = self._claim(now, wanted, lanes)
        decided = self._decider.decide_all(ids, now)
        self._keep([each for each in decided if not isinstance(each[1], Prepared)], now)
        stream.add(self._admitted([decision for _, decision in decided if isinstance(decision, Prepared)], now))
        return len(ids)

    def _admitted(self, letters: list[Prepared], now: datetime) -> list[Prepared]:
        """Put back what the rate of its group of domains does not admit now, and return the rest."""
        asking = [Asking(it.mail_id, it.domain_group, it.lane, it.is_back) for it in letters] if self._rates else []
        if not any(each.group in self._rates for each in asking):
            return letters
        with self._lock, writing():
            later = rates.admit(db, self._rates, asking, now=now)
            claims.postpone(db, self._owner, later.items())
        return [letter for letter in letters if letter.mail_id not in later]

    def _claim(self, now: datetime, limit: int, lanes: tuple[Lane, ...] = tuple(Lane)) -> list[int]:
        with self._lock, writing():
            whole = self._rates.get(rates.PROVIDER)
            granted = rates.take(db, rates.PROVIDER, whole, limit, now=now) if whole else limit
            lease = {"now": now, "leased_at": self._machine_clock()}
            in_hand = self._stream.held() if self._stream else []
            ids = claims.claim(db, self._owner, **lease, limit=granted, lanes=lanes, in_hand=in_hand)
            if whole and len(ids) < granted:
                rates.give_back(db, rates.PROVIDER, whole, granted - len(ids), now=now)
            return ids

    def _fail(self, prepared: Prepared, error: Exception, now: datetime) -> None:
        self._keep([(prepared.mail_id, partial(delivery.end_fault, error=error))], now)

    def _end(self, now: datetime) -> None:
        """Give back what has not been marked, and wait for the answers about the rest."""
        while self._is_busy():
            self._drain(now)

    def _keep(self, decided: list[tuple[int, Prepared | Ending]], now: datetime) -> None:
        """Keep letters and their outcomes in one transaction, or none of them."""
        if not decided:
            return
        with self._lock, writing():
            for mail_id, decision in decided:
                with suppress(LostClaim):
                    self._keep_one(held(db, self._owner, mail_id), decision, now)

    def _keep_one(self, mail: OutboxMail, decision: Prepared | Ending, now: datetime) -> None:
        if not isinstance(decision, Prepared):
            return decision(db, self._owner, mail, now=now)
        claims.mark(db, self._owner, mail.id, now=now)
        local.keep(db, mail.id, decision.letter, now=now)
        return delivery.conclude(db, self._owner, decision, KEPT_LOCALLY, now=now)

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
            if self._guards:
                self._guards.look_at_machine()
            with self._lock, writing():
                beats.beat(db, self.name, now=self._machine_clock())
                claims.renew(db, self._owner, leased_at=self._machine_clock())
        except DATABASE_FAULTS as error:
            log.error("worker.no_heartbeat", error=type(error).__name__)
