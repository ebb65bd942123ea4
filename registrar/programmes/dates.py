"""Days and spans of days as they are written in each language, as precise as they are known."""

from datetime import date, datetime

from babel.dates import format_date
from flask import Flask

from registrar.web.locale import babel_locale, current_locale

_LEAP_YEAR = "2000"


def long_day(day: date) -> str:
    """Write a date: `27 May 2019`, `1er juin 2015`."""
    return f"{_day_number(day)} {_in_words(day, 'MMMM y')}"


def span(starts_on: date, ends_on: date | None) -> str:
    """Write the days of an event: `27–29 May 2019`, `du 27 au 29 mai 2019`."""
    if ends_on is None or ends_on == starts_on:
        return long_day(starts_on)
    first = _without_what_follows(starts_on, ends_on)
    if current_locale() == "fr":
        return f"du {first} au {long_day(ends_on)}"
    return f"{first}–{long_day(ends_on)}" if first.isdigit() else f"{first} – {long_day(ends_on)}"


def event_days(starts_on: date | None, ends_on: date | None, year: int | None, day: str | None) -> str:
    """Write when an event was: its days, its year, a day whose year is not known, or nothing."""
    if starts_on:
        return span(starts_on, ends_on)
    return str(year) if year else _day_without_year(day or "")


def partial_date(text: str) -> str:
    """Write `2021`, `2021-12` or `2021-12-01` as words."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return long_day(date(*parts))
    return _in_words(date(parts[0], parts[1], 1), "MMMM y") if len(parts) == 2 else str(parts[0])


def _without_what_follows(starts_on: date, ends_on: date) -> str:
    """Write the first day without the month and year that the last day names anyway."""
    if starts_on.year != ends_on.year:
        return long_day(starts_on)
    if starts_on.month != ends_on.month:
        return f"{_day_number(starts_on)} {_in_words(starts_on, 'MMMM')}"
    return _day_number(starts_on)


def _day_number(day: date) -> str:
    return "1er" if current_locale() == "fr" and day.day == 1 else str(day.day)


def _in_words(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=babel_locale())


def _day_without_year(text: str) -> str:
    """Write `June 28` in the language of the page."""
    try:
        day = datetime.strptime(f"{text} {_LEAP_YEAR}", "%B %d %Y").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return text
    return f"{_day_number(day)} {_in_words(day, 'MMMM')}"


def install(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(long_day=long_day, partial_date=partial_date)
    app.jinja_env.globals.update(event_days=event_days)
