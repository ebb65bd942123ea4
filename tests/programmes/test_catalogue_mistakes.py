"""A broken catalogue is refused with every mistake, its place and its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registrar.programmes.catalogue import CatalogueError, read

SMALL = """\
[organisation]
name = "Museum"
default_timezone = "Europe/Paris"
locales = ["en"]

[[season]]
slug = "one"
title = "One"
status = "ongoing"
[[season.programme]]
slug = "weekly"
title = "Weekly"
kind = "series"
access = "open"
session = { weekday = "Wednesday", starts = "18:00", timezone = "Europe/Paris", minutes = 60 }
[[season.programme]]
slug = "cohort"
title = "Cohort"
kind = "cohort"
access = "application"
eligible_after = "weekly"

[[event]]
slug = "past"
kind = "conference"
starts = 2019-05-27
ends = 2019-05-29
country = "FR"
partners = ["A", "B"]
[[event.session]]
title = "Talk"
speakers = [{ name = "Ada", country = "GB" }]
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(CatalogueError) as refused:
        read(text)
    return [str(mistake) for mistake in refused.value.mistakes]


def mended(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in changes:
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    return text


def test_the_small_catalogue_of_these_tests_has_no_mistake() -> None:
    assert read(SMALL).events[0].sessions[0].title == "Talk"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Museum"\n', "", "line 1: organisation.name: is missing"),
        ('name = "Museum"', 'name = " "', 'line 2: organisation.name: " " needs words, without control characters'),
        (
            'name = "Museum"',
            'name = "a\\u0007"',
            'line 2: organisation.name: "a�" needs words, without control characters',
        ),
        (
            '"Europe/Paris"\nloc',
            '"Europe/Pariss"\nloc',
            (
                'line 3: organisation.default_timezone: "Europe/Pariss" is not a time zone such as '
                "Europe/Paris; did you mean Europe/Paris?"
            ),
        ),
        (
            '["en"]',
            '["en", "English"]',
            'line 4: organisation.locales[1]: "English" is not a language code such as en or fr',
        ),
        ('["en"]', '"en"', "line 4: organisation.locales: needs a list"),
        ('["en"]', '["en"]\nfounded = 3', "line 5: organisation.founded: is not known here; did you mean founder?"),
        ('["en"]', '["en"]\nxyz = 3', "line 5: organisation.xyz: is not known here"),
        (
            '["en"]',
            '["en"]\nwebsite = "https://x.example"',
            (
                'line 5: organisation.website: "https://x.example" needs an address such as museum.example, '
                "without https://"
            ),
        ),
        ('["en"]', '["en"]\nsince = true', "line 5: organisation.since: needs a whole number without quotes, not true"),
        ('["en"]', '["en"]\nsince = 13', "line 5: organisation.since: 13 is not a year such as 2018"),
        (
            'slug = "one"',
            'slug = "One Season"',
            ('line 7: season[0].slug: "One Season" needs small letters and digits, with single hyphens between'),
        ),
        (
            '"ongoing"',
            '"ongoin"',
            ('line 9: season[0].status: "ongoin" is not one of planned, ongoing, archived; did you mean ongoing?'),
        ),
        (
            '"ongoing"',
            '"ongoing"\nstarted = "2021-13"',
            ('line 10: season[0].started: "2021-13" needs a year, month or day such as 2021, 2021-12 or 2021-12-01'),
        ),
        (
            '"ongoing"',
            '"ongoing"\nopen_call = "2023-12-01"',
            'line 10: season[0].open_call: needs a date such as 2019-05-27, without quotes, not "2023-12-01"',
        ),
        (
            '"ongoing"',
            '"ongoing"\nopen_call = 2023-12-01T10:00:00',
            ("line 10: season[0].open_call: needs a date such as 2019-05-27, without quotes, not 2023-12-01 10:00:00"),
        ),
        (
            '"ongoing"',
            '"ongoing"\nopen_call = 2023-12-01\ndemo_day = 2023-05-30',
            "line 11: season[0].demo_day: 2023-05-30 is before open_call, 2023-12-01",
        ),
        (
            '"ongoing"',
            '"ongoing"\nfigures = { mentors = "35", lessons = -1 }',
            (
                "line 10: season[0].figures.lessons: -1 needs to be 0 or more\n"
                'line 10: season[0].figures.mentors: needs a whole number without quotes, not "35"'
            ),
        ),
        (
            '"ongoing"',
            ('"ongoing"\nselected = [\n  { name = "A" },\n  { name = "A", country = "UK" },\n]'),
            (
                'line 12: season[0].selected[1]: "A" stands already at season[0].selected[0] (line 11)\n'
                'line 12: season[0].selected[1].country: "UK" is not a country code such as FR or GB'
            ),
        ),
        (
            '"series"',
            '"serie"',
            (
                'line 13: season[0].programme[0].kind: "serie" is not one of series, cohort, accelerator; did '
                "you mean series?"
            ),
        ),
        (
            '"open"',
            '"open"\nweeks = "25"',
            'line 15: season[0].programme[0].weeks: needs a whole number without quotes, not "25"',
        ),
        ('"open"', '"open"\nweeks = 0', "line 15: season[0].programme[0].weeks: 0 needs to be 1 or more"),
        (
            "minutes = 60",
            "minute = 60",
            (
                "line 15: season[0].programme[0].session.minute: is not known here; did you mean minutes?\n"
                "line 15: season[0].programme[0].session.minutes: is missing"
            ),
        ),
        (
            '"18:00"',
            '"25:00"',
            'line 15: season[0].programme[0].session.starts: needs a time such as "18:00", not "25:00"',
        ),
        (
            '"Wednesday"',
            '"wednesday"',
            (
                'line 15: season[0].programme[0].session.weekday: "wednesday" is not one of Monday, Tuesday, '
                "Wednesday, Thursday, Friday, Saturday, Sunday; did you mean Wednesday?"
            ),
        ),
        (
            'slug = "cohort"',
            'slug = "weekly"',
            (
                'line 17: season[0].programme[1].slug: "weekly" stands already at season[0].programme[0].slug '
                "(line 11)\n"
                'line 21: season[0].programme[1].eligible_after: "weekly" names no other programme of this file'
            ),
        ),
        (
            'eligible_after = "weekly"',
            'eligible_after = "weakly"',
            (
                'line 21: season[0].programme[1].eligible_after: "weakly" names no other programme of this '
                "file; did you mean weekly?"
            ),
        ),
        ("ends = 2019-05-29", "ends = 2019-05-26", "line 27: event[0].ends: 2019-05-26 is before starts, 2019-05-27"),
        ("starts = 2019-05-27\n", "", "line 26: event[0].ends: needs starts as well"),
        ("ends = 2019-05-29", "year = 2018", "line 27: event[0].year: is 2018, but starts is 2019-05-27"),
        (
            "ends = 2019-05-29",
            'day = "28 June"',
            'line 27: event[0].day: "28 June" needs a month and a day such as June 28',
        ),
        ('"A", "B"', '"A", "A"', 'line 29: event[0].partners[1]: "A" stands already at event[0].partners[0] (line 29)'),
        (
            'country = "GB" }]',
            'country = "GB" }]\nmoderator = { name = "Ada" }',
            (
                'line 33: event[0].session[0].moderator: "Ada" stands already at '
                "event[0].session[0].speakers[0] (line 32)"
            ),
        ),
        (
            '[[event.session]]\ntitle = "Talk"\nspeakers',
            "session = [5]\npeople",
            ("line 30: event[0].session[0]: needs a table\nline 31: event[0].people: is not known here"),
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_line(old: str, new: str, expected: str) -> None:
    assert "\n".join(mistakes(mended((old, new)))) == expected


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = mended(('name = "Museum"', 'nane = "Museum"'), ('"conference"', '"party"'), ('"FR"', '"XX"'))
    assert mistakes(text) == [
        "line 1: organisation.name: is missing",
        "line 2: organisation.nane: is not known here; did you mean name?",
        'line 25: event[0].kind: "party" is not one of conference, workshop, meetups, study',
        'line 28: event[0].country: "XX" is not a country code such as FR or GB',
    ]


def test_a_text_that_is_not_toml_is_told_with_its_line() -> None:
    assert mistakes('[organisation]\nname = "x\n') == ["line 2: this is not TOML: Illegal character '\\n'"]
    assert mistakes("a = ") == ["line 1: this is not TOML: Invalid value (at end of document)"]


def test_an_empty_file_misses_its_organisation() -> None:
    assert mistakes("") == ["line 1: organisation: is missing"]


@pytest.mark.parametrize("text", ["organisation = 3", "[[organisation]]\nname = 'x'"])
def test_an_organisation_that_is_no_table_is_told(text: str) -> None:
    assert mistakes(text) == ["line 1: organisation: needs a table"]


def test_the_refusal_reads_as_a_list() -> None:
    with pytest.raises(CatalogueError) as refused:
        read("")
    assert str(refused.value) == (
        "The catalogue has mistakes, and nothing was imported:\nline 1: organisation: is missing"
    )


@given(some.integers(0, len(SMALL)), some.integers(0, 40), some.text("[]{}=\"'\\#,.\n a1é", max_size=6))
def test_any_damage_is_read_or_refused_with_lines_of_the_file(start: int, length: int, inserted: str) -> None:
    text = SMALL[:start] + inserted + SMALL[start + length :]
    try:
        read(text)
        lines = {1}
    except CatalogueError as refused:
        lines = {mistake.line for mistake in refused.mistakes}
    assert lines <= set(range(1, text.count("\n") + 2))
