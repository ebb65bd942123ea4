"""One performance of a script: which steps are used up, and what the clients have said so far."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from tests.smtp.journal import Journal
from tests.smtp.script import Offers, Stage, Step

GONE = "(gone)"


class Play:
    """Shared by all connections of one server.

    `commands` holds the last ten thousand lines, without credentials, and GONE where a connection ended.
    """

    def __init__(self, journal: Journal, script: Sequence[Step], offers: Offers) -> None:
        self.journal = journal
        self.offers = offers
        self.commands: deque[str] = deque(maxlen=10_000)
        self.body_octets = 0
        self.strike: Callable[[], object] = lambda: None
        """What a step that strikes calls, on the thread of its connection: to kill the client, or to hold it."""
        self._script = list(script)
        self._used = [0] * len(script)
        self._transactions = 0
        self._changed = threading.Condition()

    def step(self, stage: Stage, connection: int, transaction: int, recipients: Sequence[str]) -> Step | None:
        """Return the first step that fits and is not used up, and count its use."""
        with self._changed:
            for index, step in enumerate(self._script):
                fits = step.fits(stage, connection, transaction, recipients)
                if fits and (step.times is None or self._used[index] < step.times):
                    self._used[index] += 1
                    return step
        return None

    def add(self, step: Step) -> None:
        """Go on with one more step, once all others that fit are used up."""
        with self._changed:
            self._script.append(step)
            self._used.append(0)

    def next_transaction(self) -> int:
        with self._changed:
            self._transactions += 1
            return self._transactions

    def note(self, command: str) -> None:
        with self._changed:
            self.commands.append(command)
            self._changed.notify_all()

    def note_body(self, octets: int) -> None:
        """Keep how many octets of the present body have come; the final dot is none of them."""
        with self._changed:
            self.body_octets = octets
            self._changed.notify_all()

    def wait_for(self, command: str, seconds: float = 10) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: command in self.commands, seconds)

    def wait_for_body(self, octets: int, seconds: float = 10) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.body_octets >= octets, seconds)
