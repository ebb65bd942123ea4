"""The tables of moves in the docs are those of the code; `python -m tests.applications.test_docs` writes them anew."""

from registrar.app import ROOT
from registrar.applications.rules import ENROLMENTS, LIFECYCLE, OFFERS, VERDICTS
from registrar.calls.rules import TRANSITIONS
from tests import moves

PAGE = ROOT / "docs" / "applications.md"


def as_it_should_be() -> str:
    return moves.written(
        PAGE,
        "tests/applications/test_docs.py",
        moves.by_whom("Lifecycle", LIFECYCLE),
        moves.by_whom("Verdict", VERDICTS),
        moves.by_whom("Offer", OFFERS),
        moves.by_whom("Enrolment", ENROLMENTS),
        moves.onward("Call", TRANSITIONS),
    )


def test_the_docs_tell_the_moves_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_it_should_be()


if __name__ == "__main__":
    PAGE.write_text(as_it_should_be(), encoding="utf-8")
