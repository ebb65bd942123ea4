"""Text as quoted-printable (RFC 2045, 6.7), in lines of at most 76 octets of which none begins with a dot."""

import re
from binascii import b2a_qp

SOFT_END = b"=\r\n"
_LONGEST = 75
"""Octets of a line to which a soft line break can still be added."""


_DOT = re.compile(rb"^\.", re.MULTILINE)


def quoted(text: str) -> bytes:
    """Return the text encoded from the start of a line on, its line ends (only `\\n` counts) as CRLF.

    A soft line break may follow: the last line has room for it and ends with no space. Dots at the start of lines are
    encoded, so that a transport has none to double.
    """
    encoded = b2a_qp(text.encode())
    if "\n" not in text and len(encoded) - encoded.rfind(b"\n") <= _LONGEST and not _DOT.search(encoded):
        return encoded.replace(b"\n", b"\r\n")
    return b"\r\n".join(map(_tidied, encoded.split(b"\n")))


def _tidied(line: bytes) -> bytes:
    """Encode a leading dot and break what is too long; the standard encoder lets a few lines grow to 78 octets."""
    if line.startswith(b"."):
        line = b"=2E" + line[1:]
    if len(line) <= _LONGEST + line.endswith(b"="):
        return line
    cut = _LONGEST - 2
    while b"=" in line[cut - 2 : cut]:  # in the middle of an encoded octet
        cut -= 1
    return line[:cut] + SOFT_END + _tidied(line[cut:])
