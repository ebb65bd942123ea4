"""Marks that stand for a personal value in what many share, and what takes their place."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\w+){_CLOSE}")
_SHIELDS = {_OPEN: "\ufdd0", _CLOSE: "\ufdd1"}
"""Noncharacters, which no text that is exchanged may hold (Unicode, 23.7)."""
_MARK_OR_SHIELD = re.compile(f"{_MARK.pattern}|[{''.join(_SHIELDS.values())}]")
_BARED = {shield: sign for sign, shield in _SHIELDS.items()}


class Manipulated(Exception):  # noqa: N818 - it says what a template does
    """A template does more with a personal value than print it; no error that a template engine would catch."""


class Opaque:
    """A personal value as a template sees it while a skeleton is made: it can be printed and nothing else."""

    __slots__ = ("_mark",)

    def __init__(self, name: str) -> None:
        self._mark = slot(name)

    def __str__(self) -> str:
        return self._mark

    __html__ = __str__

    def _refuse(self, *_: object) -> Any:
        raise Manipulated

    __eq__ = __lt__ = __hash__ = __len__ = __iter__ = __contains__ = __getitem__ = __add__ = __mod__ = _refuse

    def __bool__(self) -> bool:
        """Only values that are not empty stand behind a mark."""
        return True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by Python itself
            raise AttributeError(name)
        raise Manipulated


def slot(name: str) -> str:
    """Return the mark that stands for the value of this name."""
    return f"{_OPEN}{name}{_CLOSE}"


def parted(text: str, names: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each piece of text with the name of the slot that follows it; None follows the last."""
    start = 0
    for found in _MARK.finditer(text):
        if found[1] in names:
            yield text[start : found.start()], found[1]
            start = found.end()
    yield text[start:], None


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place of their marks; marks inside a value, and marks without a value, stay as they are."""
    return _MARK.sub(lambda found: values.get(found[1], found[0]), text)


def shielded(value: str) -> str:
    """Return a value that is to pass through a template such that what looks like a mark in it is none."""
    return value.translate(_TABLE) if _OPEN in value else value


def filled_and_bared(text: str, values: Mapping[str, str]) -> str:
    """Fill a text whose template printed shielded values."""

    def place(found: re.Match[str]) -> str:
        return _BARED[found[0]] if found[1] is None else values.get(found[1], found[0])

    return _MARK_OR_SHIELD.sub(place, text)


def is_plain(value: str) -> bool:
    """Whether a value reads the same wherever it is printed: no white space around it, no line end or control sign."""
    if value.isprintable() and value[:1] != " " and value[-1:] != " ":
        return True
    return value == value.strip() and not _CONTROL.search(value)


def line(text: str) -> str:
    """Return the text with each run of white space as one space."""
    return " ".join(text.split())


_TABLE = str.maketrans(_SHIELDS)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
