"""Calendar files as a calendar program reads them, without the library that the product writes them with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.programmes.ical import parsed


@dataclass(frozen=True)
class Entry:
    """One event of a calendar."""

    uid: str
    sequence: int
    starts_at: datetime
    status: str


def entries(content: bytes) -> dict[str, Entry]:
    """Return the events of a calendar by their UID; an event that stands in it twice is a mistake."""
    found: list[dict[str, str]] = []
    open_parts: list[str] = []
    for line in parsed(content):
        if line.name == "BEGIN":
            open_parts.append(line.value)
            found += [{}] if line.value == "VEVENT" else []
        elif line.name == "END":
            open_parts.pop()
        elif open_parts[-1] == "VEVENT":
            found[-1][line.name] = line.value
    events = [_entry(event) for event in found]
    assert len({each.uid for each in events}) == len(events)
    return {each.uid: each for each in events}


def _entry(event: dict[str, str]) -> Entry:
    starts_at = datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Entry(event["UID"], int(event.get("SEQUENCE", "0")), starts_at, event.get("STATUS", ""))
