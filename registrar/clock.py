"""The one place where a view, a command or the worker reads the time."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app

Clock = Callable[[], datetime]
EXTENSION = "registrar.clock"


def system_clock() -> datetime:
    """Return the machine's time as an aware moment in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the current moment by the clock that the application was created with."""
    clock: Clock = current_app.extensions[EXTENSION]
    return clock()
