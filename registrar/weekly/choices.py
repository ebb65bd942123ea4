"""The countries and time zones to choose from, in the language of the page, made once per language."""

from functools import cache

from babel.core import Locale
from flask_babel import force_locale
from flask_babel import gettext as _

from registrar.programmes.timezones import country_codes, regions

Choice = tuple[str, str]


@cache
def country_choices(language: str) -> list[Choice]:
    """Return every country with its name, in the order of the language's alphabet as far as accents allow."""
    names = Locale.parse(language).territories
    return sorted(((code, str(names.get(code, code))) for code in country_codes()), key=lambda choice: choice[1])


def zone_choices(language: str, current: str) -> dict[str, list[Choice]]:
    """Return every zone under its part of the world; the current one is always among them."""
    known = _zone_choices(language)
    if any(current == name for zones in known.values() for name, label in zones):
        return known
    return {"": [(current, current)], **known}


@cache
def _zone_choices(language: str) -> dict[str, list[Choice]]:
    with force_locale(language):
        return {_(region.heading): [(zone.name, zone.label) for zone in region.zones] for region in regions()}
