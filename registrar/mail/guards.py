"""What closes everything by itself: a clock that has jumped, and a database or a machine that may be a copy."""

from datetime import datetime

import structlog

from registrar.clock import Clock, system_clock
from registrar.db import db
from registrar.mail import gate
from registrar.mail.clock_guard import BELIEVED_AFTER, Change, ClockGuard
from registrar.mail.machines import Machine
from registrar.mail.rules import GateReason
from registrar.mail.transactions import writing

log = structlog.get_logger()

BY = "worker"
JUMPED = "The clock of this machine has jumped forward. If it is right, mail leaves again in ten minutes."


class Guards:
    """One worker's look at its clock before each step, and at its machine with each sign of life."""

    def __init__(self, machine: Machine, clock: Clock = system_clock, clock_guard: ClockGuard | None = None) -> None:
        self._machine = machine
        self._clock = clock
        self._clock_guard = clock_guard or ClockGuard(clock)
        self._has_looked = False

    def may_work(self) -> bool:
        """Look at the clock, at the start at the machine too, and return whether they can be trusted."""
        if not self._has_looked:
            self.look_at_machine()
        return self._has_looked and self.look_at_clock()

    def look_at_clock(self) -> bool:
        """Close everything where the clock has jumped, and open it again; return whether the clock can be trusted."""
        change = self._clock_guard.look()
        if change is Change.JUMPED:
            self._close(GateReason.CLOCK, JUMPED, self._clock() + BELIEVED_AFTER)
        elif change is not Change.NONE:
            with writing():
                gate.reopen_for(db, gate.EVERYTHING, GateReason.CLOCK)
        return not self._clock_guard.is_waiting

    def look_at_machine(self) -> None:
        """Close everything where this may be a copy; while the data folder cannot be written, that is not known."""
        try:
            doubt = self._machine.check(self._clock())
        except OSError as error:
            log.error("mail.machine_unknown", error=type(error).__name__)
            return
        if doubt is not None:
            self._close(GateReason.COPY, doubt, None)
        self._has_looked = True

    def _close(self, reason: GateReason, detail: str, opens_at: datetime | None) -> None:
        with writing():
            new = gate.close(db, gate.EVERYTHING, reason, by=BY, now=self._clock(), detail=detail, opens_at=opens_at)
        if new:
            log.error("mail.gate_closed", reason=reason.value, detail=detail)
