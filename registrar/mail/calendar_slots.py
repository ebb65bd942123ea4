"""Calendars that many share, with places for what is each person's own, such as a join link (RFC 5545)."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from registrar.mail.headers import checked
from registrar.mail.slots import parted

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:"[^"]*"|[^":])*):(?P<value>.*)', re.DOTALL)
_NOT_TEXT = frozenset(
    {"ATTACH", "ATTENDEE", "CONFERENCE", "IMAGE", "ORGANIZER", "SOURCE", "TZURL", "URL"}
)  # fmt: skip
"""Properties whose value is an address (RFC 5545, 3.8; RFC 7986), in which nothing is escaped."""
_LONGEST = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""

Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line with places: what stands before each, its name, and how a value is written there."""

    places: tuple[tuple[str, str, Escape], ...]
    rest: str

    def filled(self, values: Mapping[str, str]) -> bytes:
        parts = [before + escape(values[name]) for before, name, escape in self.places]
        return folded("".join(parts) + self.rest)


class CalendarSkeleton:
    """An iCalendar object whose lines without a place are octets already."""

    __slots__ = ("_pieces",)

    def __init__(self, content: bytes, names: Collection[str]) -> None:
        self._pieces = tuple(_pieces(content, names))

    @property
    def is_shared(self) -> bool:
        """Whether it is the same for everybody."""
        return all(isinstance(piece, bytes) for piece in self._pieces)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """Return one person's calendar; a value that cannot stand in an address raises `HeaderInjection`."""
        return b"".join([piece if isinstance(piece, bytes) else piece.filled(values) for piece in self._pieces])


def folded(line: str) -> bytes:
    """Return a content line with its end, folded without splitting a character."""
    octets = line.encode()
    start, room = 0, _LONGEST
    pieces: list[bytes] = []
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, _LONGEST - 1
    return b"\r\n ".join([*pieces, octets[start:]]) + b"\r\n"


def _pieces(content: bytes, names: Collection[str]) -> Iterator[bytes | _Line]:
    text = content.decode()
    if _has_no_place(_FOLD.sub("", text), names):
        yield content
        return
    for line in _FOLD.sub("", text).splitlines():
        yield folded(line) if _has_no_place(line, names) else _line(line, names)


def _has_no_place(text: str, names: Collection[str]) -> bool:
    return next(parted(text, names))[1] is None


def _line(line: str, names: Collection[str]) -> _Line:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("A line of a calendar has no value.")
    escape = _as_is if found["name"].upper() in _NOT_TEXT or "VALUE=URI" in found["parameters"] else _as_text
    places: list[tuple[str, str, Escape]] = []
    position, rest = 0, ""
    for before, name in parted(line, names):
        position += len(before)
        if name is None:
            rest = before
            continue
        is_value = position >= found.start("value")
        places.append((before, name, escape if is_value else _parameter(line[:position])))
        position += len(name) + 2
    return _Line(tuple(places), rest)


def _parameter(before: str) -> Escape:
    """Return how a value is written in a parameter, which the program that made the line has put in quotes or not."""
    return _in_quotes if before.count('"') % 2 else _quoted


def _as_is(value: str) -> str:
    return checked(value)


def _as_text(value: str) -> str:
    """Escape as RFC 5545, 3.3.11 says."""
    text = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("", _LINE_END.sub("\\\\n", text))


def _in_quotes(value: str) -> str:
    """Leave out what cannot stand in a parameter: few clients know the escapes of RFC 6868."""
    return " ".join(_UNPRINTABLE.sub("", value).split()).replace('"', "'").replace("^", "")


def _quoted(value: str) -> str:
    return f'"{_in_quotes(value)}"'


_LINE_END = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
