"""A letter read back from its octets, as a mail program shows it."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default


@dataclass(frozen=True)
class Part:
    """A file that travels with a letter."""

    number: int
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Reading:
    """What a letter says."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    parts: list[Part]


def read(data: bytes) -> Reading:
    """Take a letter apart; a copy of the calendar inside the text is listed as a file too."""
    message = BytesParser(EmailMessage, policy=default).parsebytes(data)
    headers = [(name, str(value)) for name, value in message.items()]
    return Reading(headers, _body(message, "plain"), _body(message, "html"), _parts(message))


def _body(message: EmailMessage, subtype: str) -> str:
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}" and not part.is_attachment():
            return str(part.get_content())
    return ""


def _parts(message: EmailMessage) -> list[Part]:
    shown = {"text/plain", "text/html"}
    files = [
        part
        for part in message.walk()
        if not part.is_multipart() and (part.is_attachment() or part.get_content_type() not in shown)
    ]
    return [_part(number, part) for number, part in enumerate(files)]


def _part(number: int, part: EmailMessage) -> Part:
    content_type = part.get_content_type()
    method = part.get_param("method")
    described = f"{content_type}; method={method}" if method else content_type
    content = part.get_payload(decode=True)
    return Part(
        number, part.get_filename() or "calendar.ics", described, content if isinstance(content, bytes) else b""
    )
