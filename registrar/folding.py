"""Text without case and accents, the same in Python, SQLite and PostgreSQL: `Musée` is found for `musee`."""

import sqlite3
import sys
from functools import cache
from unicodedata import combining, normalize

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

_LETTERS_UP_TO = 0x1EFF
_WITHOUT_PARTS = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "ŧ": "t"}
"""Letters that Unicode does not take apart."""
ESCAPE = "\\"


@cache
def table() -> dict[int, str]:
    """Return the plain letter of every accented small Latin letter."""
    letters = {ord(letter): plain for letter, plain in _WITHOUT_PARTS.items()}
    for code in range(0xC0, min(_LETTERS_UP_TO, sys.maxunicode) + 1):
        parts = normalize("NFD", chr(code))
        first, marks = parts[0], parts[1:]
        if marks and first.isascii() and first.islower() and all(combining(mark) for mark in marks):
            letters[code] = first
    return letters


def fold(text: str | None) -> str | None:
    """Return the text in small letters without accents."""
    if text is None or text.isascii():
        return text.lower() if text else text
    return text.lower().translate(table())


class folded(GenericFunction[str]):  # noqa: N801 - SQLAlchemy names functions as the database does
    """`fold` in SQL."""

    type = String()
    inherit_cache = True


@compiles(folded, "postgresql")
def _translate(element: folded, compiler: SQLCompiler, **kwargs: object) -> str:
    """Translate only what is not ASCII, because `translate` compares each letter with the whole table."""
    letters, text = table(), compiler.process(element.clauses, **kwargs)
    accented, plain = "".join(map(chr, letters)), "".join(letters.values())
    is_ascii = f"octet_length({text}) = length({text})"
    return f"(CASE WHEN {is_ascii} THEN lower({text}) ELSE translate(lower({text}), '{accented}', '{plain}') END)"


def contains(
    column: ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str
) -> ColumnElement[bool]:
    """Tell in SQL whether a column holds the text, whatever the case and the accents."""
    wanted = fold(text) or ""
    for special in (ESCAPE, "%", "_"):
        wanted = wanted.replace(special, ESCAPE + special)
    return folded(column).like(f"%{wanted}%", escape=ESCAPE)


def teach(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection the function."""
    connection.create_function("folded", 1, fold, deterministic=True)
