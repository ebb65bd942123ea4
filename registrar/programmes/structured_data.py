"""What search engines read: the organisation, its series, sessions and past events as schema.org describes them.

Templates write these values with `tojson`, which keeps `</script>` and quotes from ending the script.
"""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from registrar.programmes.events import Event
from registrar.programmes.models import Organisation, Programme, Session, Speaker
from registrar.programmes.weeks import Week

Data = dict[str, Any]
CONTEXT = "https://schema.org"
ONLINE = f"{CONTEXT}/OnlineEventAttendanceMode"
OFFLINE = f"{CONTEXT}/OfflineEventAttendanceMode"
SCHEDULED = f"{CONTEXT}/EventScheduled"
CANCELLED = f"{CONTEXT}/EventCancelled"


def known(**values: Any) -> Data:
    """Keep what is known: no None, no empty text or list; `type_` and `id_` stand for `@type` and `@id`."""
    names = {"type_": "@type", "id_": "@id", "context_": "@context"}
    return {names.get(name, name): value for name, value in values.items() if value not in (None, "", [], {})}


def organiser(name: str, url: str) -> Data:
    return known(type_="Organization", name=name, url=url)


def organisation(organisation: Organisation, url: str) -> Data:
    website = f"https://{organisation.website}" if organisation.website else None
    return known(
        context_=CONTEXT,
        type_="Organization",
        name=organisation.name,
        url=url,
        sameAs=website,
        foundingDate=str(organisation.since) if organisation.since else None,
        founder=known(type_="Person", name=organisation.founder) if organisation.founder else None,
        description=organisation.purpose,
    )


def series(programme: Programme, weeks: Iterable[Week], url: str, by: Data) -> Data:
    """Describe a weekly series with its first and last day."""
    meetings = [week.meeting for week in weeks if not week.meeting.cancelled_at]
    return known(
        context_=CONTEXT,
        type_="EventSeries",
        name=programme.title,
        description=programme.topic,
        url=url,
        startDate=meetings[0].starts_at.isoformat() if meetings else None,
        endDate=meetings[-1].ends_at.isoformat() if meetings else None,
        eventAttendanceMode=ONLINE if programme.online else None,
        location=known(type_="VirtualLocation", url=url) if programme.online else None,
        isAccessibleForFree=True,
        organizer=by,
    )


def session(
    session: Session,
    programme: Programme,
    speakers: Iterable[Speaker],
    locale: str,
    addresses: tuple[str, str],
    by: Data,
) -> Data:
    """Describe a weekly session; `addresses` are its own and that of its series."""
    url, series_url = addresses
    zone = ZoneInfo(session.timezone)
    return known(
        context_=CONTEXT,
        type_="Event",
        name=session.title(locale),
        description=session.description(locale),
        url=url,
        inLanguage=locale,
        startDate=session.starts_at.astimezone(zone).isoformat(),
        endDate=session.ends_at.astimezone(zone).isoformat(),
        eventStatus=CANCELLED if session.cancelled_at else SCHEDULED,
        eventAttendanceMode=ONLINE if programme.online else None,
        location=known(type_="VirtualLocation", url=url) if programme.online else None,
        maximumAttendeeCapacity=session.capacity,
        isAccessibleForFree=True,
        performer=[_person(speaker) for speaker in speakers],
        organizer=by,
        superEvent=known(type_="EventSeries", name=programme.title, url=series_url),
    )


def course(programme: Programme, url: str, by: Data) -> Data:
    """Describe a training or accelerator."""
    return known(
        context_=CONTEXT,
        type_="Course",
        name=programme.title,
        description=programme.topic or programme.title,
        url=url,
        timeRequired=f"P{programme.weeks}W" if programme.weeks else None,
        provider=by,
    )


def past_event(event: Event, url: str, by: Data) -> Data:
    """Describe an event of the archive."""
    return known(
        context_=CONTEXT,
        type_="Event",
        name=event.heading,
        description=event.topic,
        url=url,
        startDate=event.starts_on.isoformat() if event.starts_on else None,
        endDate=event.ends_on.isoformat() if event.ends_on else None,
        eventAttendanceMode=_mode(event),
        location=_place(event, url),
        organizer=by,
        contributor=[known(type_="Organization", name=each.partner.name) for each in event.partnerships],
        subEvent=[
            known(
                type_="Event",
                name=part.title,
                startDate=part.on.isoformat() if part.on else None,
                performer=[_person(each.speaker) for each in part.speakers],
            )
            for part in event.sessions
        ],
    )


def _person(speaker: Speaker) -> Data:
    affiliation = known(type_="Organization", name=speaker.affiliation) if speaker.affiliation else None
    return known(type_="Person", name=speaker.name, jobTitle=speaker.role, affiliation=affiliation)


def _mode(event: Event) -> str | None:
    if event.place or event.country:
        return f"{CONTEXT}/MixedEventAttendanceMode" if event.online else OFFLINE
    return ONLINE if event.online else None


def _place(event: Event, url: str) -> Data | None:
    if event.place or event.country:
        address = known(type_="PostalAddress", addressCountry=event.country)
        return known(type_="Place", name=event.place, address=address)
    return known(type_="VirtualLocation", url=url) if event.online else None
