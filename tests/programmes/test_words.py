"""Words are found whatever their accents and case."""

import pytest

from registrar.programmes.words import fold, holds


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("musee", "Musée d'Orsay"),
        ("MUSÉE", "le musee"),
        ("orsay musee", "Musée d’Orsay"),
        ("d'orsay", "Musée d’Orsay"),
        ("oeuvre", "Chef-d’œuvre"),
        ("timisoara", "Muzeul Național de Artă Timișoara"),
        ("veszprem", "House of Arts Veszprém"),
        ("", "anything"),
    ],
)
def test_a_word_is_found(typed: str, text: str) -> None:
    assert holds(typed, text)


def test_every_word_must_occur() -> None:
    assert not holds("musee berlin", "Musée d'Orsay")


def test_folding_is_the_same_for_composed_and_decomposed_text() -> None:
    assert fold("Muse\u0301e") == fold("Musée") == "musee"
