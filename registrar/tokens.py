"""Signed links: what a mailed address allows, for one purpose, for a time, provable without a table of secrets.

A token names its purpose, the row it speaks for, that row's counter and when it ends. A database that is stolen holds
no token; raising the counter of the row ends every earlier one.
"""

import secrets
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

from itsdangerous import BadSignature, URLSafeSerializer


class Purpose(StrEnum):
    CONFIRM = "confirm"
    NOT_ME = "not-me"
    PERSONAL = "personal"
    JOIN = "join"
    FEED = "feed"
    OFFER = "offer"
    UNSUBSCRIBE = "unsubscribe"
    STAFF = "staff"
    OPT_OUT = "opt-out"
    BOUNCE = "bounce"
    APPLY = "apply"
    """Begin an application, or join the team of one."""
    GRACE = "grace"
    FORM = "form"
    """When a form was opened, in whole seconds."""


@dataclass(frozen=True)
class Claim:
    """What a valid token says: the ids it speaks for and the counter it was made with."""

    ids: tuple[int, ...]
    counter: int
    expires_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the token's time is over; the page may then offer a fresh link."""
        return self.expires_at is not None and now >= self.expires_at


class Tokens:
    """Makes and reads signed tokens with the application's keys; the first key signs, all verify."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = list(keys)
        self._signing: dict[Purpose, bytes] = {}
        """Deriving a key takes longer than signing with it."""

    def make(self, purpose: Purpose, *ids: int, counter: int = 0, expires_at: datetime | None = None) -> str:
        """Return a token for these ids, without end if `expires_at` is not given; itsdangerous reads it."""
        end = int(expires_at.timestamp()) if expires_at else 0
        payload = urlsafe_b64encode(f"[{','.join(map(str, [*ids, counter, end]))}]".encode()).rstrip(b"=")
        if (key := self._signing.get(purpose)) is None:
            key = self._signing[purpose] = self._serializer(purpose).make_signer().derive_key()
        signature = urlsafe_b64encode(hmac_digest(key, payload, "sha256")).rstrip(b"=")
        return f"{payload.decode()}.{signature.decode()}"

    def read(self, purpose: Purpose, token: str) -> Claim | None:
        """Return what the token claims, or None if it is forged or for another purpose; see `Claim.is_over`."""
        try:
            *ids, counter, end = self._serializer(purpose).loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        return Claim(tuple(ids), counter, datetime.fromtimestamp(end, UTC) if end else None)

    def keyed_hash(self, text: str) -> str:
        """Return a hash that only the holder of the first key can make (for suppressed and erased addresses)."""
        return hmac_digest(self._keys[0].encode(), text.encode(), "sha256").hex()

    def code(self, purpose: Purpose, number: int) -> str:
        """Return 80 bits in lower-case letters and digits that only the holder of the first key can make."""
        return _code(self._keys[0], purpose, number)

    def is_code(self, purpose: Purpose, number: int, code: str) -> bool:
        """Tell whether a code was made for this number with one of the keys."""
        return any(compare_digest(_code(key, purpose, number), code) for key in self._keys)

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        ring = list(reversed(self._keys))  # itsdangerous signs with the last key
        return URLSafeSerializer(ring, salt=f"registrar.{purpose}", signer_kwargs={"digest_method": sha256})


def _code(key: str, purpose: Purpose, number: int) -> str:
    digest = hmac_digest(key.encode(), f"registrar.{purpose}:{number}".encode(), "sha256")
    return b32encode(digest[:10]).decode().lower()


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored of a random secret."""
    return sha256(secret.encode()).hexdigest()
