"""A mail compiled once for all who get it: octets already encoded, with places for what is each person's own.

The structure is mixed( alternative( text, html, calendar ), the same calendar as a file ) (RFC 2045, 2046, 6047).
Boundaries begin with `=_`, which is in no quoted-printable or base64 (RFC 2045, 6.7).
"""

import re
from binascii import b2a_base64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from urllib.parse import quote

from markupsafe import escape

from registrar.mail import headers
from registrar.mail.addresses import wire_address
from registrar.mail.calendar_slots import CalendarSkeleton
from registrar.mail.message import Calendar, CalendarMethod, Copy, Frame, Letter, Words
from registrar.mail.quoted import SOFT_END, quoted
from registrar.mail.slots import filled, line, parted

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_WEB_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
_LINE_END = re.compile("\r\n?")
_BASE64_LINE = 76


class Part(Enum):
    PLAIN = "plain"
    HTML = "html"


Place = tuple[str, Callable[[str], bytes]]
"""The name of a value, and how it is written there."""


def build(letter: Letter) -> bytes:
    """Return one letter with CRLF line ends, the same octets for the same letter at every attempt.

    All is ASCII, except the headers of a letter with an address whose local part is not (RFC 6532).
    """
    calendar = SealedCalendar(letter.calendar, ()) if letter.calendar else None
    return Skeleton(letter.words, letter.frame, ()).filled(letter.copy, {}, calendar)


class Skeleton:
    """The words and the frame of a mail; `names` are those whose marks in the words are places."""

    __slots__ = ("_alternative", "_asked", "_fields", "_mixed", "_pieces", "_places", "_subject", "_subject_field")

    def __init__(self, words: Words, frame: Frame, names: Collection[str]) -> None:
        self._subject = words.subject
        self._subject_field = None if _has_place(words.subject, names) else _subject_field(words.subject)
        digest = sha256("\0".join([words.subject, words.text, words.html]).encode()).hexdigest()[:24]
        self._mixed, self._alternative = f"=_m{digest}".encode(), f"=_a{digest}".encode()
        self._fields = _Fields(frame)
        body = [self._opening(), *_body(words, names, self._alternative)]
        self._pieces = [piece if isinstance(piece, bytes) else b"" for piece in _joined(body)]
        places = [(at, piece) for at, piece in enumerate(_joined(body)) if not isinstance(piece, bytes)]
        self._asked = list(dict.fromkeys(place for _, place in places))
        self._places = [(at, self._asked.index(place)) for at, place in places]

    def subject(self, values: Mapping[str, str]) -> str:
        """Return one person's subject, on one line."""
        return self._subject if self._subject_field else line(filled(self._subject, values))

    def filled(self, copy: Copy, values: Mapping[str, str], calendar: "SealedCalendar | None") -> bytes:
        """Return the mail to one person."""
        head = self._fields.filled(copy, self._subject_field or _subject_field(self.subject(values)))
        pieces = self._pieces.copy()
        written = [write(values[name]) for name, write in self._asked]
        for at, which in self._places:
            pieces[at] = written[which]
        return b"".join([head, *pieces, self._ending(calendar, values)])

    def _opening(self) -> bytes:
        return (
            b'Content-Type: multipart/mixed;\r\n boundary="%b"\r\nMIME-Version: 1.0\r\n\r\n--%b\r\n'
            b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n\r\n--%b\r\n'
        ) % (self._mixed, self._mixed, self._alternative, self._alternative)

    def _ending(self, calendar: "SealedCalendar | None", values: Mapping[str, str]) -> bytes:
        """Close both multiparts; the calendar stands beside the texts if it asks for something, and as a file."""
        closing = b"\r\n--%b--\r\n" % self._alternative
        if calendar is None:
            return b"%b\r\n--%b--\r\n" % (closing, self._mixed)
        payload = calendar.payload(values)
        beside = b"\r\n--%b\r\n%b%b" % (self._alternative, calendar.beside, payload) if calendar.beside else b""
        return b"%b%b\r\n--%b\r\n%b%b\r\n--%b--\r\n" % (
            beside, closing, self._mixed, calendar.file, payload, self._mixed,
        )  # fmt: skip


class SealedCalendar:
    """A calendar as parts of a mail; what stands in it for one person is filled in with the mail."""

    __slots__ = ("_content", "_payload", "beside", "file")

    def __init__(self, calendar: Calendar, names: Collection[str]) -> None:
        self._content = CalendarSkeleton(calendar.content, names)
        self._payload = _base64(calendar.content) if self._content.is_shared else None
        own = _calendar_type(calendar.method) + b"Content-Transfer-Encoding: base64\r\n"
        # Some programs show a calendar in place of the text: one that only informs stays a file.
        if calendar.method is CalendarMethod.PUBLISH:
            self.beside, self.file = b"", own + _FILE
        # The copy of an invitation is no second text/calendar, to act on twice.
        else:
            self.beside = own + b"\r\n"
            self.file = b"Content-Type: application/ics\r\nContent-Transfer-Encoding: base64\r\n" + _FILE

    def payload(self, values: Mapping[str, str]) -> bytes:
        return self._payload or _base64(self._content.filled(values))


class _Fields:
    """The head of a mail: what is the same for all, and what is one copy's (RFC 5322, 2919, 2369, 8058, 3834)."""

    __slots__ = ("_begin", "_mailto", "_rest")

    def __init__(self, frame: Frame) -> None:
        self._begin = headers.field("From", headers.mailbox_words(frame.sender.name, frame.sender.address))
        rest = [("Auto-Submitted", ["auto-generated"])]
        if frame.reply_to:
            rest.append(("Reply-To", headers.mailbox_words(frame.reply_to.name, frame.reply_to.address)))
        if frame.list_id:
            rest.append(("List-Id", [f"<{_matching(_LIST_ID, frame.list_id)}>"]))
        self._rest = b"".join(headers.field(name, words) for name, words in rest)
        self._mailto = _mailto(frame.unsubscribe_mailto) if frame.unsubscribe_mailto else None

    def filled(self, copy: Copy, subject: bytes) -> bytes:
        to = headers.field("To", headers.mailbox_words(copy.to_name, copy.to_address))
        message_id = _matching(_MESSAGE_ID, copy.message_id).encode()
        ways_out = self._ways_out(copy.unsubscribe_url)
        return b"%b%b%b%bMessage-ID: %b\r\n%b%b" % (
            self._begin, to, subject, _date_field(copy.date), message_id, self._rest, ways_out,
        )  # fmt: skip

    def _ways_out(self, url: str | None) -> bytes:
        ways = [f"<{_matching(_WEB_ADDRESS, url)}>"] if url else []
        if self._mailto:
            ways.append(self._mailto)
        if not ways:
            return b""
        ways_out = headers.field("List-Unsubscribe", [f"{way}," for way in ways[:-1]] + ways[-1:])
        return _ONE_CLICK + ways_out if url else ways_out


_ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
_FILE = b'Content-Disposition: attachment; filename="invite.ics"\r\n\r\n'


def _body(words: Words, names: Collection[str], alternative: bytes) -> Iterator[bytes | Place]:
    """Yield the octets and places of both texts."""
    yield _text_type(Part.PLAIN)
    yield from _text(words.text, Part.PLAIN, names)
    yield b"\r\n--%b\r\n%b" % (alternative, _text_type(Part.HTML))
    yield from _text(words.html, Part.HTML, names)


def _text(text: str, part: Part, names: Collection[str]) -> Iterator[bytes | Place]:
    """Encode a text; soft line ends part each place from what is on its line, so that it can be encoded alone."""
    start = ""
    for piece, name in parted(_LINE_END.sub("\n", text), names):
        if start and not piece.startswith("\n"):
            yield SOFT_END
        if name is None:
            yield quoted(piece if piece.endswith("\n") else f"{piece}\n")
            return
        yield quoted(piece)
        if piece and not piece.endswith("\n"):
            yield SOFT_END
        yield name, _as_html if part is Part.HTML else _as_plain
        start = name


def _as_plain(value: str) -> bytes:
    return quoted(_LINE_END.sub("\n", value) if "\r" in value else value)


def _as_html(value: str) -> bytes:
    return _as_plain(str(escape(value)))


def _joined(pieces: Sequence[bytes | Place]) -> Iterator[bytes | Place]:
    """Join octets that follow each other."""
    for are_octets, alike in groupby(pieces, lambda piece: isinstance(piece, bytes)):
        if are_octets:
            yield b"".join(piece for piece in alike if isinstance(piece, bytes))
        else:
            yield from alike


def _has_place(text: str, names: Collection[str]) -> bool:
    return next(parted(text, names))[1] is not None


def _subject_field(subject: str) -> bytes:
    return headers.field("Subject", headers.text_words(subject))


@lru_cache(8)
def _date_field(moment: datetime) -> bytes:
    return f"Date: {format_datetime(moment.astimezone(UTC))}\r\n".encode()


def _mailto(address: str) -> str:
    return f"<mailto:{quote(wire_address(headers.checked(address)), safe='@+=')}?subject=unsubscribe>"


def _matching(shape: re.Pattern[str], value: str) -> str:
    if not shape.fullmatch(value):
        headers.checked(value)
        raise ValueError("A header value is not of the form its field asks for.")
    return value


def _text_type(part: Part) -> bytes:
    return b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' % (
        part.value.encode()
    )


def _calendar_type(method: CalendarMethod) -> bytes:
    return b'Content-Type: text/calendar; method="%b"; charset="utf-8"\r\n' % method.value.encode()


def _base64(content: bytes) -> bytes:
    encoded = b2a_base64(content, newline=False)
    lines = [encoded[start : start + _BASE64_LINE] for start in range(0, len(encoded), _BASE64_LINE)]
    return b"\r\n".join([*lines, b""])
