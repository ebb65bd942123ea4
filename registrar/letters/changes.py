"""What differs between two versions of a letter, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from registrar.letters.rules import Words


class Sign(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Change:
    """One field (`body_fr`) and its lines, each with what became of it."""

    place: str
    lines: tuple[tuple[Sign, str], ...]


def changes(before: Words, after: Words) -> list[Change]:
    """Return the fields that differ, with the lines around what differs left in."""
    names = [each.name for each in fields(Words)]
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return [Change(name, tuple(_lines(old, new))) for name, old, new in pairs if old != new]


def _lines(before: str, after: str) -> Iterator[tuple[Sign, str]]:
    old, new = before.splitlines(), after.splitlines()
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ((Sign.SAME, line) for line in old[i1:i2])
            continue
        yield from ((Sign.GONE, line) for line in old[i1:i2])
        yield from ((Sign.NEW, line) for line in new[j1:j2])
