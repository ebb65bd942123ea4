"""Which rows point at an institution: read from the tables themselves, so that no feature is forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Enum,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    select,
)

from registrar.db import Base, DbSession, Moment
from registrar.people.models import Institution, InstitutionMerge, NotTheSame

Row = dict[str, Any]
STAY = frozenset({InstitutionMerge.__tablename__, NotTheSame.__tablename__})
"""What tells about the rows themselves stays with them."""


@dataclass(frozen=True)
class Reference:
    """A column that points at institutions."""

    table: Table
    column: Column[Any]

    @property
    def is_referenced(self) -> bool:
        """Whether other rows point at rows of this table, so that none can be set aside."""
        every = self.table.metadata.tables.values()
        return any(key.column.table is self.table for table in every for key in table.foreign_keys)

    def rows_of(self, db: DbSession, institution_id: int) -> list[Row]:
        """Return the rows that point at an institution, in the order of their primary keys."""
        statement = select(self.table).where(self.column == institution_id)
        return [dict(row) for row in db.execute(statement.order_by(*self.table.primary_key)).mappings()]

    def key(self, row: Row) -> Row:
        """Return the primary key of a row."""
        return {column.name: row[column.name] for column in self.table.primary_key}

    def doubled(self, db: DbSession, rows: Sequence[Row], kept_id: int) -> list[Row]:
        """Return which of these rows the kept institution has already, as the table's unique keys tell."""
        found: list[Row] = []
        for others, among in self._unique_sets(db):
            has = _values(db, self.table, others, self.column == kept_id, among)
            qualified = [self.key(row) for row in self._among(db, rows, among)]
            found += [
                row for row in rows if self.key(row) in qualified and _of(row, others) in has and row not in found
            ]
        return found

    def _among(self, db: DbSession, rows: Sequence[Row], among: ColumnElement[bool] | None) -> list[Row]:
        """Return the rows that a partial key is about."""
        if among is None or not rows:
            return list(rows)
        statement = select(self.table).where(self.column == rows[0][self.column.name], among)
        return [dict(row) for row in db.execute(statement).mappings()]

    def _unique_sets(self, db: DbSession) -> Iterator[tuple[list[Column[Any]], ColumnElement[bool] | None]]:
        """Yield for each unique key with this column its other columns, and the condition of a partial one."""
        dialect = db.get_bind().dialect.name
        for constraint in self.table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and self.column in set(
                constraint.columns
            ):
                yield [each for each in constraint.columns if each is not self.column], None
        for index in self.table.indexes:
            if index.unique and self.column in set(index.columns):
                yield [each for each in index.columns if each is not self.column], _condition(index, dialect)


def _condition(index: Index, dialect: str) -> ColumnElement[bool] | None:
    found: ColumnElement[bool] | None = index.dialect_options[dialect].get("where")
    return found


def _values(
    db: DbSession,
    table: Table,
    columns: Sequence[Column[Any]],
    of: ColumnElement[bool],
    among: ColumnElement[bool] | None,
) -> set[tuple[Any, ...]]:
    """Return the values of columns that are set; NULL equals nothing."""
    statement = select(table).where(of) if among is None else select(table).where(of, among)
    found = {_of(dict(row), columns) for row in db.execute(statement).mappings()}
    return {each for each in found if None not in each}


def _of(row: Row, columns: Sequence[Column[Any]]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in columns)


def references() -> list[Reference]:
    """Return every column that points at an institution, in the order of the tables' names."""
    target = Institution.__table__.c.id
    found = [
        Reference(table, column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if table.name not in STAY and any(key.column is target for key in column.foreign_keys)
    ]
    return sorted(found, key=lambda each: (each.table.name, each.column.name))


def reference_named(table: str, column: str) -> Reference:
    """Return the reference that a stored merge names."""
    found = Base.metadata.tables[table]
    return Reference(found, found.columns[column])


def matching(table: Table, values: Mapping[str, Any]) -> ColumnElement[bool]:
    """Tell in SQL whether a row has these values."""
    return and_(*(table.columns[name] == value for name, value in values.items()))


def to_json(row: Row) -> Row:
    """Return a row as JSON can hold it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def from_json(table: Table, row: Row) -> Row:
    """Return a row as the database gave it."""
    return {name: _read(table.columns[name], value) for name, value in row.items()}


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return column.type.enum_class(value) if isinstance(column.type, Enum) and column.type.enum_class else value
