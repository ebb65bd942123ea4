"""What one mail to one person says, as values."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import NamedTuple

from registrar.mail.addresses import wire_address
from registrar.mail.headers import HeaderInjection

__all__ = ["Calendar", "CalendarMethod", "Copy", "Frame", "HeaderInjection", "Letter", "Mailbox", "Words"]


class CalendarMethod(StrEnum):
    """The iTIP method (RFC 5546) of a calendar that travels by mail."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


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

    def __post_init__(self) -> None:
        said = re.findall(rb"(?im)^METHOD:([A-Z]+)\r?$", self.content)
        if said != [self.method.value.encode()]:
            raise ValueError(f"The calendar's METHOD is not {self.method}.")


class Words(NamedTuple):
    """What is read: the subject, the plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the head of a mail says whoever it goes to.

    `list_id` is the bare identifier (`weekly.example.org`), `unsubscribe_mailto` a bare address.
    """

    sender: Mailbox
    reply_to: Mailbox | None = None
    list_id: str | None = None
    unsubscribe_mailto: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """What makes a mail one person's; `unsubscribe_url` answers the POST of RFC 8058."""

    to_name: str
    to_address: str
    message_id: str
    date: datetime
    unsubscribe_url: str | None = None


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

    @property
    def words(self) -> Words:
        return Words(self.subject, self.text, self.html)

    @property
    def frame(self) -> Frame:
        return Frame(self.sender, self.reply_to, self.list_id, self.unsubscribe_mailto)

    @property
    def copy(self) -> Copy:
        return Copy(self.to_name, self.to_address, self.message_id, self.date, self.unsubscribe_url)
