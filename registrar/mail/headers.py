"""Header fields as octets: our own check of every value, encoded words, folding (RFC 5322, 2047, 6532)."""

import re
import unicodedata
from collections.abc import Sequence
from email.base64mime import header_encode as b_encoded
from email.quoprimime import header_encode as q_encoded

from registrar.mail.addresses import wire_address

LINE = 78
LONGEST_LINE = 998
_ENCODED_WORD = 66
_ASCII = bytes(range(128))
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")


class HeaderInjection(ValueError):  # noqa: N818 - it names what was tried
    """A header value holds a character that could end its line, or that cannot be written at all."""


def checked(value: str) -> str:
    """Return the value, or refuse control characters, line and paragraph separators and lone surrogates."""
    if not value.isprintable() and any(unicodedata.category(sign) in _BREAKING for sign in value):
        raise HeaderInjection("A header value holds a control character.")
    return value


def field(name: str, words: Sequence[str]) -> bytes:
    """Return one header field, its words parted by single spaces and folded where a line would grow too long."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and not lines[-1].endswith(":"):
            lines.append("")
        lines[-1] += f" {checked(word)}"
    octets = [line.encode() for line in lines]
    if max(map(len, octets)) > LONGEST_LINE:
        raise ValueError(f"The header field {name} is too long to be sent.")
    return b"\r\n".join(octets) + b"\r\n"


def text_words(value: str) -> list[str]:
    """Return free text (a subject) as words: plain where that survives a reader, else encoded."""
    return checked(value).split(" ") if _is_plain(value) else encoded_words(value)


def mailbox_words(name: str, address: str) -> list[str]:
    """Return `Name <address>` as words; the bare address where there is no name."""
    wired = wire_address(checked(address))
    return [*_phrase_words(name), f"<{wired}>"] if name else [wired]


def _phrase_words(name: str) -> list[str]:
    if not _is_plain(name):
        return encoded_words(name)
    if _PHRASE.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"'] if len(escaped) <= _ENCODED_WORD - 2 else encoded_words(name)


def _is_plain(value: str) -> bool:
    """Whether folding and unfolding at single spaces gives the same text back."""
    words = value.split(" ")
    return value.isascii() and "=?" not in value and (value == "" or all(0 < len(word) <= 60 for word in words))


def encoded_words(value: str) -> list[str]:
    """Return the text as RFC 2047 words, each short enough to follow a field's name, that never split a character.

    Mostly Latin text is quoted-printable, so that it stays readable; the rest base64.
    """
    octets = checked(value).encode()
    beyond_ascii = len(octets.translate(None, _ASCII))
    encode = b_encoded if beyond_ascii * 3 > len(octets) else q_encoded
    if len(whole := encode(octets, "utf-8")) <= _ENCODED_WORD:
        return [whole]
    words: list[str] = []
    chunk = ""
    for sign in value:
        if len(encode((chunk + sign).encode(), "utf-8")) > _ENCODED_WORD:
            words.append(encode(chunk.encode(), "utf-8"))
            chunk = ""
        chunk += sign
    return [*words, encode(chunk.encode(), "utf-8")]
