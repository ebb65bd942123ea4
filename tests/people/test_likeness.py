"""Two institutions look alike for reasons that can be told; the rule has no favourite and no surprise."""

import tomllib
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrar.people.likeness import Likeness, Profile, Reason, pairs, reasons

WORDS = (
    "Museum",
    "of",
    "Modern",
    "Art",
    "Arts",
    "The",
    "Musée",
    "Orsay",
    "Orsya",
    "MoMA",
    "HEK",
    "National",
    "d'",
    "12",
)
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
PROFILES = st.builds(
    Profile,
    id=st.integers(1, 1000),
    name=NAMES,
    country=st.sampled_from(("FR", "US", "")),
    aliases=st.lists(NAMES, max_size=2).map(tuple),
    domains=st.frozensets(st.sampled_from(("a.example", "b.example")), max_size=1),
    identifiers=st.frozensets(st.sampled_from(("ROR 1", "Wikidata Q1")), max_size=1),
)
DISTINCT = st.lists(PROFILES, max_size=12, unique_by=lambda each: each.id)


def likeness(one: str, other: str, country: str = "US") -> Likeness | None:
    found = reasons(Profile(1, one, "US"), Profile(2, other, country))
    return found[0].likeness if found else None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("MoMA", "Museum of Modern Art", Likeness.ACRONYM),
        ("MoMA", "The Museum of Modern Art", Likeness.ACRONYM),
        ("SFMOMA", "Museum of Modern Art", None),
        ("HEK", "HEK (House of Electronic Arts)", Likeness.ALIAS),
        ("The Kyiv National Art Gallery", "Kyiv national art gallery", Likeness.NAME),
        ("Modern Art Museum", "Museum of Modern Art", Likeness.WORDS),
        ("Van Gogh Museum", "Museum Van Gogh", Likeness.WORDS),
        ("Musée du Louvre", "Louvre", Likeness.WORDS),
        ("Van Gogh Museum", "Van Gogh Musuem", Likeness.TYPO),
        ("Crystal Bridges", "Crystal Bridgs", Likeness.TYPO),
        ("Crystal Bridges", "Crystal Briidges", Likeness.TYPO),
        ("Crystal Bridges", "Cristal Bridges", Likeness.TYPO),
        ("Museum 1", "Museum 2", None),
        ("Museum of Cats", "Museum of Bats", None),
        ("National Museum", "National Gallery", None),
        ("Museum", "The Museum", Likeness.NAME),
        ("Design Museum Brussels", "Design Museum Helsinki", None),
        ("House 2023", "House 2024", None),
    ],
)
def test_names_look_alike_or_not(one: str, other: str, expected: Likeness | None) -> None:
    assert likeness(one, other) == expected


def test_names_of_two_countries_say_nothing_unless_one_is_not_known() -> None:
    found = [likeness("National Museum", "National Museum", country) for country in ("US", "FR", "")]

    assert found == [Likeness.NAME, None, Likeness.NAME]


def test_identifiers_and_domains_say_it_across_countries_and_come_first() -> None:
    shared = {"domains": frozenset({"moma.example"}), "identifiers": frozenset({"ROR 03yrm5c26"})}
    one, other = Profile(1, "MoMA", "US", **shared), Profile(2, "Museum of Modern Art", "FR", **shared)  # type: ignore[arg-type]  # mypy reads one type for all values

    assert reasons(one, other) == (
        Reason(Likeness.IDENTIFIER, "ROR 03yrm5c26", "ROR 03yrm5c26"),
        Reason(Likeness.DOMAIN, "moma.example", "moma.example"),
    )


def test_another_name_of_one_may_be_the_name_of_the_other() -> None:
    found = reasons(
        Profile(1, "Belvedere", "AT", ("Österreichische Galerie",)), Profile(2, "Osterreichische Galerie", "AT")
    )

    assert found == (Reason(Likeness.ALIAS, "Österreichische Galerie", "Osterreichische Galerie"),)


@given(PROFILES, PROFILES)
def test_the_rule_is_symmetric_and_always_says_the_same(one: Profile, other: Profile) -> None:
    if one.id != other.id:
        assert reasons(one, other) == reasons(other, one) == reasons(one, other)


@given(DISTINCT)
def test_no_pair_is_missed_by_comparing_only_neighbours(profiles: list[Profile]) -> None:
    every = {
        (one.id, other.id)
        for one, other in combinations(sorted(profiles, key=lambda each: each.id), 2)
        if reasons(one, other)
    }

    assert {(one.id, other.id) for one, other, _ in pairs(profiles)} == every


@given(DISTINCT, st.randoms())
def test_the_order_in_which_they_are_given_does_not_matter(profiles: list[Profile], random: Random) -> None:
    shuffled = list(profiles)
    random.shuffle(shuffled)

    assert pairs(shuffled) == pairs(profiles)


def test_the_institutions_of_the_catalogue_are_all_different(root: Path) -> None:
    catalogue = tomllib.loads((root / "config/catalogue/we-are-museums.toml").read_text(encoding="utf-8"))
    selected = [each for season in catalogue["season"] for each in season.get("selected", [])]
    profiles = [Profile(number, each["name"], each["country"]) for number, each in enumerate(selected)]

    assert (len(profiles), pairs(profiles)) == (23, [])
