"""Which letters there are, their versions, and where they are used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, func, or_, select
from sqlalchemy.orm import selectinload

from registrar.db import Base, DbSession
from registrar.folding import contains, folded
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.people.models import Person

READERS = 8
OWN_TABLES = frozenset({"letter_version"})


class Shelf(Enum):
    """Which letters a list shows."""

    LIVE = "live"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Line:
    """One letter of the list with its newest words and how often what uses it, by the name of the table."""

    template: LetterTemplate
    newest: LetterVersion
    uses: Mapping[str, int]


def listing(db: DbSession, shelf: Shelf) -> list[Line]:
    """Return the letters, the one changed last first."""
    is_here = LetterTemplate.archived_at.is_(None) if shelf is Shelf.LIVE else LetterTemplate.archived_at.is_not(None)
    last = select(func.max(LetterVersion.id)).group_by(LetterVersion.template_id)
    statement = select(LetterVersion).join(LetterVersion.template).where(is_here, LetterVersion.id.in_(last))
    found = db.scalars(statement.order_by(LetterVersion.id.desc())).all()
    used = uses(db, [each.template_id for each in found])
    return [Line(each.template, each, used.get(each.template_id, {})) for each in found]


def letters_for(db: DbSession, use: LetterUse) -> Sequence[LetterTemplate]:
    """Return the letters of one use that can be chosen, by name."""
    statement = select(LetterTemplate).where(LetterTemplate.use == use, LetterTemplate.archived_at.is_(None))
    return db.scalars(statement.order_by(folded(LetterTemplate.name))).all()


def newest(db: DbSession, template_id: int) -> LetterVersion:
    """Return the words of a letter as they are now; a letter always has some."""
    statement = select(LetterVersion).where(LetterVersion.template_id == template_id)
    return db.scalars(statement.order_by(LetterVersion.number.desc()).limit(1)).one()


def history(db: DbSession, template_id: int) -> Sequence[LetterVersion]:
    """Return every version of a letter, the newest first."""
    statement = select(LetterVersion).where(LetterVersion.template_id == template_id)
    return db.scalars(statement.order_by(LetterVersion.number.desc())).all()


def version(db: DbSession, template_id: int, number: int) -> LetterVersion | None:
    """Return one version of a letter."""
    statement = select(LetterVersion).options(selectinload(LetterVersion.template))
    return db.scalar(statement.where(LetterVersion.template_id == template_id, LetterVersion.number == number))


def uses(db: DbSession, template_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return how many rows of which table point at these letters; who they are is the business of higher floors."""
    ids, found = list(template_ids), dict[int, dict[str, int]]()
    for table, column in _pointing():
        statement = select(column, func.count()).select_from(table).where(column.in_(ids)).group_by(column)
        for template_id, count in db.execute(statement):
            found.setdefault(template_id, {})[table.name] = count
    return found


def readers(db: DbSession, text: str) -> Sequence[Person]:
    """Return a few persons whose name or address holds this text, to read a letter as one of them would."""
    if exact := db.scalars(select(Person).where(Person.email_key == text.casefold())).all():
        return exact
    statement = select(Person).where(or_(contains(Person.name, text), contains(Person.email, text)))
    return db.scalars(statement.order_by(Person.id.desc()).limit(READERS)).all()


def _pointing() -> list[tuple[Table, Column[Any]]]:
    """Return the tables with a foreign key to a letter, and its column."""
    mine = LetterTemplate.__tablename__
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name)
        if key.column.table.name == mine and table.name not in OWN_TABLES
    ]
