"""Count the statements that a piece of a test sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from registrar.db import alchemy

READS = ("SELECT",)
READS_AND_WRITES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def queries(app: Flask, kinds: tuple[str, ...] = READS) -> Iterator[list[str]]:
    """Collect every SELECT of the application; what a driver says for itself (BEGIN, PRAGMA) does not count."""
    found: list[str] = []
    with app.app_context():
        engine = alchemy.engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().upper().startswith(kinds):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
