"""Which language a page speaks, and how moments, countries and counts are written in it."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations

LOCALES = ("en", "fr")
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
KEPT = 8192
"""Written moments that are remembered: the sessions of some seasons in some zones."""


def choose_locale() -> str:
    """Return the language asked for: by the address, by the cookie, else by the browser."""
    if not has_request_context():
        return LOCALES[0]
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LOCALES:
            return wanted
    return request.accept_languages.best_match(LOCALES) or LOCALES[0]


def current_locale() -> str:
    """Return the two-letter language of this page or mail."""
    locale = get_locale()
    return str(locale.language) if locale else LOCALES[0]


def alternates() -> list[tuple[str, str]]:
    """Return this page's address in each language, for the switch and for hreflang."""
    if not request.endpoint or request.method != "GET":
        return []
    arguments = {key: value for key, value in request.args.items() if key != "lang"}
    path = request.path
    return [(locale, f"{path}?" + urlencode({**arguments, "lang": locale})) for locale in LOCALES]


def babel_locale() -> Locale:
    """Return Babel's locale for this page: British dates for English."""
    return _babel_locale(current_locale())


def local_time(moment: datetime, zone: str) -> str:
    """Write a moment as weekday, date and time in a zone: `Wednesday 13 January 2027, 18:00`."""
    pattern = "EEEE d MMMM y, HH:mm" if current_locale() == "en" else "EEEE d MMMM y 'à' HH:mm"
    return _written(moment, zone, pattern, current_locale())


def short_time(moment: datetime, zone: str) -> str:
    """Write a moment briefly: `Wed 13 Jan, 18:00`."""
    return _written(moment, zone, "EEE d MMM, HH:mm", current_locale())


def clock_time(moment: datetime, zone: str) -> str:
    """Write only the time of day in a zone."""
    return _written(moment, zone, "HH:mm", current_locale())


def zone_label(moment: datetime, zone: str) -> str:
    """Name a zone as people say it at that moment: `Paris time (UTC+1)`."""
    return _zone_label(moment, zone, current_locale())


def zone_city(zone: str) -> str:
    """Name the place of a zone in the page's language: `New York`."""
    return _zone_city(zone, current_locale())


def local_date(moment: datetime, zone: str) -> str:
    """Write the day of a moment in a zone: `Wednesday 13 January 2027`."""
    return _written(moment, zone, "EEEE d MMMM y", current_locale())


def long_date(day: date) -> str:
    """Write a date: `13 January 2027`."""
    return format_date(day, "d MMMM y", locale=babel_locale())


def country_name(code: str) -> str:
    """Name a country in the page's language; the code itself if it is not known."""
    return str(babel_locale().territories.get(code, code))


@cache
def _babel_locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


@lru_cache(maxsize=KEPT)
def _written(moment: datetime, zone: str, pattern: str, language: str) -> str:
    """Write a moment once: a page names the same ones for every visitor, and Babel takes its time."""
    place = ZoneInfo(zone)
    return format_datetime(moment.astimezone(place), pattern, tzinfo=place, locale=_babel_locale(language))


@lru_cache(maxsize=KEPT)
def _zone_label(moment: datetime, zone: str, language: str) -> str:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    difference = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    return f"{_zone_city(zone, language)} ({difference})"


@lru_cache(maxsize=KEPT)
def _zone_city(zone: str, language: str) -> str:
    city = _babel_locale(language).time_zones.get(zone, {}).get("city")
    return str(city or zone.rpartition("/")[2].replace("_", " "))


def _translate_templates(app: Flask) -> None:
    """Let templates look words up in a catalogue that is found once per language.

    Flask-Babel's own way asks for the context of the request five times per word.
    """
    known: dict[str, Any] = {}

    def words() -> Any:
        language = current_locale()
        if language not in known:
            known[language] = get_translations()
        return known[language]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension i18n
        gettext=lambda text: words().ugettext(text),
        ngettext=lambda one, many, number: words().ungettext(one, many, number),
        pgettext=lambda context, text: words().upgettext(context, text),
        npgettext=lambda context, one, many, number: words().unpgettext(context, one, many, number),
        newstyle=True,
    )


def with_colon(label: str) -> str:
    """Put a colon behind a label as the language of the page does: French sets a space before it that never breaks."""
    return f"{label}\u00a0:" if current_locale() == "fr" else f"{label}:"


def install(app: Flask) -> None:
    """Choose the language of every request and remember an explicit choice."""
    Babel(app, locale_selector=choose_locale)
    _translate_templates(app)
    times = (local_time, local_date, short_time, clock_time, long_date, zone_label, zone_city)
    filters = (*times, country_name, with_colon)
    app.jinja_env.filters.update({each.__name__: each for each in filters})
    app.jinja_env.filters["local_clock"] = clock_time
    app.jinja_env.globals.update(current_locale=current_locale, alternates=alternates)

    @app.after_request
    def remember(response: Response) -> Response:
        wanted = request.args.get("lang")
        if wanted in LOCALES and request.cookies.get(COOKIE) != wanted and not g.get("no_cookies"):
            response.set_cookie(COOKIE, wanted, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
        response.headers.add("Vary", "Accept-Language, Cookie")
        response.headers["Content-Language"] = current_locale()
        return response
