"""Names are struck out of texts as whole words, whatever their case, accents and spaces."""

import pytest

from registrar.applications.masking import strike


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("The Musée du Sel is small.", ["Musee du sel"], "The […] is small."),
        ("MUSÉE\u00a0DU  SEL", ["Musée du Sel"], "[…]"),
        ("Museum of Salt, Salt, salty", ["Museum of Salt", "Salt"], "[…], […], salty"),
        ("Ask Ana Silva or Silva.", ["Ana Silva", "Silva"], "Ask […] or […]."),
        ("A mop for MoM", ["MoM"], "A mop for MoM"),
        ("Write to ana@salt.example.", [], "Write to […]"),
        ("Nothing to hide", ["", "   "], "Nothing to hide"),
        ("İstanbul Modern shows it", ["İSTANBUL MODERN"], "[…] shows it"),
        ("", ["Salt"], ""),
    ],
)
def test_names_are_struck_out(text: str, names: list[str], left: str) -> None:
    assert strike(text, names) == left
