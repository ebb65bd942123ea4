"""What a feature promises about each kind of mail: a composer that decides at the last moment and says what to write.

A feature lists its composers in `KINDS` of its `mails.py`; the application registers them all. A composer reads the
database as it is now; it returns a `Draft`, or raises `NotNeeded` with the reason why the mail must not go out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason

EXTENSION = "registrar.mail.kinds"


class NotNeeded(Exception):  # noqa: N818 - an answer, not a fault
    """This mail must not go out any more, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar object that travels with a mail; `method` is REQUEST, CANCEL or PUBLISH."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A mail before it is rendered: to whom, in which words, with which values."""

    to_name: str
    """Empty while the address is not confirmed: nothing that a stranger typed is mailed."""
    to_address: str
    locale: str
    timezone: str
    template: str
    """`weekly/reminder`: `templates/emails/weekly/reminder.txt`, whose first line is `Subject: …`, and `.html`."""
    values: Mapping[str, Any] = field(default_factory=dict)
    calendar: CalendarPart | None = None
    list_name: str | None = None
    """Slug of the series, for List-Id and for what can be unsubscribed from."""
    unsubscribe_url: str | None = None
    """HTTPS address that takes the one-click POST of RFC 8058."""
    manage_url: str | None = None


Composer = Callable[[DbSession, OutboxMail, datetime], Draft]


def register(app: Flask, kinds: Mapping[str, Composer]) -> None:
    """Make these kinds of mail known to the worker."""
    known: dict[str, Composer] = app.extensions.setdefault(EXTENSION, {})
    if twice := known.keys() & kinds.keys():
        raise ValueError(f"Two features compose {sorted(twice)}.")
    known.update(kinds)


def compose(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Return the draft of an outbox row as the world is now, or raise `NotNeeded`."""
    composer: Composer = current_app.extensions[EXTENSION][mail.kind]
    return composer(db, mail, now)
