"""Reads TOML into frozen dataclasses, whose annotations are the schema, and notes every mistake with its line."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from registrar.programmes.toml_lines import Path, lines_of, name_of

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LINE_IN_MESSAGE = re.compile(r" \(at line (\d+), column \d+\)")
NEEDED = {
    str: "needs words in quotes",
    int: "needs a whole number without quotes",
    bool: "needs true or false",
    date: "needs a date such as 2019-05-27, without quotes",
    time: 'needs a time such as "18:00"',
}


@dataclass(frozen=True)
class Key:
    """The name that a value has in the file, where it is not the attribute's."""

    name: str


@dataclass(frozen=True)
class Check:
    """What a value must be besides its type; `among` are the known words, for "did you mean"."""

    holds: Callable[[Any], bool]
    needed: str
    among: Callable[[], Iterable[str]] = tuple


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake and where it stands; lines count from 1."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.message}" if self.place else f"line {self.line}: {self.message}"


class Reader:
    """One reading of a text: what it says, and the mistakes found on the way."""

    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self._lines: dict[Path, int] = {}
        self._content: dict[str, Any] = {}
        try:
            self._content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            self.mistakes.append(_broken(str(broken), text))
        else:
            self._lines = lines_of(text)

    def read(self, shape: type) -> Any:
        """Return an instance of the dataclass `shape`; where there are mistakes it has None, and must not be used."""
        return self._table(shape, self._content, ())

    def note(self, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(self.line(path), name_of(path), message))

    def line(self, path: Path) -> int:
        """Return the line of the value, or of what it should stand in."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _value(self, kind: Any, value: object, path: Path) -> Any:
        origin = get_origin(kind)
        if origin is Annotated:
            return self._checked(kind, value, path)
        if origin in (Union, UnionType):
            return self._value(_without_none(kind), value, path)
        if origin is tuple:
            return self._list(get_args(kind)[0], value, path)
        if origin is Mapping:
            return self._mapping(get_args(kind)[1], value, path)
        return self._named_type(kind, value, path)

    def _named_type(self, kind: type, value: object, path: Path) -> Any:
        if is_dataclass(kind):
            return self._table(kind, value, path)
        return self._choice(kind, value, path) if issubclass(kind, StrEnum) else self._plain(kind, value, path)

    def _checked(self, kind: Any, value: object, path: Path) -> Any:
        base, *extras = get_args(kind)
        found = self._value(base, value, path)
        for check in extras:
            if isinstance(check, Check) and found is not None and not check.holds(found):
                self.note(path, f"{_quoted(found)} {check.needed}{did_you_mean(found, check.among())}")
                return None
        return found

    def _list(self, kind: Any, value: object, path: Path) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self.note(path, "needs a list")
            return ()
        return tuple(self._value(kind, item, (*path, number)) for number, item in enumerate(value))

    def _mapping(self, kind: Any, value: object, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.note(path, "needs a table")
            return {}
        return {key: self._value(kind, item, (*path, key)) for key, item in value.items()}

    def _table(self, shape: type, value: object, path: Path) -> Any:
        if not isinstance(value, dict):
            self.note(path, "needs a table")
            return None
        hints = get_type_hints(shape, include_extras=True)
        keys = {_key(field.name, hints[field.name]): field for field in fields(shape)}
        self._note_unknown(value, keys.keys(), path)
        found: dict[str, Any] = {}
        for key, field in keys.items():
            if key in value:
                found[field.name] = self._value(hints[field.name], value[key], (*path, key))
            elif field.default is MISSING and field.default_factory is MISSING:
                self.note((*path, key), "is missing")
                found[field.name] = None
        return shape(**found)

    def _note_unknown(self, value: Mapping[str, object], known: Collection[str], path: Path) -> None:
        for key in value.keys() - known:
            self.note((*path, key), f"is not known here{did_you_mean(key, known)}")

    def _choice(self, kind: type[StrEnum], value: object, path: Path) -> StrEnum | None:
        words = [each.value for each in kind]
        if value in words:
            return kind(value)
        self.note(path, f"{_quoted(value)} is not one of {', '.join(words)}{did_you_mean(value, words)}")
        return None

    def _plain(self, kind: type, value: object, path: Path) -> object:
        if kind is time and isinstance(value, str) and CLOCK.fullmatch(value):
            return time.fromisoformat(value)
        if type(value) is kind:  # exactly: True is no number, and a date with a time is no date
            return value
        self.note(path, f"{NEEDED[kind]}, not {_quoted(value)}")
        return None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return the end of a sentence: the nearest of the known words, or nothing."""
    close = get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _key(name: str, hint: Any) -> str:
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra.name for extra in extras if isinstance(extra, Key)), name)


def _without_none(kind: Any) -> Any:
    (inner,) = [each for each in get_args(kind) if each is not NoneType]
    return inner


def _quoted(value: object) -> str:
    """Show a value as it would stand in the file, on one line and not too long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    shown = str(value) if isinstance(value, int | float | date | datetime | time) else f'"{value}"'
    return "".join(mark if mark.isprintable() else "�" for mark in shown[:80])


def _broken(message: str, text: str) -> Mistake:
    found = LINE_IN_MESSAGE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    return Mistake(line, "", f"this is not TOML: {LINE_IN_MESSAGE.sub('', message)}")
