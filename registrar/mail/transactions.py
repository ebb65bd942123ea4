"""The steps of a worker as transactions that see the world afresh."""

from collections.abc import Iterator
from contextlib import contextmanager

from registrar.db import db, read_only, writable


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
    """Look at the world afresh without the lock that only one writer can have; what was loaded stays readable."""
    db.rollback()
    db.expunge_all()
    read_only(db)
    try:
        yield
    finally:
        db.expunge_all()
        writable(db)
