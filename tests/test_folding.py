"""Search finds words whatever their case and accents, alike in Python and in both databases."""

import pytest
from sqlalchemy import literal, select

from registrar.db import DbSession
from registrar.folding import contains, fold, folded

WORDS = ["Musée d'Orsay", "ÉCOLE", "Łódź", "Ærø", "Bảo tàng Mỹ thuật", "Sigrún Jónsdóttir", "Москва", "plain", "100 %"]


def test_accents_and_case_are_taken_off() -> None:
    assert [fold(word) for word in WORDS] == [
        "musee d'orsay", "ecole", "lodz", "æro", "bao tang my thuat", "sigrun jonsdottir", "москва", "plain", "100 %",
    ]  # fmt: skip


def test_nothing_stays_nothing() -> None:
    assert (fold(None), fold("")) == (None, "")


def test_the_databases_fold_like_python(db: DbSession) -> None:
    assert [db.scalar(select(folded(literal(word)))) for word in WORDS] == [fold(word) for word in WORDS]


@pytest.mark.parametrize(
    ("text", "found"),
    [("MUSEE", "Musée d'Orsay"), ("musée", "Musee"), ("%", "100 %"), ("_", "a_b"), ("\\", "a\\b")],
)
def test_a_text_is_found_by_any_spelling(db: DbSession, text: str, found: str) -> None:
    assert db.scalars(select(literal(1)).where(contains(literal(found), text))).all() == [1]


def test_wildcards_are_letters(db: DbSession) -> None:
    found = [db.scalars(select(literal(1)).where(contains(literal("Orsay"), text))).all() for text in ("%", "_", "\\")]

    assert found == [[], [], []]
