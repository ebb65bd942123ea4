"""A person finds every real place once, and what a browser reports finds its place."""

from zoneinfo import ZoneInfo

import pytest

from registrar.programmes.timezones import canonical, country_codes, guess_from_country, regions, valid_zone


def test_every_choice_exists_and_stands_once() -> None:
    names = [zone.name for region in regions() for zone in region.zones]
    assert len(names) == len(set(names))
    assert {ZoneInfo(name).key for name in names} == set(names)


def test_zones_are_grouped_by_part_of_the_world() -> None:
    assert [region.heading for region in regions()] == [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic Ocean",
        "Australia",
        "Europe",
        "Indian Ocean",
        "Pacific Ocean",
        "Other",
    ]


def test_labels_are_places_and_say_which_where_a_country_has_several() -> None:
    labels = {zone.name: zone.label for region in regions() for zone in region.zones}
    assert labels["Europe/Paris"] == "Paris"
    assert labels["America/New_York"] == "New York"
    assert labels["America/Argentina/Buenos_Aires"] == "Buenos Aires (Argentina)"


def test_abbreviations_and_former_names_are_not_offered() -> None:
    names = {zone.name for region in regions() for zone in region.zones}
    assert names & {"CET", "GMT", "Europe/Kiev", "US/Eastern", "Etc/GMT+3", "Factory"} == set()


@pytest.mark.parametrize(
    ("reported", "place"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Eastern", "America/New_York"),
        ("Etc/UTC", "UTC"),
        ("Mars/Olympus", None),
    ],
)
def test_a_reported_zone_finds_its_place(reported: str, place: str | None) -> None:
    assert canonical(reported) == place


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "Asia/Calcutta"])
def test_known_zones_are_valid(name: str) -> None:
    assert valid_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Europe", "europe/nowhere", "../etc/passwd", "Europe/Paris\0", "right/Europe/Paris"]
)
def test_everything_else_is_not(name: str) -> None:
    assert not valid_zone(name)


def test_a_country_with_one_zone_suggests_it_and_others_suggest_none() -> None:
    assert [guess_from_country(code) for code in ("FR", "fr", "US", "ZZ")] == [
        "Europe/Paris",
        "Europe/Paris",
        None,
        None,
    ]


def test_country_codes_are_those_of_iso_3166_and_kosovo() -> None:
    assert len(country_codes()) == 250
    assert {"FR", "GB", "XK"} <= country_codes()
    assert "UK" not in country_codes()
