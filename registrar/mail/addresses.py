"""Mail addresses as they go over the wire: A-label domains, plain local parts, no hidden signs."""

import re
import unicodedata

import idna

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_USUAL = re.compile(rf"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_DOMAIN.pattern}", re.ASCII)
_SHORT = 64
"""No part of such an address can be too long."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


class BadAddress(ValueError):  # noqa: N818 - it names what was given
    """This can be no mail address, or one that no server should be asked to take."""


def wire_address(address: str) -> str:
    """Return the address with its domain in A-labels (IDNA 2008); only the local part may stay outside ASCII.

    Quoted local parts, spaces, control, bidirectional and zero-width characters raise `BadAddress`.
    """
    if len(address) <= _SHORT and _USUAL.fullmatch(address):
        return address
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or (not address.isascii() and _hides(address)):
        raise BadAddress("This is not a mail address.")
    wired = f"{local}@{_wire_domain(domain)}"
    if len(local.encode()) > 64 or len(wired.encode()) > 254:
        raise BadAddress("This mail address is too long.")
    return wired


def _hides(address: str) -> bool:
    return any(unicodedata.category(sign) in _HIDDEN for sign in address)


def _wire_domain(domain: str) -> str:
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadAddress("The part after the @ is no domain.") from error
    if not _DOMAIN.fullmatch(ascii_domain):
        raise BadAddress("The part after the @ is no domain.")
    return ascii_domain
