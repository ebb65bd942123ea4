"""Which language a page speaks, and how moments, countries and counts are written in it."""

from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale

LOCALES = ("en", "fr")
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


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
    return Locale.parse("en_GB" if current_locale() == "en" else current_locale())


def local_time(moment: datetime, zone: str) -> str:
    """Write a moment as weekday, date and time in a zone: `Wednesday 13 January 2027, 18:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    pattern = "EEEE d MMMM y, HH:mm" if current_locale() == "en" else "EEEE d MMMM y 'à' HH:mm"
    return format_datetime(local, pattern, tzinfo=ZoneInfo(zone), locale=babel_locale())


def short_time(moment: datetime, zone: str) -> str:
    """Write a moment briefly: `Wed 13 Jan, 18:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    return format_datetime(local, "EEE d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=babel_locale())


def clock_time(moment: datetime, zone: str) -> str:
    """Write only the time of day in a zone."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", tzinfo=ZoneInfo(zone), locale=babel_locale())


def zone_label(moment: datetime, zone: str) -> str:
    """Name a zone as people say it at that moment: `Paris time (UTC+1)`."""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    difference = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    return f"{zone_city(zone)} ({difference})"


def zone_city(zone: str) -> str:
    """Name the place of a zone in the page's language: `New York`."""
    city = babel_locale().time_zones.get(zone, {}).get("city")
    return str(city or zone.rpartition("/")[2].replace("_", " "))


def local_date(moment: datetime, zone: str) -> str:
    """Write the day of a moment in a zone: `Wednesday 13 January 2027`."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "EEEE d MMMM y", locale=babel_locale())


def long_date(day: date) -> str:
    """Write a date: `13 January 2027`."""
    return format_date(day, "d MMMM y", locale=babel_locale())


def country_name(code: str) -> str:
    """Name a country in the page's language; the code itself if it is not known."""
    return str(babel_locale().territories.get(code, code))


def install(app: Flask) -> None:
    """Choose the language of every request and remember an explicit choice."""
    Babel(app, locale_selector=choose_locale)
    filters = (local_time, local_date, short_time, clock_time, zone_label, zone_city, long_date, country_name)
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
