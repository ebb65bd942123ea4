"""The tables of moves in the docs are those of the code; `python -m tests.reviews.test_docs` writes them anew."""

from pathlib import Path

from registrar.app import ROOT
from registrar.applications.rules import CONFLICTS
from registrar.reviews.rules import ASSIGNMENTS

PAGE = ROOT / "docs" / "reviews.md"
BEGIN, END = "<!-- moves: written by tests/reviews/test_docs.py -->\n", "<!-- /moves -->"


def tables() -> str:
    """Return the moves of conflicts and of assignments as Markdown."""
    return "\n".join([_conflicts(), _assignments()])


def _conflicts() -> str:
    lines = [
        f"| {before} | {after} | {move.event} | {', '.join(sorted(move.who))} |"
        for (before, after), move in CONFLICTS.items()
    ]
    head = ["### Moves of a conflict\n", "| from | to | by | who |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *lines, ""])


def _assignments() -> str:
    lines = [f"| {before} | {', '.join(sorted(after))} |" for before, after in ASSIGNMENTS.items()]
    return "\n".join(["### Moves of an assignment\n", "| from | to |", "| --- | --- |", *lines, ""])


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
