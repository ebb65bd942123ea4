"""Sessions as iCalendar: invitation, update, cancellation, attachment, feed (RFC 5545, 5546, 7986) and "add" links."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

PRODUCT = "-//Registrar//Sessions//EN"
LINK_DETAILS = 1000
"""Characters of a description that an "add to calendar" link carries; longer addresses are refused by the services."""

COMPACT = "%Y%m%dT%H%M%SZ"
EXTENDED = "%Y-%m-%dT%H:%M:%SZ"

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
UNSAFE_IN_ADDRESS = re.compile(r'[\s\x00-\x1f\x7f-\x9f"<>\ud800-\udfff]')


@dataclass(frozen=True)
class Attendee:
    """The person whom an invitation is for. Raise `ValueError` for an address that cannot stand in a calendar."""

    name: str
    address: str

    def __post_init__(self) -> None:
        _check_address(self.address)


@dataclass(frozen=True, kw_only=True)
class CalendarSession:
    """One meeting as calendars see it; `join_url` is personal.

    Raise `ValueError` for a naive moment, an end before the start, or an address that cannot stand in a calendar.
    """

    uid: str
    sequence: int
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    modified_at: datetime
    page_url: str
    organiser_name: str
    organiser_address: str
    join_url: str | None = None
    cancelled_at: datetime | None = None
    withdrawn_at: datetime | None = None
    """When the reader of the feed skipped this session or cancelled their seat."""
    stamped_at: datetime | None = None
    """When this copy is made: of two with the same SEQUENCE the later stamp wins (RFC 5546, 2.1.5)."""

    def __post_init__(self) -> None:
        for moment in (self.starts_at, self.ends_at, self.modified_at):
            if moment.tzinfo is None:
                raise ValueError("A calendar needs moments with a time zone.")
        if self.ends_at <= self.starts_at:
            raise ValueError("A session ends after its start.")
        for address in (self.page_url, self.join_url or self.page_url):
            _check_url(address)
        _check_address(self.organiser_address)

    @property
    def location(self) -> str:
        return self.join_url or self.page_url


def request(session: CalendarSession, attendee: Attendee) -> bytes:
    """Invite the person, or tell them of a change: the entry with the same UID is replaced when SEQUENCE has risen."""
    event = _confirmed(session)
    event.add("attendee", _attendee(attendee))
    return _calendar("REQUEST", event)


def cancel(session: CalendarSession, attendee: Attendee) -> bytes:
    """Tell the person that the session does not take place."""
    event = _event(session)
    event.add("status", "CANCELLED")
    event.add("attendee", _attendee(attendee))
    return _calendar("CANCEL", event)


def withdraw(session: CalendarSession, attendee: Attendee) -> bytes:
    """Take the session out of one person's calendar: without STATUS, for it still takes place (RFC 5546, 3.2.5)."""
    event = _event(session)
    event.add("attendee", _attendee(attendee))
    return _calendar("CANCEL", event)


def publish(*sessions: CalendarSession) -> bytes:
    """Make the attachment of a reminder, or a file to save: entries without attendee, one or several."""
    return _calendar("PUBLISH", *(_listed(session) for session in sessions))


def feed(name: str, sessions: Iterable[CalendarSession], *, source: str, refresh: timedelta) -> bytes:
    """Make the calendar to subscribe to at the address `source`, to be read again after `refresh`.

    Cancelled sessions stay, marked; those the reader withdrew from are left out. The same sessions give the same bytes.
    """
    _check_url(source)
    calendar = _frame()
    calendar["NAME"] = calendar["X-WR-CALNAME"] = _Text(line(name))
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))
    calendar.add("source", vUri(source), parameters={"VALUE": "URI"})
    for session in sessions:
        if session.withdrawn_at is None:
            calendar.add_component(_listed(session))
    return bytes(calendar.to_ical())


def google_link(session: CalendarSession) -> str:
    """Return the address that opens Google Calendar with the session filled in."""
    return _link(
        "https://calendar.google.com/calendar/render",
        action="TEMPLATE",
        text=line(session.title),
        dates=f"{session.starts_at.astimezone(UTC):{COMPACT}}/{session.ends_at.astimezone(UTC):{COMPACT}}",
        details=_details(session),
        location=session.location,
    )


def outlook_link(session: CalendarSession) -> str:
    """Return the address that opens Outlook on the web with the session filled in."""
    return _link(
        "https://outlook.live.com/calendar/0/deeplink/compose",
        path="/calendar/action/compose",
        rru="addevent",
        subject=line(session.title),
        startdt=f"{session.starts_at.astimezone(UTC):{EXTENDED}}",
        enddt=f"{session.ends_at.astimezone(UTC):{EXTENDED}}",
        body=_details(session),
        location=session.location,
    )


def text(value: str) -> str:
    """Return the value with line ends as `\\n` and without control characters and halves of characters."""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", whole))


def line(value: str) -> str:
    """Return the value as one line of text, each run of white space as one space."""
    return " ".join(text(value).split())


class _Text(vText):
    """Text escaped as RFC 5545, 3.3.11 says; the library's own takes the two characters `\\N` for a line end."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def _frame() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _calendar(method: str, *events: Event) -> bytes:
    calendar = _frame()
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _listed(session: CalendarSession) -> Event:
    if session.cancelled_at is None:
        return _confirmed(session)
    event = _event(session)
    event.add("status", "CANCELLED")
    return event


def _confirmed(session: CalendarSession) -> Event:
    """Return the event of a session that takes place, with the way in: LOCATION for clients that know no CONFERENCE."""
    event = _event(session)
    event.add("status", "CONFIRMED")
    event["LOCATION"] = _Text(session.location)
    if session.join_url is not None:
        event.add("conference", vUri(session.join_url), parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return event


def _event(session: CalendarSession) -> Event:
    event = Event()
    event["UID"] = _Text(line(session.uid))
    event.add("sequence", session.sequence)
    event.add("dtstamp", (session.stamped_at or session.modified_at).astimezone(UTC))
    event.add("last-modified", session.modified_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event["SUMMARY"] = _Text(line(session.title))
    event["DESCRIPTION"] = _Text(text(session.description))
    event.add("url", vUri(session.page_url))
    event.add("organizer", vCalAddress.new(session.organiser_address, cn=_parameter(session.organiser_name) or None))
    return event


def _attendee(attendee: Attendee) -> vCalAddress:
    """Return the person as having accepted: they signed up, so no answer is asked for."""
    return vCalAddress.new(
        attendee.address,
        cn=_parameter(attendee.name) or None,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="ACCEPTED",
        rsvp=False,
    )


def _parameter(value: str) -> str:
    """Return a name for a parameter, where quotes cannot stand and few clients know the escapes of RFC 6868."""
    return line(value).replace('"', "'").replace("^", "")


def _details(session: CalendarSession) -> str:
    return f"{text(session.description)[:LINK_DETAILS]}\n\n{session.page_url}".strip()


def _link(page: str, **values: str) -> str:
    return f"{page}?{urlencode(values, quote_via=quote)}"  # Outlook would show `+` for a space


def _check_address(address: str) -> None:
    if UNSAFE_IN_ADDRESS.search(address) or "@" not in address:
        raise ValueError("This mail address cannot stand in a calendar.")


def _check_url(url: str) -> None:
    if UNSAFE_IN_ADDRESS.search(url) or not url.startswith(("https://", "http://")):
        raise ValueError("This web address cannot stand in a calendar.")
