"""Days of events in both languages, as precise as they are known."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from registrar.programmes.dates import event_days, partial_date

KATOWICE = (date(2019, 5, 27), date(2019, 5, 29), None, None)
Known = tuple[date | None, date | None, int | None, str | None]


@pytest.mark.parametrize(
    ("known", "english", "french"),
    [
        (KATOWICE, "27–29 May 2019", "du 27 au 29 mai 2019"),
        ((date(2015, 6, 1), date(2015, 6, 2), None, None), "1–2 June 2015", "du 1er au 2 juin 2015"),
        ((date(2019, 5, 30), date(2019, 6, 1), None, None), "30 May – 1 June 2019", "du 30 mai au 1er juin 2019"),
        (
            (date(2019, 12, 31), date(2020, 1, 1), None, None),
            "31 December 2019 – 1 January 2020", "du 31 décembre 2019 au 1er janvier 2020",
        ),
        ((date(2020, 11, 16), None, None, None), "16 November 2020", "16 novembre 2020"),
        ((None, None, 2018, None), "2018", "2018"),
        ((None, None, None, "June 28"), "28 June", "28 juin"),
        ((None, None, None, "February 29"), "29 February", "29 février"),
        ((None, None, None, None), "", ""),
    ],
)  # fmt: skip
def test_the_days_of_an_event(app: Flask, known: Known, english: str, french: str) -> None:
    written = []
    for locale in ("en", "fr"):
        with app.test_request_context(), force_locale(locale):
            written.append(event_days(*known))

    assert written == [english, french]


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("2021", "2021", "2021"),
        ("2021-12", "December 2021", "décembre 2021"),
        ("2021-12-01", "1 December 2021", "1er décembre 2021"),
    ],
)
def test_a_date_as_far_as_it_is_known(app: Flask, text: str, english: str, french: str) -> None:
    written = []
    for locale in ("en", "fr"):
        with app.test_request_context(), force_locale(locale):
            written.append(partial_date(text))

    assert written == [english, french]
