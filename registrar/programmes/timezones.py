"""The time zones a person may choose from, grouped by part of the world, and the country codes; read from `tzdata`."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from registrar.errors import N_, Refusal
from registrar.programmes.rules import zone_named

REGIONS = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Antarctica": N_("Antarctica"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantic Ocean"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific Ocean"),
}
"""First part of a zone's name, and the words for it; translate them when they are shown."""

UNIVERSAL = "UTC"
KOSOVO = "XK"  # not in ISO 3166, but what the European Union and most mail and map services use


@dataclass(frozen=True)
class Zone:
    """One choice: `America/Argentina/Buenos_Aires`, shown as `Buenos Aires (Argentina)`."""

    name: str
    label: str


@dataclass(frozen=True)
class Region:
    """A part of the world and its zones in alphabetical order; translate `heading` when it is shown."""

    heading: str
    zones: tuple[Zone, ...]


@cache
def regions() -> tuple[Region, ...]:
    """Return every real place (no abbreviations, no former names) for a grouped select; `UTC` stands last."""
    places = sorted(_places(), key=_label)
    found = tuple(
        Region(heading, tuple(Zone(name, _label(name)) for name in places if _region(name) == region))
        for region, heading in REGIONS.items()
    )
    return (*found, Region(N_("Other"), (Zone(UNIVERSAL, UNIVERSAL),)))


def valid_zone(name: str) -> bool:
    """Tell whether a zone of that name exists, be it one to choose from or a former name."""
    try:
        zone_named(name)
    except Refusal:
        return False
    return name in _known()


def canonical(name: str) -> str | None:
    """Return the zone to choose for a name that a browser reports, if any: `Asia/Kolkata` for `Asia/Calcutta`."""
    choices = _places() | {UNIVERSAL}
    if name in choices:
        return name
    target = former_names().get(name)
    return target if target in choices else None


@cache
def former_names() -> dict[str, str]:
    """Return former and other names of zones, each with the name it stands for."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {other: name for _, name, other in links} | {"Etc/UTC": UNIVERSAL}


def guess_from_country(code: str) -> str | None:
    """Return the zone of a country that has only one; None where it would be a guess among several."""
    zones = _country_zones().get(code.upper(), ())
    return zones[0] if len(zones) == 1 else None


@cache
def country_codes() -> frozenset[str]:
    """Return the two-letter codes of ISO 3166, and Kosovo's."""
    return frozenset(row[0] for row in _table("iso3166.tab")) | {KOSOVO}


@cache
def _places() -> frozenset[str]:
    return frozenset(name for names in _country_zones().values() for name in names) & _known()


@cache
def _country_zones() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for code, _, name, *_ in _table("zone.tab"):
        zones[code] = (*zones.get(code, ()), name)
    return zones


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _region(name: str) -> str:
    region = name.partition("/")[0]
    return "Europe" if region == "Arctic" else region


def _label(name: str) -> str:
    _, *area, place = name.replace("_", " ").split("/")
    return f"{place} ({area[0]})" if area else place


def _table(name: str) -> list[list[str]]:
    return [line.split("\t") for line in _lines(name) if not line.startswith("#")]


def _lines(name: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8").splitlines()
