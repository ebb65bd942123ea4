"""What a feature promises about each kind of mail: a composer that decides at the last moment and says what to write.

A feature lists its composers in `KINDS` of its `mails.py`; the application registers them all. A composer reads the
database as it is now; it returns a `Draft`, or raises `NotNeeded` with the reason why the mail must not go out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Flask, current_app

from registrar.db import DATABASE_FAULTS, DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.mail.slots import slot

__all__ = [
    "EXTENSION",
    "Bulk",
    "CalendarPart",
    "Composed",
    "Composer",
    "Draft",
    "Kind",
    "NotNeeded",
    "compose",
    "compose_all",
    "register",
    "slot",
]

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
    """What the letter says; the same for many recipients where `personal` holds the rest."""
    personal: Mapping[str, str] = field(default_factory=dict)
    """What is this person's alone (name, links): templates see these names too, but only to print them as they are."""
    calendar: CalendarPart | None = None
    list_name: str | None = None
    """Slug of the series, for List-Id and for what can be unsubscribed from."""
    unsubscribe_url: str | None = None
    """HTTPS address that takes the one-click POST of RFC 8058."""
    manage_url: str | None = None


Composer = Callable[[DbSession, OutboxMail, datetime], Draft]
"""Writes one mail, or raises `NotNeeded`."""
Composed = Draft | NotNeeded | Exception
"""A draft, the reason why there is none, or the fault of the program that kept it from being written."""


@dataclass(frozen=True)
class Bulk:
    """A composer for many mails of one kind at once, with a few queries for all of them; every mail gets an answer."""

    compose: Callable[[DbSession, Sequence[OutboxMail], datetime], Mapping[int, Draft | NotNeeded]]


Kind = Composer | Bulk


def register(app: Flask, kinds: Mapping[str, Kind]) -> None:
    """Make these kinds of mail known to the worker."""
    known: dict[str, Kind] = app.extensions.setdefault(EXTENSION, {})
    if twice := known.keys() & kinds.keys():
        raise ValueError(f"Two features compose {sorted(twice)}.")
    known.update(kinds)


def compose(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Return the draft of an outbox row as the world is now, or raise `NotNeeded`."""
    known: Kind = current_app.extensions[EXTENSION][mail.kind]
    if not isinstance(known, Bulk):
        return known(db, mail, now)
    answer = known.compose(db, [mail], now)[mail.id]
    if isinstance(answer, NotNeeded):
        raise answer
    return answer


def compose_all(db: DbSession, mails: Sequence[OutboxMail], now: datetime) -> dict[int, Composed]:
    """Return the answer of its composer for each of these mails; what one of them does is no other's harm."""
    answers: dict[int, Composed] = {}
    for kind, group in groupby(sorted(mails, key=attrgetter("kind")), key=attrgetter("kind")):
        known: Kind | None = current_app.extensions[EXTENSION].get(kind)
        alike = list(group)
        if isinstance(known, Bulk):
            answers.update(_bulk(known, db, alike, now))
        else:
            answers.update({mail.id: _one(db, mail, now) for mail in alike})
    return answers


def _bulk(known: Bulk, db: DbSession, mails: Sequence[OutboxMail], now: datetime) -> Mapping[int, Composed]:
    try:
        return known.compose(db, mails, now)
    except DATABASE_FAULTS:
        raise
    except Exception:  # noqa: BLE001 - one of them is at fault; each is asked alone to find out which
        return {mail.id: _one(db, mail, now) for mail in mails}


def _one(db: DbSession, mail: OutboxMail, now: datetime) -> Composed:
    try:
        return compose(db, mail, now)
    except DATABASE_FAULTS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one mail does, the others leave
        return error
