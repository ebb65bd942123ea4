"""Letters as octets: structure, headers, and hostile values that come back unchanged."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registrar.mail.addresses import BadAddress
from registrar.mail.message import (
    Calendar,
    CalendarMethod,
    HeaderInjection,
    Letter,
    Mailbox,
)
from registrar.mail.skeleton import build
from tests.mail.standard import lines, named
from tests.mail.standard import parsed as parsed_octets

LETTER = Letter(
    sender=Mailbox("We Are Museums", "hello@wearemuseums.example"),
    to_name="Ana Silva",
    to_address="ana@example.org",
    subject="Tuesday at 18:00",
    text="Hello Ana\n",
    html="<p>Hello Ana</p>\n",
    message_id="<m1@wearemuseums.example>",
    date=datetime(2026, 10, 6, 16, 0, tzinfo=UTC),
    envelope_from="bounces+m1@wearemuseums.example",
)
BULK = replace(
    LETTER,
    reply_to=Mailbox("The team", "team@wearemuseums.example"),
    list_id="weekly.wearemuseums.example",
    unsubscribe_url="https://wearemuseums.example/unsubscribe/abc",
    unsubscribe_mailto="leave+abc@wearemuseums.example",
)
INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:{}\r\nSUMMARY:Musée\r\nEND:VCALENDAR\r\n"

PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
NAMES = st.text(PRINTABLE, max_size=300)
BREAKING = ["\r", "\n", "\r\n", "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]


def read(letter: Letter) -> EmailMessage:
    return parsed_octets(build(letter))


def changed(changes: dict[str, Any]) -> Letter:
    return replace(LETTER, **changes)


def calendar(method: CalendarMethod) -> Calendar:
    return Calendar(method, INVITATION.format(method).encode())


def shape(part: EmailMessage) -> object:
    if not part.is_multipart():
        return part.get_content_type()
    return {part.get_content_type(): [shape(inner) for inner in part.iter_parts()]}  # type: ignore[arg-type]


def test_a_letter_says_who_to_whom_what_and_when() -> None:
    parsed = read(BULK)

    assert {name: str(value) for name, value in parsed.items() if name != "Content-Type"} == {
        "From": "We Are Museums <hello@wearemuseums.example>",
        "To": "Ana Silva <ana@example.org>",
        "Subject": "Tuesday at 18:00",
        "Date": "Tue, 06 Oct 2026 16:00:00 +0000",
        "Message-ID": "<m1@wearemuseums.example>",
        "Auto-Submitted": "auto-generated",
        "Reply-To": "The team <team@wearemuseums.example>",
        "List-Id": "<weekly.wearemuseums.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Unsubscribe": "<https://wearemuseums.example/unsubscribe/abc>,"
        " <mailto:leave+abc@wearemuseums.example?subject=unsubscribe>",
        "MIME-Version": "1.0",
    }


def test_a_personal_letter_names_no_list() -> None:
    assert read(LETTER).keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "MIME-Version",
    ]


def test_text_comes_before_html() -> None:
    assert shape(read(LETTER)) == {"multipart/mixed": [{"multipart/alternative": ["text/plain", "text/html"]}]}


@pytest.mark.parametrize("method", [CalendarMethod.REQUEST, CalendarMethod.CANCEL])
def test_an_invitation_stands_beside_the_text_and_is_attached(method: CalendarMethod) -> None:
    parsed = read(replace(LETTER, calendar=calendar(method)))

    assert shape(parsed) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]},
            "application/ics",
        ]
    }
    inline, attached = (part for part in parsed.walk() if part.get_content_subtype() in {"calendar", "ics"})
    assert dict(inline["Content-Type"].params) == {"method": method.value, "charset": "utf-8"}
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == INVITATION.format(method).encode()
    assert (inline.get_content_disposition(), attached.get_filename()) == (None, "invite.ics")


def test_a_calendar_that_only_informs_is_attached_and_replaces_no_text() -> None:
    parsed = read(replace(LETTER, calendar=calendar(CalendarMethod.PUBLISH)))

    assert shape(parsed) == {
        "multipart/mixed": [{"multipart/alternative": ["text/plain", "text/html"]}, "text/calendar"]
    }
    (attached,) = parsed.iter_attachments()
    assert dict(attached["Content-Type"].params) == {"method": "PUBLISH", "charset": "utf-8"}
    assert attached.get_payload(decode=True) == INVITATION.format("PUBLISH").encode()


@pytest.mark.parametrize("content", [b"", b"METHOD:CANCEL\r\n", b"METHOD:REQUEST\r\nMETHOD:CANCEL\r\n"])
def test_a_calendar_whose_method_disagrees_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="METHOD is not REQUEST"):
        Calendar(CalendarMethod.REQUEST, content)


def test_the_same_letter_gives_the_same_octets() -> None:
    letter = replace(BULK, calendar=calendar(CalendarMethod.REQUEST))

    assert build(letter) == build(replace(letter))


@given(NAMES, NAMES)
@example("=?utf-8?q?Ana?=", "Hello =?utf-8?q?all?=")
@example('A "quoted" \\ name', "two  spaces ")
def test_any_name_and_subject_come_back_unchanged(name: str, subject: str) -> None:
    letter = replace(LETTER, to_name=name, subject=subject, reply_to=Mailbox(name, "a@example.org"))
    octets = build(letter)

    parsed = read(letter)
    assert str(parsed["Subject"]) == subject
    assert named(parsed, "To") == (name, "ana@example.org")
    assert named(parsed, "Reply-To") == (name, "a@example.org")
    assert parsed.keys().count("To") == 1
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert octets.isascii()


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_body_comes_back_with_its_lines(text: str, html: str) -> None:
    letter = replace(LETTER, text=text, html=html)
    octets = build(letter)

    plain, marked_up = list(read(letter).walk())[2:]
    assert (lines(plain.get_content()), lines(marked_up.get_content())) == (lines(text), lines(html))
    assert re.findall(rb"(?<!\r)\n|\r(?!\n)", octets) == []
    assert octets.isascii()


HOSTILE: dict[str, Callable[[str], object]] = {
    "sender": lambda bad: Mailbox(f"We{bad}", "hello@example.org"),
    "reply_to": lambda bad: Mailbox("", f"hello{bad}@example.org"),
    "to_name": lambda bad: f"Ana{bad}Bcc: all@example.org",
    "to_address": lambda bad: f"ana{bad}@example.org",
    "subject": lambda bad: f"Hello{bad}Bcc: all@example.org",
    "message_id": lambda bad: f"<a{bad}@example.org>",
    "list_id": lambda bad: f"a{bad}.example.org",
    "unsubscribe_url": lambda bad: f"https://example.org/{bad}",
    "unsubscribe_mailto": lambda bad: f"a{bad}@example.org",
}


@pytest.mark.parametrize(("header", "bad"), list(product(HOSTILE, BREAKING)))
def test_no_header_value_may_hold_a_control_character(header: str, bad: str) -> None:
    with pytest.raises(HeaderInjection):
        build(changed({header: HOSTILE[header](bad)}))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("message_id", "m1@example.org"),
        ("message_id", "<m1@example.org> <m2@example.org>"),
        ("list_id", "weekly"),
        ("list_id", "<weekly.example.org>"),
        ("unsubscribe_url", "javascript:alert(1)"),
        ("unsubscribe_url", "https://example.org/>,<https://evil.example"),
        ("unsubscribe_url", "https://example.org/" + "a" * 1000),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(header: str, value: object) -> None:
    with pytest.raises(ValueError, match="header"):
        build(changed({header: value}))


def test_a_domain_travels_in_a_labels_and_needs_nothing_of_the_server() -> None:
    letter = replace(LETTER, to_address="ana@musée.example")

    assert named(read(letter), "To") == ("Ana Silva", "ana@xn--muse-dpa.example")


def test_a_local_part_outside_ascii_travels_as_it_is() -> None:
    assert b"\r\nTo: Ana Silva <zo\xc3\xab@example.org>\r\n" in build(replace(LETTER, to_address="zoë@example.org"))


def test_a_mailbox_is_read_from_settings() -> None:
    assert Mailbox.parse("We Are Museums <hello@example.org>") == Mailbox("We Are Museums", "hello@example.org")


def test_a_mailbox_without_address_is_refused() -> None:
    with pytest.raises(BadAddress):
        Mailbox.parse("We Are Museums")
