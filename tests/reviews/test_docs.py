"""The tables of moves in the docs are those of the code; `python -m tests.reviews.test_docs` writes them anew."""

from registrar.app import ROOT
from registrar.applications.rules import CONFLICTS
from registrar.reviews.rules import ASSIGNMENTS
from tests import moves

PAGE = ROOT / "docs" / "reviews.md"


def as_it_should_be() -> str:
    return moves.written(
        PAGE,
        "tests/reviews/test_docs.py",
        moves.by_whom("Moves of a conflict", CONFLICTS),
        moves.onward("Moves of an assignment", ASSIGNMENTS),
    )


def test_the_docs_tell_the_moves_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_it_should_be()


if __name__ == "__main__":
    PAGE.write_text(as_it_should_be(), encoding="utf-8")
