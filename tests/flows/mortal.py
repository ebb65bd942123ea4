"""A way to the mail server that dies with its worker at a chosen step, as a process does that is killed."""

from collections.abc import Callable
from typing import Any

from registrar.mail.transport import Transport


class Death(BaseException):
    """The end of a worker: nothing in the product may catch it and go on."""


class Mortal:
    """Passes everything on, and dies at the step that is chosen: before it, or after it has been done."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._left: int | None = None

    def live(self, steps: int | None = None) -> None:
        """Die after so many more steps, or never."""
        self._left = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._transport, name)
        return self._guarded(found) if callable(found) else found

    def _guarded(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: Any, **named: Any) -> Any:
            self._breathe()
            done = act(*[self._guarded(each) if callable(each) else each for each in given], **named)
            self._breathe()
            return done

        return guarded

    def _breathe(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Death
