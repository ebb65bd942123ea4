"""Languages, countries and time zones to choose from: fields, and long lists written once per language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import normalize

from babel.core import Locale
from flask import get_template_attribute
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.form import BaseForm as AnyForm

from registrar.programmes.timezones import canonical, country_codes, regions, valid_zone
from registrar.web.locale import babel_locale, current_locale

LANGUAGES = {"en": "English", "fr": "Français"}
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


@dataclass(frozen=True)
class OptionList:
    """The options of a long select as HTML; `around` finds one of them, to be marked as chosen."""

    html: Any

    def around(self, value: str) -> tuple[Any, Any, Any]:
        """Split before and after the place where ` selected` belongs; the middle is empty if there is none."""
        parts: tuple[Any, Any, Any] = self.html.partition(f'value="{value}"')
        return parts


def country_options() -> OptionList:
    return _countries(str(babel_locale()))


def zone_options() -> OptionList:
    return _zones(current_locale())


@cache
def _countries(locale: str) -> OptionList:
    """Write the countries in their language's alphabetical order, accents aside."""
    names = Locale.parse(locale).territories
    found = sorted(((names[code], code) for code in country_codes() if code in names), key=lambda each: _plain(each[0]))
    return _options([("", [(code, name) for name, code in found])])


@cache
def _zones(_locale: str) -> OptionList:
    return _options([(_(region.heading), [(zone.name, zone.label) for zone in region.zones]) for region in regions()])


def _options(groups: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> OptionList:
    write = get_template_attribute("programmes/choices.html", "options")
    return OptionList(write(list(groups)))


def _plain(name: str) -> str:
    return "".join(sign for sign in normalize("NFKD", name) if sign.isascii()).casefold()


class CountryField(StringField):
    """A country by its code, from a long list that is not built for each request."""

    def pre_validate(self, form: AnyForm) -> None:
        if self.data and self.data not in country_codes():
            raise ValidationError(_l("Choose a country from the list."))


class ZoneField(StringField):
    """A time zone by its name; a former name becomes today's."""

    def pre_validate(self, form: AnyForm) -> None:
        if self.data and not valid_zone(self.data):
            raise ValidationError(_l("Choose a time zone from the list."))
        self.data = canonical(self.data or "") or self.data
