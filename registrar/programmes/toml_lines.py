"""Where each key and value of a TOML text stands; `tomllib` reads the values but forgets their lines."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Way to a value: `("season", 0, "programme", 1, "weeks")`."""

TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<string>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<mark>[\[\]{},=])
    |(?P<word>[^\s\#"'\[\]{},=]+)
    """,
    re.VERBOSE | re.DOTALL,
)
OPENING, CLOSING = "[{", "]}"


class Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table, key and list item of a text that is valid TOML."""
    walk = _Walk(_tokens(text))
    walk.document()
    return walk.lines


def name_of(path: Path) -> str:
    """Write a path as people do: `season[0].programme[1].weeks`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _tokens(text: str) -> Iterator[Token]:
    line = 1
    for found in TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "space":
            yield Token(kind, found.group(), line)
        line += found.group().count("\n")


class _Walk:
    """Goes through the tokens once, knowing at each which path it stands at."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self.tokens = deque(tokens)
        self.lines: dict[Path, int] = {}
        self.tables: Counter[Path] = Counter()

    def document(self) -> None:
        table: Path = ()
        while self._skip_newlines():
            if self.tokens[0].text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        """Read `[table]` or `[[table]]`; a further table of the same name is the next item of a list."""
        line = self.tokens.popleft().line
        is_list = self.tokens[0].text == "["
        *parents, last = self._key()
        path: Path = (*self._inside(parents, line), last)
        if is_list:
            self.lines.setdefault(path, line)
            self.tables[path] += 1
            path = (*path, self.tables[path] - 1)
        self.lines[path] = line
        return path

    def _inside(self, parents: list[str], line: int) -> Path:
        """Return the path of the latest table of that name."""
        path: Path = ()
        for part in parents:
            path = (*path, part)
            self.lines.setdefault(path, line)
            if self.tables[path]:
                path = (*path, self.tables[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line = self.tokens[0].line
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self._value(path)

    def _key(self) -> list[str]:
        """Read the parts of a key up to and with the marks behind it: `=`, `]` or `]]`."""
        parts: list[str] = []
        while (token := self.tokens.popleft()).text not in ("=", "]"):
            if token.kind == "string":
                parts.append(token.text[1:-1])
            elif token.kind == "word":
                parts += [part for part in token.text.split(".") if part]
        if self.tokens and self.tokens[0].text == "]":
            self.tokens.popleft()
        return parts

    def _value(self, path: Path) -> None:
        opening = self.tokens.popleft()
        self.lines.setdefault(path, opening.line)
        if opening.text in OPENING:
            self._items(path, opening.text)
        while self.tokens and self.tokens[0].kind == "word":  # a date and its time
            self.tokens.popleft()

    def _items(self, path: Path, opening: str) -> None:
        closing = CLOSING[OPENING.index(opening)]
        count = 0
        while self._skip_newlines() and self.tokens[0].text != closing:
            if self.tokens[0].text == ",":
                self.tokens.popleft()
            elif opening == "{":
                self._pair(path)
            else:
                self._value((*path, count))
                count += 1
        self.tokens.popleft()

    def _skip_newlines(self) -> bool:
        """Tell whether anything follows."""
        while self.tokens and self.tokens[0].kind == "newline":
            self.tokens.popleft()
        return bool(self.tokens)
