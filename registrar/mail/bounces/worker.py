"""Beside the delivery of mail: look once a minute for what came back, in a thread of its own.

Each report is stored and committed before it is marked as read, and the network is never waited for in a transaction:
a crash in between reads it again, and its fingerprint tells that it was there before.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog
from flask import Flask, current_app

from registrar.clock import EXTENSION as CLOCK
from registrar.clock import Clock
from registrar.db import DATABASE_FAULTS, db
from registrar.mail.bounces.imap import FAULTS, ImapMailbox
from registrar.mail.bounces.maildir import Maildir
from registrar.mail.bounces.operations import take
from registrar.mail.transactions import writing
from registrar.settings import Settings

log = structlog.get_logger()

LOOK_SECONDS = 60.0
PATIENCE_SECONDS = 5.0


class Source(Protocol):
    """Where reports come in."""

    source: str

    def unread(self) -> Iterator[tuple[str, bytes]]: ...
    def done(self, name: str) -> None: ...
    def close(self) -> None: ...


def sources(settings: Settings) -> list[Callable[[], Source]]:
    """Return how to open each place that is set."""
    found: list[Callable[[], Source]] = []
    if settings.bounce_maildir:
        found.append(partial(Maildir, settings.bounce_maildir))
    if settings.bounce_imap_url:
        found.append(partial(ImapMailbox, settings.bounce_imap_url))
    return found


def collect(source: Source, now: datetime) -> int:
    """Take in each report, commit, then mark it as read; return how many are new.

    Raises `OSError`, `imaplib.IMAP4.error` or a database fault; what was taken before stays taken.
    """
    taken = 0
    try:
        for name, raw in source.unread():
            try:
                taken += take_one(raw, source.source, now)
            except DATABASE_FAULTS:
                raise
            except Exception:  # wide, because one report must not keep the others; it stays unread
                log.exception("reports.one_failed", source=source.source)
            else:
                source.done(name)
    finally:
        source.close()
    return taken


def take_one(raw: bytes, source: str, now: datetime, recipient: str | None = None) -> bool:
    """Take in one report in a transaction of its own; return whether it is new."""
    with writing():
        return take(db, raw, source, recipient=recipient, now=now) is not None


@contextmanager
def collecting() -> Iterator[None]:
    """Look once a minute while the block runs, if there is anywhere to look."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    if not sources(app.extensions["registrar.settings"]):
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_look_until, args=(app, ended), name="reports", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(PATIENCE_SECONDS)


def _look_until(app: Flask, ended: threading.Event) -> None:
    while True:
        with app.app_context():
            look()
        if ended.wait(LOOK_SECONDS):
            return


def look() -> None:
    """Look everywhere once, whatever happens: the next look comes."""
    clock: Clock = current_app.extensions[CLOCK]
    for opened in sources(current_app.extensions["registrar.settings"]):
        try:
            if taken := collect(opened(), clock()):
                log.info("reports.taken", count=taken)
        except (*FAULTS, *DATABASE_FAULTS) as error:
            log.error("reports.not_read", error=type(error).__name__)
        except Exception:  # wide, because a fault must not end the thread that looks again
            log.exception("reports.failed")
