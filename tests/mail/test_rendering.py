"""Letters from drafts: subject, languages, styles and headers."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail.message import Letter
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render
from registrar.mail.skeleton import build
from tests.mail import letters

Queue = Callable[..., OutboxMail]
pytestmark = pytest.mark.usefixtures("context")


def write(db: DbSession, mail: OutboxMail, now: datetime) -> Letter:
    return render(letters.letter(db, mail, now), mail, now)


def test_the_subject_is_the_first_line_of_the_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = write(db, queue(), now)

    assert (letter.subject, letter.text) == ("A letter for Ana", "Hello Ana & all\n")


def test_the_subject_may_be_a_block_of_a_framed_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = write(db, queue(context={"template": "test/framed"}), now)

    assert letter.subject == "Framed subject"
    assert letter.text.startswith("We Are Museums\n\nA title\n=======\n\nContent\n")


def test_values_are_escaped_in_html_and_not_in_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = write(db, queue(context={"name": "<b>Ana</b>"}), now)

    assert "Hello <b>Ana</b> & all" in letter.text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in letter.html


def test_styles_are_written_into_the_elements(db: DbSession, queue: Queue, now: datetime) -> None:
    assert '<p style="color: red;">Ana</p>' in write(db, queue(), now).html


def test_a_letter_speaks_the_recipients_language(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = write(db, queue(context={"template": "test/framed", "locale": "fr"}), now)

    assert '<html lang="fr">' in letter.html


def test_the_message_id_is_that_of_the_row(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()

    assert write(db, mail, now).message_id == f"<{mail.message_id}@wearemuseums.example>"


def test_a_subscription_can_be_ended_from_its_headers(db: DbSession, queue: Queue, now: datetime) -> None:
    url = "https://registrar.example/unsubscribe/abc"
    parsed = message_from_bytes(
        build(write(db, queue(context={"list": "weekly-4", "unsubscribe": url, "calendar": True}), now)), policy=SMTP
    )

    assert isinstance(parsed, EmailMessage)
    assert {name: parsed[name] for name in ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")} == {
        "List-Id": "<weekly-4.wearemuseums.example>",
        "List-Unsubscribe": f"<{url}>, <mailto:hello@wearemuseums.example?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert [part.get_content_type() for part in parsed.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


def test_outside_a_request_a_letter_needs_no_page(app: Flask, db: DbSession, queue: Queue, now: datetime) -> None:
    """The frame of pages reads the request; a mail has none."""
    assert write(db, queue(context={"template": "test/framed"}), now).html.count("We Are Museums") == 2
