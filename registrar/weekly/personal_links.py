"""The addresses that belong to one person: their pages, their way into a session, their calendar, their "stop"."""

from datetime import datetime, timedelta
from typing import Protocol

from flask import current_app

from registrar.tokens import Purpose, Tokens
from registrar.web.links import absolute
from registrar.weekly.models import Registration
from registrar.weekly.rules import Subscription

LINK_LASTS = timedelta(days=30)
"""How long a personal link in a mail opens the personal page; older ones offer a fresh link."""

SUBSCRIPTIONS = tuple(Subscription)
"""A token names a subscription by its place here: append, never reorder."""


class Linked(Protocol):
    """A person, or a row of theirs: whose page it is, and how often they have renewed their links."""

    @property
    def id(self) -> int: ...
    @property
    def link_number(self) -> int: ...


def personal_link(person: Linked, now: datetime) -> str:
    """Return the address of the person's own page."""
    token = _tokens().make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=now + LINK_LASTS)
    return absolute("my.enter", token=token)


def join_link(registration_id: int, session_id: int) -> str:
    """Return this person's way into a session; it never changes, whatever the meeting's address is."""
    return absolute("join.join", token=_tokens().make(Purpose.JOIN, registration_id, session_id))


def feed_link(registration: Registration) -> str:
    """Return the address of the registration's private calendar; it ends when the person renews it."""
    token = _tokens().make(Purpose.FEED, registration.id, counter=registration.person.link_number)
    return absolute("feeds.personal", token=token)


def webcal(address: str) -> str:
    """Return the address that makes a calendar program subscribe instead of download."""
    return "webcal:" + address.partition(":")[2]


def unsubscribe_link(registration_id: int, subscription: Subscription) -> str:
    """Return the address that stops one kind of mail of one series (RFC 8058)."""
    number = SUBSCRIPTIONS.index(subscription)
    return absolute("unsubscribe.page", token=_tokens().make(Purpose.UNSUBSCRIBE, registration_id, number))


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
