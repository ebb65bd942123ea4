"""Names of institutions are compared as people mean them."""

import pytest

from registrar.people import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Musée d'Orsay", "MUSEE D’ORSAY"),
        ("The Kyiv National Art Gallery", "Kyiv National Art Gallery"),
        ("Le Louvre", "Louvre"),
        ("L'Atelier", "Atelier"),
        ("Kunst-Haus", "Kunsthaus"),
        ("Museum & Archive", "Museum and Archive"),
        ("Musée de l’Œuvre", "musee de l'oeuvre"),
        ("  Van  Gogh Museum ", "van gogh museum"),
        ("Museo Łódź", "museo lodz"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert names.key(one) == names.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Museum 1", "Museum 2"), ("LA Museum", "Museum"), ("Museum Ulm", "Museum Köln"), ("Третьяковка", "Эрмитаж")],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert names.key(one) != names.key(other)


def test_a_name_of_marks_only_is_still_something() -> None:
    assert (names.words("…"), names.key("…")) == ((), "...")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Museum of Modern Art", {"moma", "mma"}),
        ("San Francisco Museum of Modern Art", {"sfmoma", "sfmma"}),
        ("Zentrum für Kunst und Medien", {"zfkum", "zkm"}),
        ("Museum Ulm", set()),
    ],
)
def test_initials_are_those_of_abbreviations(name: str, expected: set[str]) -> None:
    assert names.initials(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("MoMA", "moma"), ("HEK", "hek"), ("Belvedere", ""), ("Tate", ""), ("MA", ""), ("M+ HK", "")]
)
def test_an_abbreviation_is_one_short_word_with_capitals(name: str, expected: str) -> None:
    assert names.acronym(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HEK (House of Electronic Arts)", ("HEK", "House of Electronic Arts")),
        ("IKSV – Istanbul Foundation for Culture and Arts", ("IKSV", "Istanbul Foundation for Culture and Arts")),
        ("Kunsthalle (Basel)", ()),
        ("Die Neue Sammlung, Pinakothek der Moderne", ()),
    ],
)
def test_a_name_that_gives_its_abbreviation_is_two_names(name: str, expected: tuple[str, ...]) -> None:
    assert names.parts(name) == expected


def test_significant_words_are_in_order_and_without_museum() -> None:
    assert names.significant("The Museum of Modern Art") == names.significant("Modern Art Museum") == ("art", "modern")
