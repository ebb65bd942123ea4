"""Hands prepared mails to a server over several kept-open lines, one recipient at a time, and says what became of each.

One loop moves all lines, so that a slow one never holds up the others. Each mail stops before its final dot until the
caller has committed the marker.
"""

import select
import ssl
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Protocol

from registrar.mail.lines import Ended, Line, Parcel
from registrar.mail.rules import Outcome
from registrar.mail.smtp_url import SmtpServer
from registrar.mail.wire import Wish

__all__ = ["Ended", "Parcel", "SmtpTransport", "Transport"]
LONGEST_POLL = 1.0


class Transport(Protocol):
    """Where the worker hands over mails."""

    @property
    def lines(self) -> int:
        """How many mails can be under way at once."""

    def free(self, most: int | None = None) -> int:
        """Return how many parcels can be begun now, so that at most so many are under way."""

    def begin(self, parcel: Parcel) -> None:
        """Take a parcel to a free line."""

    def advance(self, seconds: float) -> bool:
        """Go on where something has come within so many seconds; return whether it has."""

    def ready(self) -> list[Parcel]:
        """Return the parcels of which all but the final dot has been handed over."""

    def confirm(self, marked: Collection[int], following: deque[Parcel]) -> list[Parcel]:
        """Send the final dot of the parcels that are marked; drop the other ready ones and return them.

        Each line whose parcel leaves may take its next one from `following`, to begin it in the same breath.
        """

    def ended(self) -> list[Ended]:
        """Return what has come to an end since this was last asked."""

    def abandon(self) -> list[Parcel]:
        """Drop everything whose final dot has not been sent, and return it."""

    def close(self) -> None:
        """Take leave of the server."""


class SmtpTransport:
    """One worker's lines to the server, opened when needed; not for use by two threads at once."""

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext | None = None, lines: int = 1) -> None:
        self._done: deque[Ended] = deque()
        context = tls or ssl.create_default_context()
        self._lines = [Line(server, context, self._done) for _ in range(lines)]

    @property
    def lines(self) -> int:
        """How many mails can be under way at once."""
        return len(self._lines)

    @property
    def encryption(self) -> str | None:
        """The version of TLS on the first line; None where it is not encrypted, or not connected."""
        return self._lines[0].encryption

    def deliver(self, envelope_from: str, to: str, data: bytes, before_final_dot: Callable[[], None]) -> Outcome:
        """Send one mail to one person and wait for the answer; an empty `envelope_from` is the null sender.

        `before_final_dot` is called at most once; what it raises goes to the caller, and the mail is then certainly
        not sent. A bad recipient is an outcome; a bad sender is a fault of the program and raises `BadAddress`.
        """
        while not self.free():
            self.advance(LONGEST_POLL)
        self.begin(Parcel(0, envelope_from, to, data))
        while not (ended := self.ended()):
            if self.ready():
                self._mark(before_final_dot)
            self.advance(LONGEST_POLL)
        _, result = ended[0]
        if isinstance(result, Exception):
            raise result
        return result

    def _mark(self, before_final_dot: Callable[[], None]) -> None:
        try:
            before_final_dot()
        except BaseException:
            self.abandon()
            raise
        self.confirm({0}, deque())

    def free(self, most: int | None = None) -> int:
        """Return how many parcels can be begun now, so that at most so many are under way."""
        idle = sum(line.is_idle for line in self._lines)
        return idle if most is None else max(0, min(idle, most - (len(self._lines) - idle)))

    def begin(self, parcel: Parcel) -> None:
        """Take a parcel to a free line, best one that is connected."""
        idle = [line for line in self._lines if line.is_idle]
        min(idle, key=lambda line: not line.is_connected).carry(parcel)

    def advance(self, seconds: float) -> bool:
        """Go on where something has come within so many seconds; return whether it has."""
        waiting = {line.fileno(): line for line in self._lines if line.wish in _EVENTS}
        if not waiting:
            return False
        poller = select.poll()
        for number, line in waiting.items():
            poller.register(number, _EVENTS[line.wish])
        overdue = min(line.deadline() for line in waiting.values()) - time.monotonic()
        found = poller.poll(max(0.0, min(seconds, overdue, LONGEST_POLL)) * 1000)
        for number, _ in found:
            waiting[number].step()
        self._expire()
        return bool(found)

    def _expire(self) -> None:
        at = time.monotonic()
        for line in self._lines:
            if line.is_overdue(at):
                line.expire()

    def ready(self) -> list[Parcel]:
        """Return the parcels of which all but the final dot has been handed over."""
        return [line.parcel for line in self._lines if line.wish is Wish.MARKER and line.parcel is not None]

    def confirm(self, marked: Collection[int], following: deque[Parcel]) -> list[Parcel]:
        """Send the final dot of the marked parcels and drop the other ready ones; see `Transport`."""
        dropped: list[Parcel] = []
        for line in [line for line in self._lines if line.wish is Wish.MARKER]:
            if line.parcel is not None and line.parcel.number in marked:
                line.finish(following.popleft() if following else None)
            elif parcel := line.abandon():
                dropped.append(parcel)
        return dropped

    def ended(self) -> list[Ended]:
        """Return what has come to an end since this was last asked."""
        found = list(self._done)
        self._done.clear()
        return found

    def abandon(self) -> list[Parcel]:
        """Drop everything whose final dot has not been sent, and return it."""
        dropped = [line.abandon() for line in self._lines]
        return [parcel for parcel in dropped if parcel is not None]

    def close(self) -> None:
        """Take leave of the server."""
        for line in self._lines:
            line.close()


_EVENTS = {Wish.READ: select.POLLIN, Wish.WRITE: select.POLLOUT}
