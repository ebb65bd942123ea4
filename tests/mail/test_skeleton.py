"""Skeletons: what they give for anybody is what the standard library would have built."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar as ICalendar
from markupsafe import escape

from registrar.mail.calendar_slots import CalendarSkeleton
from registrar.mail.headers import HeaderInjection
from registrar.mail.message import Calendar, CalendarMethod, Copy, Frame, Letter, Mailbox, Words
from registrar.mail.skeleton import SealedCalendar, Skeleton
from registrar.mail.slots import line, slot
from tests.mail import standard
from tests.programmes import ical

NAME, JOIN, NOTE = slot("to_name"), slot("join_url"), slot("note")
WORDS = Words(
    subject=f"{NAME}, Tuesday: Musée",
    text=f"Dear {NAME},\n\n{NOTE}{NOTE} and = {JOIN}\n.{NAME}\n…{NAME} \n{NOTE}\n. {JOIN}{' long' * 30} {JOIN}.",
    html=f'<p title="{NAME}">Dear {NAME},</p>\n<a href="{JOIN}">{JOIN}</a>\n.{NOTE}.{"<br>" * 40}{NOTE}\n',
)
FRAME = Frame(
    sender=Mailbox("We Are Museums", "hello@wearemuseums.example"),
    list_id="weekly.wearemuseums.example",
    unsubscribe_mailto="hello@wearemuseums.example",
)
COPY = Copy(
    "Ana Silva", "ana@example.org", "<m1@example.org>", datetime(2026, 10, 6, 16, tzinfo=UTC), "https://example.org/u/1"
)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    "DTSTAMP:20261006T160000Z\r\nDTSTART:20261006T160000Z\r\nSUMMARY:Musée for "
    + NAME[:4]
    + "\r\n "
    + NAME[4:]
    + "\r\n"
    f"DESCRIPTION:{'Long words ' * 8}\r\n  go on: {JOIN}\\, {NOTE}\r\nLOCATION:{JOIN}\r\nURL:{JOIN}\r\n"
    f'ATTENDEE;CN="{NAME}";RSVP=FALSE:mailto:ana@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
)
JOINING = "https://example.org/join/Wzc.x_y-z?a=1&b=2"

HEADERS = ("From", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")

SIGNS = st.one_of(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    st.sampled_from(" .=<>&\"'\u00e9\u202e\u05d0\U0001f600\ue000\ue001\u200d"),
)
TYPED = st.one_of(
    st.text(SIGNS, min_size=1, max_size=300),
    st.sampled_from(
        [NAME, JOIN, f"{NAME}{NOTE}", ".", "..", "From here", "=?utf-8?q?Ana?=", "a" * 300, "é" * 150, "=" * 80]
    ),
).filter(lambda value: value == line(value))


def calendar(method: CalendarMethod) -> Calendar:
    return Calendar(method, CALENDAR.format(method=method).encode())


def placed(text: str, values: Mapping[str, str]) -> str:
    return re.sub("\ue000(to_name|join_url|note)\ue001", lambda found: values[found[1]], text)


def letter(values: Mapping[str, str], content: bytes | None, method: CalendarMethod) -> Letter:
    """Return the letter that has the values in place of their marks from the beginning."""
    return Letter(
        sender=FRAME.sender,
        to_name=values["to_name"],
        to_address=COPY.to_address,
        subject=line(placed(WORDS.subject, values)),
        text=placed(WORDS.text, values),
        html=placed(WORDS.html, {name: str(escape(value)) for name, value in values.items()}),
        message_id=COPY.message_id,
        date=COPY.date,
        envelope_from="bounces@example.org",
        list_id=FRAME.list_id,
        unsubscribe_url=COPY.unsubscribe_url,
        unsubscribe_mailto=FRAME.unsubscribe_mailto,
        calendar=Calendar(method, content) if content else None,
    )


@settings(max_examples=100, deadline=None)
@given(TYPED, TYPED, st.sampled_from([None, *CalendarMethod]))
@example("Zoë \U0001f3f3\ufe0f\u200d\U0001f308", "<script>alert(1)</script>", CalendarMethod.REQUEST)
@example(".", "." * 300, None)
@example('"Ana" \\ \u202eסבתא', "https://spam.example/?a=b&c=d", CalendarMethod.PUBLISH)
def test_a_letter_for_anybody_is_what_the_standard_library_builds(
    name: str, note: str, method: CalendarMethod | None
) -> None:
    values = {"to_name": name, "note": note, "join_url": JOINING}
    sealed = SealedCalendar(calendar(method), values) if method else None

    octets = Skeleton(WORDS, FRAME, values).filled(replace(COPY, to_name=name), values, sealed)

    content = entry(octets)
    oracle = standard.message(letter(values, content, method or CalendarMethod.REQUEST))
    found = standard.parsed(octets)
    assert standard.read(found) == standard.read(standard.parsed(oracle.as_bytes()))
    assert str(found["Subject"]) == line(placed(WORDS.subject, values))
    assert standard.named(found, "To") == (name, COPY.to_address)
    assert sorted(found.keys()) == sorted(oracle.keys())
    assert [found[each] for each in HEADERS] == [oracle[each] for each in HEADERS]
    assert_fit_for_the_wire(octets)
    assert_says(content, values)


def entry(octets: bytes) -> bytes | None:
    contents = [part.get_payload(decode=True) for part in standard.parsed(octets).walk() if part.get_filename()]
    return bytes(contents[0]) if contents else None


def assert_fit_for_the_wire(octets: bytes) -> None:
    head, _, body = octets.partition(b"\r\n\r\n")
    assert octets.isascii()
    assert re.findall(rb"(?<!\r)\n|\r(?!\n)", octets) == []
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert [each for each in body.split(b"\r\n") if each.startswith(b".") or each.endswith((b" ", b"\t"))] == []


def assert_says(content: bytes | None, values: Mapping[str, str]) -> None:
    """Read the calendar by two parsers that know nothing of each other."""
    if content is None:
        return
    assert max(len(each) for each in content.split(b"\r\n")) <= 75
    (event,) = ICalendar.from_ical(content).walk("VEVENT")
    assert (str(event["URL"]), str(event["LOCATION"])) == (JOINING, JOINING)
    assert ical.only(content, "URL").value == JOINING
    assert ical.unescaped(ical.only(content, "LOCATION").value) == JOINING
    description = f"{'Long words ' * 8} go on: {JOINING}, {values['note']}".replace("\ufeff", "")
    assert ical.unescaped(ical.only(content, "DESCRIPTION").value) == str(event["DESCRIPTION"]) == description
    assert ical.unescaped(ical.only(content, "SUMMARY").value) == f"Musée for {values['to_name']}".replace("\ufeff", "")
    called = line(values["to_name"].replace("\ufeff", "")).replace('"', "'").replace("^", "")
    assert ical.only(content, "ATTENDEE").parameters == {"CN": called, "RSVP": "FALSE"}


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\n", "\x00", "\x1b", "\x85", "\u2028", "\ud800"])
def test_a_name_that_could_end_its_header_is_refused(bad: str) -> None:
    values = {"to_name": f"Ana{bad}Bcc: all@example.org", "note": "", "join_url": JOINING}

    with pytest.raises(HeaderInjection):
        Skeleton(WORDS, FRAME, values).filled(replace(COPY, to_name=values["to_name"]), values, None)


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\nATTACH:https://evil.example", "\x00"])
def test_an_address_that_could_end_its_line_in_a_calendar_is_refused(bad: str) -> None:
    values = {"to_name": "Ana", "note": "", "join_url": f"https://example.org/{bad}"}

    with pytest.raises(HeaderInjection):
        SealedCalendar(calendar(CalendarMethod.REQUEST), values).payload(values)


def test_lines_of_a_text_stay_lines_in_a_calendar() -> None:
    values = {"to_name": "Ana\nSilva\x07", "note": "a\r\nb\u2028c; d\\n", "join_url": JOINING}
    sealed = SealedCalendar(calendar(CalendarMethod.PUBLISH), values)

    content = b64decode(sealed.payload(values))

    assert ical.unescaped(ical.only(content, "DESCRIPTION").value).endswith(", a\nb\nc; d\\n")
    assert ical.unescaped(ical.only(content, "SUMMARY").value) == "Musée for Ana\nSilva"
    assert ical.only(content, "ATTENDEE").parameters["CN"] == "Ana Silva"


def test_a_name_in_a_parameter_without_quotes_gets_them() -> None:
    content = (
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nATTENDEE;CN=\xee\x80\x80to_name\xee\x80\x81:mailto:a@example.org\r\n"
    )

    filled = CalendarSkeleton(content, ["to_name"]).filled({"to_name": 'Silva, "Ana": x'})

    assert filled.endswith(b"ATTENDEE;CN=\"Silva, 'Ana': x\":mailto:a@example.org\r\n")


def test_a_calendar_without_places_stays_as_it_was_written() -> None:
    content = calendar(CalendarMethod.PUBLISH).content

    assert CalendarSkeleton(content, ["other"]).filled({}) == content


def test_a_mark_without_a_value_stays_as_it_was_typed() -> None:
    octets = Skeleton(Words("A", f"{NAME}\n", "<p>"), FRAME, ["note"]).filled(COPY, {"note": "x"}, None)

    assert standard.read(standard.parsed(octets))[2][3] == [NAME]


def test_the_same_skeleton_gives_different_people_their_own() -> None:
    skeleton = Skeleton(WORDS, FRAME, ["to_name", "note", "join_url"])

    first = skeleton.filled(COPY, {"to_name": "Ana", "note": "1", "join_url": JOINING}, None)
    skeleton.filled(COPY, {"to_name": "Bo", "note": "2", "join_url": JOINING}, None)
    again = skeleton.filled(COPY, {"to_name": "Ana", "note": "1", "join_url": JOINING}, None)

    assert first == again
