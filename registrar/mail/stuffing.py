"""The body of a mail as it goes over the wire (RFC 5321, 4.5.2)."""

import re

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def stuffed(data: bytes) -> bytes:
    """Return the body as it is sent: CRLF line ends only, leading dots doubled, its last line ended.

    Bare CR and LF are mended, because what one server takes for text another takes for the end of the mail.
    """
    lines = data.splitlines()
    if _is_clean(data, lines) and b"." not in [line[:1] for line in lines]:
        return data
    body = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", data))
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _is_clean(data: bytes, lines: list[bytes]) -> bool:
    """Whether every line ends with CRLF: what is no line is then two octets for each (and this takes no search)."""
    return bool(lines) and len(data) == sum(map(len, lines)) + 2 * len(lines)
