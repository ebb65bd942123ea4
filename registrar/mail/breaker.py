"""When a worker stops sending for a while, because the server is away or refuses us rather than one mail."""

from datetime import datetime, timedelta

from registrar.mail.rules import Outcome, OutcomeKind, Stage

POLICY_PAUSE = timedelta(minutes=5)
HOST_PAUSE = timedelta(minutes=1)
AWAY_PAUSE = timedelta(seconds=15)
REFUSALS_IN_A_ROW = 3
"""So many mails refused for policy after their recipient was named are about us; fewer may be about the recipient."""

_ABOUT_US = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.AUTH, Stage.MAIL})


class Breaker:
    """Closed while mail may leave; one worker's own, forgotten when it ends.

    At the start and after a pause it is half open: one mail tries out whether the others may follow.
    """

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._refusals = 0
        self._is_proven = False

    def is_open(self, now: datetime) -> bool:
        """Tell whether nothing may be sent at this moment."""
        return self._until is not None and now < self._until

    def width(self, now: datetime) -> int | None:
        """Return how many mails may be under way at once; None: as many as there are lines."""
        if self.is_open(now):
            return 0
        return None if self._is_proven else 1

    def learn(self, outcome: Outcome, now: datetime) -> None:
        """Take in how an attempt ended, and open if it says that the next one would end alike."""
        policy = outcome.kind is OutcomeKind.REJECTED_POLICY
        self._refusals = self._refusals + 1 if policy else 0
        pause = self._pause(outcome)
        if pause:
            self._until, self._refusals, self._is_proven = now + pause, 0, False
        elif outcome.stage not in _ABOUT_US:
            self._is_proven = True

    def _pause(self, outcome: Outcome) -> timedelta | None:
        if outcome.kind is OutcomeKind.REJECTED_POLICY:
            about_us = outcome.stage in _ABOUT_US or self._refusals >= REFUSALS_IN_A_ROW
            return POLICY_PAUSE if about_us else None
        if outcome.kind is OutcomeKind.HOST_DEFERRED:
            return HOST_PAUSE
        return AWAY_PAUSE if outcome.stage is Stage.CONNECT else None
