"""Signatures of the mails (DKIM, RFC 6376), where the mail server does not sign them itself."""

import os

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from registrar.mail.addresses import wire_address
from registrar.settings import Settings, SettingsError

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"auto-submitted", b"list-id",
    b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version", b"content-type",
)  # fmt: skip
"""Each is signed once more than it is there, so that no second one can be added (RFC 6376, 8.15)."""
FEWEST_BITS = 1024
"""RFC 8301, 3.2."""
_RELAXED = (b"relaxed", b"relaxed")


class Signer:
    """Signs with one RSA key, for the domain of the sender."""

    def __init__(self, key: bytes, selector: str, domain: str) -> None:
        self._key = key
        self._selector = selector.encode()
        self._domain = domain.encode()

    def signed(self, data: bytes) -> bytes:
        """Return the mail with its signature above it."""
        head = data.partition(b"\r\n\r\n")[0].lower()
        names = {each.partition(b":")[0] for each in head.split(b"\r\n")}
        signed = [*(name for name in SIGNED if name in names), *SIGNED]
        signature: bytes = dkim.sign(
            data, self._selector, self._domain, self._key, canonicalize=_RELAXED, include_headers=signed
        )
        return signature + data


def signer(settings: Settings, sender: str) -> Signer | None:
    """Return what signs the mails of this sender, or None where no key is set.

    A key that cannot be used raises `SettingsError`.
    """
    if settings.dkim_key_file is None:
        return None
    domain = wire_address(sender).rpartition("@")[2]
    return Signer(_usable(settings), settings.dkim_selector, domain)


def _usable(settings: Settings) -> bytes:
    """Return the key as it stands in its file."""
    assert settings.dkim_key_file is not None  # noqa: S101 - asked before
    try:
        key = settings.dkim_key_file.read_bytes()
        bits = int(parse_pem_private_key(key)["modulus"]).bit_length()
    except OSError as error:
        raise _refused(f"cannot be read ({os.strerror(error.errno or 0)})") from None
    except (UnparsableKeyError, ValueError, KeyError):
        raise _refused("holds no RSA private key in PEM form") from None
    if bits < FEWEST_BITS:
        raise _refused(f"holds a key of {bits} bits, which nobody accepts; make one of 2048")
    return key


def _refused(trouble: str) -> SettingsError:
    return SettingsError([f"REGISTRAR_DKIM_KEY_FILE: the file {trouble}."])
