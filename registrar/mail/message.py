"""One letter as values, and the octets that go over the wire for it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote

from registrar.mail import headers
from registrar.mail.addresses import wire_address
from registrar.mail.headers import HeaderInjection

__all__ = [
    "Attachment",
    "AutoSubmitted",
    "Calendar",
    "CalendarMethod",
    "HeaderInjection",
    "Letter",
    "Mailbox",
    "Precedence",
    "build",
    "needs_smtputf8",
]

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_WEB_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
_CONTENT_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


class CalendarMethod(StrEnum):
    """The iTIP method (RFC 5546) of a calendar that travels by mail."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class AutoSubmitted(StrEnum):
    """RFC 3834: generated on its own, or as an answer to a mail."""

    GENERATED = "auto-generated"
    REPLIED = "auto-replied"


class Precedence(StrEnum):
    BULK = "bulk"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Mailbox":
        """Read `Name <address>` from our own settings; a bad address raises `BadAddress`."""
        name, address = parseaddr(text)
        wire_address(address)
        return cls(name, address)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An iCalendar object; its METHOD line must say what `method` says."""

    method: CalendarMethod
    content: bytes
    filename: str = "invite.ics"

    def __post_init__(self) -> None:
        said = re.findall(rb"(?im)^METHOD:([A-Z]+)\r?$", self.content)
        if said != [self.method.value.encode()]:
            raise ValueError(f"The calendar's METHOD is not {self.method}.")


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that one mail to one person says.

    `envelope_from` is where bounces go; `list_id` is the bare identifier (`weekly.example.org`);
    `unsubscribe_url` answers RFC 8058 POSTs; `unsubscribe_mailto` is a bare address.
    """

    sender: Mailbox
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    envelope_from: str
    reply_to: Mailbox | None = None
    list_id: str | None = None
    unsubscribe_url: str | None = None
    unsubscribe_mailto: str | None = None
    calendar: Calendar | None = None
    attachments: tuple[Attachment, ...] = field(default=())
    auto_submitted: AutoSubmitted = AutoSubmitted.GENERATED
    precedence: Precedence | None = None


def build(letter: Letter) -> bytes:
    """Return the letter with CRLF line ends, the same octets for the same letter at every attempt.

    All is ASCII, except the headers of a letter that `needs_smtputf8`.
    """
    head = b"".join(headers.field(name, words) for name, words in _header_words(letter))
    return head + _mixed(letter).as_bytes()


def needs_smtputf8(letter: Letter) -> bool:
    """Whether an address has a local part outside ASCII, so that the server must offer RFC 6531."""
    addresses = [letter.to_address, letter.envelope_from, letter.sender.address]
    if letter.reply_to:
        addresses.append(letter.reply_to.address)
    return not all(wire_address(address).isascii() for address in addresses if address)


def _header_words(letter: Letter) -> list[tuple[str, list[str]]]:
    words = [
        ("From", headers.mailbox_words(letter.sender.name, letter.sender.address)),
        ("To", headers.mailbox_words(letter.to_name, letter.to_address)),
        ("Subject", headers.text_words(letter.subject)),
        ("Date", format_datetime(letter.date.astimezone(UTC)).split(" ")),
        ("Message-ID", [_matching(_MESSAGE_ID, letter.message_id)]),
        ("Auto-Submitted", [letter.auto_submitted.value]),
    ]
    if letter.reply_to:
        words.append(("Reply-To", headers.mailbox_words(letter.reply_to.name, letter.reply_to.address)))
    if letter.precedence:
        words.append(("Precedence", [letter.precedence.value]))
    return words + _list_words(letter)


def _list_words(letter: Letter) -> list[tuple[str, list[str]]]:
    """Name the list and the ways out of it (RFC 2919, 2369, 8058)."""
    words: list[tuple[str, list[str]]] = []
    if letter.list_id:
        words.append(("List-Id", [f"<{_matching(_LIST_ID, letter.list_id)}>"]))
    ways: list[str] = []
    if letter.unsubscribe_url:
        ways.append(f"<{_matching(_WEB_ADDRESS, letter.unsubscribe_url)}>")
        words.append(("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]))
    if letter.unsubscribe_mailto:
        address = quote(wire_address(headers.checked(letter.unsubscribe_mailto)), safe="@+=")
        ways.append(f"<mailto:{address}?subject=unsubscribe>")
    if ways:
        words.append(("List-Unsubscribe", [f"{way}," for way in ways[:-1]] + ways[-1:]))
    return words


def _matching(shape: re.Pattern[str], value: str) -> str:
    if not shape.fullmatch(headers.checked(value)):
        raise ValueError("A header value is not of the form its field asks for.")
    return value


def _mixed(letter: Letter) -> MIMEPart:
    parts = [_alternative(letter)]
    if letter.calendar:
        parts.append(_calendar_file(letter.calendar))
    parts.extend(_file(attachment) for attachment in letter.attachments)
    mixed = _multipart("mixed", letter, parts)
    mixed["MIME-Version"] = "1.0"
    return mixed


def _alternative(letter: Letter) -> MIMEPart:
    parts = [_text("plain", letter.text), _text("html", letter.html)]
    # Some programs show a calendar in place of the text; one that only informs stays a file.
    if letter.calendar and letter.calendar.method is not CalendarMethod.PUBLISH:
        parts.append(_calendar(letter.calendar))
    return _multipart("alternative", letter, parts)


def _multipart(subtype: str, letter: Letter, parts: list[MIMEPart]) -> MIMEPart:
    """Join the parts; `=_` is in no quoted-printable or base64, so the boundary is safe (RFC 2045, 6.7)."""
    boundary = "=_" + sha256(f"{subtype} {letter.message_id}".encode()).hexdigest()[:32]
    multipart = MIMEPart(policy=SMTP)
    multipart["Content-Type"] = f'multipart/{subtype}; boundary="{boundary}"'
    for part in parts:
        multipart.attach(part)
    return multipart


def _text(subtype: str, content: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part.set_content(content, subtype=subtype, cte="quoted-printable")
    return part


def _calendar(calendar: Calendar) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    params = {"method": calendar.method.value, "charset": "utf-8"}
    part.set_content(calendar.content, "text", "calendar", params=params)
    return part


def _calendar_file(calendar: Calendar) -> MIMEPart:
    """Return the file beside the text; an invitation's copy is no second text/calendar, to act on twice."""
    if calendar.method is CalendarMethod.PUBLISH:
        part = _calendar(calendar)
        _name_file(part, calendar.filename)
        return part
    return _file(Attachment(calendar.filename, "application/ics", calendar.content))


def _file(attachment: Attachment) -> MIMEPart:
    maintype, subtype = _matching(_CONTENT_TYPE, attachment.content_type).split("/")
    part = MIMEPart(policy=SMTP)
    part.set_content(attachment.content, maintype, subtype)
    _name_file(part, attachment.filename)
    return part


def _name_file(part: MIMEPart, filename: str) -> None:
    part.add_header("Content-Disposition", "attachment", filename=headers.checked(filename).strip())
