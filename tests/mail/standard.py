"""The same letter as the standard library would build it: what skeletons are measured against."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from registrar.mail.message import CalendarMethod, Letter


def message(letter: Letter) -> EmailMessage:
    """Return the letter as an `EmailMessage`."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(letter.sender.name, addr_spec=letter.sender.address)
    made["To"] = Address(letter.to_name, addr_spec=letter.to_address)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.date)
    made["Message-ID"] = letter.message_id
    made["Auto-Submitted"] = "auto-generated"
    made["List-Id"] = f"<{letter.list_id}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>, <mailto:{letter.unsubscribe_mailto}?subject=unsubscribe>"
    _add_parts(made, letter)
    return made


def _add_parts(made: EmailMessage, letter: Letter) -> None:
    params: dict[str, Any] = {"cte": "quoted-printable"}
    made.set_content(letter.text, **params)
    made.add_alternative(letter.html, subtype="html", **params)
    calendar = letter.calendar
    if calendar is None:
        made.make_mixed()
        return
    own = {"method": calendar.method.value, "charset": "utf-8"}
    if calendar.method is CalendarMethod.PUBLISH:
        made.add_attachment(calendar.content, "text", "calendar", params=own, filename="invite.ics")
        return
    made.add_alternative(calendar.content, "text", "calendar", params=own)
    made.add_attachment(calendar.content, "application", "ics", filename="invite.ics")


def parsed(octets: bytes) -> EmailMessage:
    """Read octets by the standard library, which must find nothing to complain about."""
    found = message_from_bytes(octets, policy=SMTP)
    assert isinstance(found, EmailMessage)
    assert [part.defects for part in found.walk() if part.defects] == []
    return found


def read(found: EmailMessage) -> list[tuple[str, object, str | None, bytes | list[str]]]:
    """Return each part's type, its parameters but boundaries, its file name, and what it holds."""
    return [
        (
            part.get_content_type(),
            {name: value for name, value in part["Content-Type"].params.items() if name != "boundary"},
            part.get_filename(),
            _content(part),
        )
        for part in found.walk()
    ]


def _content(part: Any) -> bytes | list[str]:
    """Return a calendar octet by octet, a text as lines: transports may write line ends in their own way."""
    if part.is_multipart():
        return b""
    if part.get_content_subtype() in {"calendar", "ics"}:
        return bytes(part.get_payload(decode=True))
    return lines(part.get_content())


def lines(text: str) -> list[str]:
    """Return the lines of a text without empty ones at its end."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while found and not found[-1]:
        found.pop()
    return found


def named(parsed: EmailMessage, header: str) -> tuple[str, str]:
    """Read a mailbox by the older parser: the newer one parts encoded words that follow each other in a name."""
    unfolded = dict(parsed.raw_items())[header]
    name, address = parseaddr(re.sub("\r\n(?=[ \t])", "", unfolded))
    return str(make_header(decode_header(name))), address
