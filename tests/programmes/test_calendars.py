"""Calendars say what the session is, to an independent reader too, and nothing in a value can add a line to them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar

from registrar.programmes import calendars
from registrar.programmes.calendars import Attendee, CalendarSession
from tests.programmes.ical import names, only, parsed, unescaped, values

SESSION = CalendarSession(
    uid="wac-weekly-week-9@wearemuseums.example",
    sequence=2,
    title="Musées, wallets; and “keys”",
    description="First line\nSecond line",
    starts_at=datetime(2026, 10, 7, 16, tzinfo=UTC),
    ends_at=datetime(2026, 10, 7, 17, tzinfo=UTC),
    modified_at=datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
    page_url="https://wearemuseums.example/weekly/wac-weekly/week-9",
    join_url="https://wearemuseums.example/join/abc",
    organiser_name="We Are Museums",
    organiser_address="hello@wearemuseums.example",
)
CANCELLED = replace(SESSION, sequence=3, cancelled_at=datetime(2026, 10, 1, tzinfo=UTC))
ZOE = Attendee("Zoë O'Neil", "zoe+weekly@example.org")
SOURCE = "https://wearemuseums.example/weekly/feed/secret.ics"
HOSTILE = [
    "x\r\nATTENDEE:mailto:mallory@example.org",
    "x\nEND:VEVENT\nBEGIN:VEVENT",
    "x\u2028BEGIN:VALARM\x85END:VALARM\x0b\x0c",
    'He said "no"; then, \\n left: C:\\New',
    "^n ^' ^^ ;CN=x:mailto:y",
    "🏛️👩🏽‍🎨" * 40,
    "متحف \u202e اللوفر مוזיאון",
    "é" * 300,
    "\ud83d half, \x00 nul, \x1b[31m",
    "",
]


def every_kind(session: CalendarSession = SESSION, attendee: Attendee = ZOE) -> Iterator[bytes]:
    yield calendars.request(session, attendee)
    yield calendars.cancel(session, attendee)
    yield calendars.withdraw(session, attendee)
    yield calendars.publish(session)
    yield feed(session)


def feed(*sessions: CalendarSession) -> bytes:
    return calendars.feed("WAC Weekly", sessions, source=SOURCE, refresh=timedelta(hours=6))


def test_an_invitation_says_what_when_where_and_who() -> None:
    invitation = calendars.request(SESSION, ZOE)
    said = {line.name: unescaped(line.value) for line in parsed(invitation)}
    assert said == {
        "BEGIN": "VEVENT",
        "PRODID": "-//Registrar//Sessions//EN",
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "METHOD": "REQUEST",
        "UID": "wac-weekly-week-9@wearemuseums.example",
        "SEQUENCE": "2",
        "DTSTAMP": "20260901T083000Z",
        "LAST-MODIFIED": "20260901T083000Z",
        "DTSTART": "20261007T160000Z",
        "DTEND": "20261007T170000Z",
        "SUMMARY": "Musées, wallets; and “keys”",
        "DESCRIPTION": "First line\nSecond line",
        "LOCATION": "https://wearemuseums.example/join/abc",
        "CONFERENCE": "https://wearemuseums.example/join/abc",
        "URL": "https://wearemuseums.example/weekly/wac-weekly/week-9",
        "STATUS": "CONFIRMED",
        "ORGANIZER": "mailto:hello@wearemuseums.example",
        "ATTENDEE": "mailto:zoe+weekly@example.org",
        "END": "VCALENDAR",
    }


def test_an_invitation_asks_for_no_answer() -> None:
    assert only(calendars.request(SESSION, ZOE), "ATTENDEE").parameters == {
        "CN": "Zoë O'Neil",
        "CUTYPE": "INDIVIDUAL",
        "PARTSTAT": "ACCEPTED",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "FALSE",
    }


def test_every_message_keeps_the_uid_and_the_sequence_and_repeats_nothing() -> None:
    for content in every_kind():
        assert values(content, "UID") == ["wac-weekly-week-9@wearemuseums.example"]
        assert values(content, "SEQUENCE") == ["2"]
        assert values(content, "BEGIN") == ["VCALENDAR", "VEVENT"]
        assert "RRULE" not in names(content)


def test_each_message_carries_its_method_status_and_attendee() -> None:
    found = [(values(each, "METHOD"), values(each, "STATUS"), len(values(each, "ATTENDEE"))) for each in every_kind()]
    assert found == [
        (["REQUEST"], ["CONFIRMED"], 1),
        (["CANCEL"], ["CANCELLED"], 1),
        (["CANCEL"], [], 1),
        (["PUBLISH"], ["CONFIRMED"], 0),
        ([], ["CONFIRMED"], 0),
    ]


def test_what_does_not_take_place_shows_no_way_in() -> None:
    for content in (calendars.cancel(CANCELLED, ZOE), calendars.publish(CANCELLED), feed(CANCELLED)):
        assert values(content, "STATUS") == ["CANCELLED"]
        assert values(content, "LOCATION") + values(content, "CONFERENCE") == []


def test_a_session_without_a_personal_link_takes_place_on_its_page() -> None:
    content = calendars.publish(replace(SESSION, join_url=None))
    assert values(content, "LOCATION") == ["https://wearemuseums.example/weekly/wac-weekly/week-9"]
    assert values(content, "CONFERENCE") == []


def test_a_later_copy_with_the_same_sequence_carries_a_later_stamp() -> None:
    content = calendars.withdraw(replace(SESSION, stamped_at=datetime(2026, 9, 2, tzinfo=UTC)), ZOE)
    assert (values(content, "DTSTAMP"), values(content, "LAST-MODIFIED")) == (
        ["20260902T000000Z"],
        ["20260901T083000Z"],
    )


def test_moments_in_other_zones_are_written_in_utc() -> None:
    paris = ZoneInfo("Europe/Paris")
    moved = replace(SESSION, starts_at=SESSION.starts_at.astimezone(paris), ends_at=SESSION.ends_at.astimezone(paris))
    assert calendars.publish(moved) == calendars.publish(SESSION)


def test_a_feed_says_its_name_its_address_and_how_often_to_come_back() -> None:
    head = parsed(feed())
    assert {line.name: (line.parameters, line.value) for line in head if line.name not in {"BEGIN", "END"}} == {
        "PRODID": ({}, "-//Registrar//Sessions//EN"),
        "VERSION": ({}, "2.0"),
        "CALSCALE": ({}, "GREGORIAN"),
        "NAME": ({}, "WAC Weekly"),
        "X-WR-CALNAME": ({}, "WAC Weekly"),
        "REFRESH-INTERVAL": ({"VALUE": "DURATION"}, "PT6H"),
        "X-PUBLISHED-TTL": ({}, "PT6H"),
        "SOURCE": ({"VALUE": "URI"}, SOURCE),
    }


def test_a_feed_keeps_cancelled_sessions_and_leaves_out_those_withdrawn_from() -> None:
    other = replace(SESSION, uid="other", withdrawn_at=SESSION.modified_at)
    moved = replace(SESSION, uid="moved")
    content = feed(CANCELLED, other, moved)
    assert values(content, "UID") == ["wac-weekly-week-9@wearemuseums.example", "moved"]
    assert values(content, "STATUS") == ["CANCELLED", "CONFIRMED"]


def assert_well_formed(content: bytes) -> None:
    """Every line ends in CRLF, holds at most 75 octets of whole characters, and no control character but the tab."""
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)] == []
    assert "".join(line.decode("utf-8") for line in lines)


def assert_says(content: bytes, title: str, description: str) -> None:
    """The independent reader and icalendar's own find the same words."""
    assert unescaped(only(content, "SUMMARY").value) == calendars.line(title)
    assert unescaped(only(content, "DESCRIPTION").value) == calendars.text(description)
    (event,) = Calendar.from_ical(content).events
    assert str(event["SUMMARY"]) == calendars.line(title)
    assert str(event["DESCRIPTION"]) == calendars.text(description)


def assert_safe(hostile: str) -> None:
    session = replace(SESSION, title=hostile, description=hostile, uid=hostile or "u", organiser_name=hostile)
    attendee = Attendee(hostile, "a@example.org")
    for content, plain in zip(every_kind(session, attendee), every_kind(), strict=True):
        assert_well_formed(content)
        assert_says(content, hostile, hostile)
        assert sorted(names(content)) == sorted(names(plain))
        assert values(content, "ATTENDEE") in ([], ["mailto:a@example.org"])
        assert values(content, "ORGANIZER") == ["mailto:hello@wearemuseums.example"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(hostile: str) -> None:
    assert_safe(hostile)


@given(some.text(max_size=300))
def test_any_words_stay_words(hostile: str) -> None:
    assert_safe(hostile)


@given(some.text(some.characters(exclude_categories=()), max_size=60))
def test_halves_of_characters_stay_words(hostile: str) -> None:
    assert_safe(hostile)


@given(some.text('\\nN;,":^\r\n ', max_size=60))
def test_any_run_of_marks_stays_words(hostile: str) -> None:
    assert_safe(hostile)


def test_ordinary_words_are_not_changed() -> None:
    words = "“Musée” – متحف 🏛️ \\New; a, b: 'c'\n\ttabbed"
    assert calendars.text(words) == words
    assert calendars.text("a\r\nb\rc") == "a\nb\nc"
    assert calendars.line(" a\r\n  b\t") == "a b"


@given(some.text(max_size=40))
def test_a_name_with_quotes_reads_with_single_quotes(name: str) -> None:
    found = only(calendars.request(SESSION, Attendee(name, "a@example.org")), "ATTENDEE").parameters.get("CN", "")
    assert found == calendars.line(name).replace('"', "'").replace("^", "")


@given(
    some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001 - bounds are naive
    some.timedeltas(timedelta(seconds=1), timedelta(days=2)),
)
def test_any_moment_is_read_back_to_the_second(starts_at: datetime, length: timedelta) -> None:
    content = calendars.publish(replace(SESSION, starts_at=starts_at, ends_at=starts_at + length))
    (event,) = Calendar.from_ical(content).events
    assert event.start == starts_at.replace(microsecond=0)
    assert event.end == (starts_at + length).replace(microsecond=0)
    assert values(content, "DTSTART") == [starts_at.strftime("%Y%m%dT%H%M%SZ")]


@pytest.mark.parametrize(
    "address", ["a@x.example\r\nX:y", "a b@x.example", 'a@x.example";X=y', "nobody", "a\u2028@x.example"]
)
def test_an_address_that_could_break_a_line_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        Attendee("Zoë", address)
    with pytest.raises(ValueError, match="mail address"):
        replace(SESSION, organiser_address=address)


@pytest.mark.parametrize(
    "url", ["https://x.example/\r\nX:y", "javascript:alert(1)", "https://x.example/a b", "x.example"]
)
def test_a_web_address_that_could_break_a_line_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        replace(SESSION, page_url=url)
    with pytest.raises(ValueError, match="web address"):
        replace(SESSION, join_url=url)


def test_naive_moments_and_ends_before_starts_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(SESSION, starts_at=SESSION.starts_at.replace(tzinfo=None))
    with pytest.raises(ValueError, match="after its start"):
        replace(SESSION, ends_at=SESSION.starts_at)


def query(link: str) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def test_the_link_to_google_calendar_carries_the_session() -> None:
    assert query(calendars.google_link(SESSION)) == {
        "action": "TEMPLATE",
        "text": SESSION.title,
        "dates": "20261007T160000Z/20261007T170000Z",
        "details": f"First line\nSecond line\n\n{SESSION.page_url}",
        "location": SESSION.join_url,
    }


def test_the_link_to_outlook_carries_the_session_and_no_plus_signs() -> None:
    link = calendars.outlook_link(SESSION)
    assert query(link) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": SESSION.title,
        "startdt": "2026-10-07T16:00:00Z",
        "enddt": "2026-10-07T17:00:00Z",
        "body": f"First line\nSecond line\n\n{SESSION.page_url}",
        "location": SESSION.join_url,
    }
    assert link.count("+") == 0


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_in_links_stay_one_value_and_long_ones_are_cut(hostile: str) -> None:
    session = replace(SESSION, title=hostile or "-", description=hostile * 40)
    for link in (calendars.google_link(session), calendars.outlook_link(session)):
        assert len(query(link)) in (5, 7)
        assert max(map(len, query(link).values())) <= 1100
