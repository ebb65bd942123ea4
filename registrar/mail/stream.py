"""The stream of mails to the server: begun on every free line, marked in groups, concluded in groups.

One transaction writes the outcomes that have come in and the markers of all mails that stand before their final dot;
only then do these dots leave. So no dot ever goes out before its marker is committed, and a commit serves many mails.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import structlog

from registrar.db import DATABASE_FAULTS, db
from registrar.mail import claims, delivery
from registrar.mail.breaker import Breaker
from registrar.mail.claims import Owner
from registrar.mail.delivery import Prepared
from registrar.mail.rules import Outcome
from registrar.mail.transactions import writing
from registrar.mail.transport import Parcel, Transport

log = structlog.get_logger()

GATHER_SECONDS: Final = 0.01
"""How long mails that stand before their final dot wait for others, so that one commit serves them all."""
PAUSE_SECONDS: Final = 0.1
STALE_SECONDS: Final = 5.0
"""A letter is not begun later than this after it was written; it is checked and written anew."""
MOST_AT_ONCE: Final = 500
OUTCOME_TRIES: Final = 60
RETRY_SECONDS: Final = 0.5

Faulty = Callable[[Prepared, Exception], None]
"""What is done about a mail at which the program itself failed."""


class Stream:
    """What one worker has in hand: letters that wait for a line, those under way, and answers not yet written down."""

    def __init__(self, owner: Owner, transport: Transport, breaker: Breaker, lock: threading.Lock) -> None:
        self._owner = owner
        self._transport = transport
        self._breaker = breaker
        self._lock = lock
        self._in_hand: deque[tuple[float, Prepared]] = deque()
        self._under_way: dict[int, Prepared] = {}
        self._unwritten: list[tuple[Prepared, Outcome]] = []
        self._outdated: list[int] = []
        """Letters to addresses that have just turned out not to exist: their turn comes again, to be told so."""
        self._paces: deque[tuple[float, int]] = deque()

    @property
    def is_busy(self) -> bool:
        return bool(self._in_hand or self._under_way or self._unwritten)

    def held(self) -> list[int]:
        """Return the mails that are in hand or under way."""
        return [*self._under_way, *(prepared.mail_id for _, prepared in self._in_hand)]

    def is_low(self, lines: int) -> bool:
        """Tell whether fewer letters wait than there are lines."""
        return len(self._in_hand) < lines

    def appetite(self, lines: int) -> int:
        """Return how many mails to claim at once: as many as have left in the last second."""
        since = time.monotonic() - 1
        while self._paces and self._paces[0][0] < since:
            self._paces.popleft()
        return min(MOST_AT_ONCE, max(lines, sum(number for _, number in self._paces)))

    def add(self, letters: Iterable[Prepared]) -> None:
        """Put letters among those in hand, each behind the others of its lane."""
        at = time.monotonic()
        together = [*self._in_hand, *((at, letter) for letter in letters)]
        self._in_hand = deque(sorted(together, key=lambda each: each[1].lane))

    def move(self, now: datetime, faulty: Faulty) -> int:
        """Begin, gather, commit and finish once; return how many mails ended."""
        self._give_back_stale()
        self._begin(now)
        self._gather()
        return self._commit(now, faulty)

    def _give_back_stale(self) -> None:
        before = time.monotonic() - STALE_SECONDS
        stale = [prepared.mail_id for written_at, prepared in self._in_hand if written_at < before]
        if stale:
            self._in_hand = deque(each for each in self._in_hand if each[0] >= before)
            self._release(stale)

    def _begin(self, now: datetime) -> None:
        for _ in range(min(len(self._in_hand), self._transport.free(self._breaker.width(now)))):
            _, prepared = self._in_hand.popleft()
            self._under_way[prepared.mail_id] = prepared
            self._transport.begin(_parcel(prepared))

    def _gather(self) -> None:
        """Let the lines go on until nothing comes for a moment, or the first ready mail has waited long enough."""
        waiting = bool(self._transport.ready())
        until = time.monotonic() + (GATHER_SECONDS if waiting else PAUSE_SECONDS)
        while (left := until - time.monotonic()) > 0:
            if not self._transport.advance(min(left, 0.001) if waiting else left):
                return
            if not waiting:
                waiting, until = True, time.monotonic() + GATHER_SECONDS

    def _commit(self, now: datetime, faulty: Faulty) -> int:
        """Write outcomes and markers in one transaction, then send the final dots; return how many mails ended."""
        ended = self._take_ended(now, faulty)
        ready = [parcel.number for parcel in self._transport.ready()]
        if not (ready or self._unwritten):
            return ended
        try:
            marked = self._write(ready, now)
        except DATABASE_FAULTS:
            self.drop_unmarked()
            self._insist(now)
            return ended
        self._finish(marked, now)
        return ended

    def _take_ended(self, now: datetime, faulty: Faulty) -> int:
        ended = self._transport.ended()
        for parcel, result in ended:
            prepared = self._under_way.pop(parcel.number)
            if isinstance(result, Outcome):
                self._breaker.learn(result, now)
                self._unwritten.append((prepared, result))
                if result.suppress:
                    self._take_out(prepared.letter.to_address)
            else:
                log.error("mail.cannot_be_sent", mail=parcel.number, exc_info=result)
                faulty(prepared, result)
        if ended:
            self._paces.append((time.monotonic(), len(ended)))
        return len(ended)

    def _take_out(self, address: str) -> None:
        """Take the letters to this address out of hand."""
        same = [each for each in self._in_hand if each[1].letter.to_address.casefold() == address.casefold()]
        self._in_hand = deque(each for each in self._in_hand if each not in same)
        self._outdated += [prepared.mail_id for _, prepared in same]

    def _write(self, ready: list[int], now: datetime) -> set[int]:
        with self._lock, writing():
            delivery.conclude_all(db, self._owner, self._unwritten, now=now)
            marked = claims.mark_all(db, self._owner, ready, now=now)
        self._unwritten.clear()
        self._release(self._outdated)
        self._outdated = []
        return marked

    def _insist(self, now: datetime) -> None:
        """Write the outcomes all the same: an answer that is lost leaves a mail in doubt that was not."""
        for remaining in reversed(range(OUTCOME_TRIES)):
            try:
                self._write([], now)
                return
            except DATABASE_FAULTS:
                if not remaining:
                    self._unwritten.clear()
                    raise
                threading.Event().wait(RETRY_SECONDS)

    def _finish(self, marked: set[int], now: datetime) -> None:
        """Send the final dot of what is marked, and drop what somebody else has taken over or taken back."""
        most = len(marked) if self._breaker.width(now) is None else 0
        following = [prepared for _, prepared in list(self._in_hand)[:most]]
        parcels = deque(_parcel(prepared) for prepared in following)
        dropped = self._transport.confirm(marked, parcels)
        for prepared in following[: len(following) - len(parcels)]:
            self._in_hand.popleft()
            self._under_way[prepared.mail_id] = prepared
        self._let_go(dropped)

    def drop_unmarked(self) -> None:
        """Drop what has been begun and not been marked: it is certainly not sent. Its claims are left to `recover`."""
        for parcel in self._transport.abandon():
            self._under_way.pop(parcel.number, None)

    def give_back(self) -> None:
        """Give back everything whose final dot has not been sent."""
        dropped = self._transport.abandon()
        waiting = [prepared.mail_id for _, prepared in self._in_hand]
        self._in_hand.clear()
        self._let_go(dropped)
        self._release(waiting)

    def give_back_unbegun(self) -> None:
        """Give back what waits for a line."""
        waiting = [prepared.mail_id for _, prepared in self._in_hand]
        self._in_hand.clear()
        self._release(waiting)

    def _let_go(self, dropped: list[Parcel]) -> None:
        for parcel in dropped:
            del self._under_way[parcel.number]
            log.info("mail.claim_lost", mail=parcel.number)
        self._release([parcel.number for parcel in dropped])

    def _release(self, ids: list[int]) -> None:
        if ids:
            with self._lock, writing():
                claims.release(db, self._owner, ids)


def _parcel(prepared: Prepared) -> Parcel:
    letter = prepared.letter
    return Parcel(prepared.mail_id, letter.envelope_from, letter.to_address, letter.data)
