"""Whether mails that share a skeleton read as if each had been written for itself."""

from datetime import datetime
from html import unescape
from typing import Any

from registrar.mail.freezing import Keys
from registrar.mail.kinds import Draft
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render, write
from registrar.mail.shelf import shelf
from registrar.mail.skeleton import build
from registrar.mail.wording import own_values
from tests.mail import standard


def reading(octets: bytes) -> Any:
    """Return the head and the parts, the HTML with its signs unescaped: they can be written in several ways."""
    found = standard.parsed(octets)
    parts = [
        (kind, own, name, unescape("\n".join(content)) if isinstance(content, list) else content)
        for kind, own, name, content in standard.read(found)
    ]
    return [(name, value) for name, value in found.items() if name != "Content-Type"], parts


def assert_reads_alike(draft: Draft, mail: OutboxMail, now: datetime) -> None:
    written, letter = write(draft, mail, now), render(draft, mail, now)
    assert reading(written.data) == reading(build(letter))
    assert (written.subject, written.to_address, written.envelope_from) == (
        letter.subject, letter.to_address, letter.envelope_from,
    )  # fmt: skip


def is_shared(draft: Draft) -> bool:
    """Whether others with the same values use the same skeleton."""
    return shelf().skeleton(draft, own_values(draft), Keys()) is not None
