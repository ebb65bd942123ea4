"""Envelope senders that say which mail came back: `bounces+<number>-<code>@…`, which nobody else can make (VERP)."""

import re

from flask import current_app

from registrar.settings import Settings
from registrar.tokens import Purpose, Tokens

_TOKEN = re.compile(r"\+(?P<number>[0-9]{1,18})-(?P<code>[a-z2-7]{16})@", re.IGNORECASE | re.ASCII)


def envelope_sender(settings: Settings, mail_id: int, sender: str) -> str:
    """Return where bounces of this mail go; the sender itself where no bounce address is set."""
    if settings.bounce_address is None:
        return sender
    local, _, domain = settings.bounce_address.rpartition("@")
    return f"{local}+{mail_id}-{_tokens().code(Purpose.BOUNCE, mail_id)}@{domain}"


def proven_mail(address: str) -> int | None:
    """Return the number of the mail that this bounce address was made for, or None if we did not make it."""
    found = _TOKEN.search(address)
    if found is None:
        return None
    number = int(found["number"])
    return number if _tokens().is_code(Purpose.BOUNCE, number, found["code"].lower()) else None


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
