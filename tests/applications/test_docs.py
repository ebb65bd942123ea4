"""The tables of moves in the docs are those of the code; `python -m tests.applications.test_docs` writes them anew."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from registrar.app import ROOT
from registrar.applications.rules import ENROLMENTS, LIFECYCLE, OFFERS, VERDICTS, Move
from registrar.calls.rules import TRANSITIONS

PAGE = ROOT / "docs" / "applications.md"
BEGIN, END = "<!-- moves: written by tests/applications/test_docs.py -->\n", "<!-- /moves -->"
AXES: Mapping[str, Mapping[tuple[StrEnum, StrEnum], Move]] = {
    "Lifecycle": LIFECYCLE,  # type: ignore[dict-item]  # keys of a Mapping are invariant
    "Verdict": VERDICTS,  # type: ignore[dict-item]  # see above
    "Offer": OFFERS,  # type: ignore[dict-item]  # see above
    "Enrolment": ENROLMENTS,  # type: ignore[dict-item]  # see above
}


def tables() -> str:
    """Return the moves of every axis, and of calls, as Markdown."""
    return "\n".join([*(_axis(name, moves) for name, moves in AXES.items()), _calls()])


def _axis(name: str, moves: Mapping[tuple[StrEnum, StrEnum], Move]) -> str:
    lines = [
        f"| {words(before)} | {words(after)} | {move.event} | {', '.join(sorted(move.who))} |"
        for (before, after), move in moves.items()
    ]
    return "\n".join([f"### {name}\n", "| from | to | by | who |", "| --- | --- | --- | --- |", *lines, ""])


def _calls() -> str:
    lines = [f"| {before} | {', '.join(sorted(after))} |" for before, after in TRANSITIONS.items()]
    return "\n".join(["### Call\n", "| from | to |", "| --- | --- |", *lines, ""])


def words(state: StrEnum) -> str:
    return state.replace("_", " ")


def written(page: str) -> str:
    """Return the page with the tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def test_the_docs_tell_the_moves_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == written(page)


def main(path: Path = PAGE) -> None:
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
