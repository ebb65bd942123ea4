"""The tables of moves in the docs, held equal to those of the code: each page has one test that also writes it."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from registrar.applications.rules import Move

END = "<!-- /moves -->"
State = TypeVar("State", bound=StrEnum)


def by_whom(name: str, moves: Mapping[tuple[State, State], Move]) -> str:
    """Return which event leads from where to where, and who may cause it."""
    lines = [
        f"| {_words(before)} | {_words(after)} | {move.event} | {', '.join(sorted(move.who))} |"
        for (before, after), move in moves.items()
    ]
    return "\n".join([f"### {name}\n", "| from | to | by | who |", "| --- | --- | --- | --- |", *lines, ""])


def onward(name: str, moves: Mapping[State, Collection[State]]) -> str:
    """Return what may follow each state."""
    lines = [f"| {before} | {', '.join(sorted(after))} |" for before, after in moves.items()]
    return "\n".join([f"### {name}\n", "| from | to |", "| --- | --- |", *lines, ""])


def written(page: Path, writer: str, *tables: str) -> str:
    """Return the page with the tables as they should be, after the mark that names who writes them."""
    begin = f"<!-- moves: written by {writer} -->\n"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(END)
    return "\n".join([before + begin, *tables, END + after])


def _words(state: StrEnum) -> str:
    return state.replace("_", " ")
