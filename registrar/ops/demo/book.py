"""Rows to be: collected with their ids in memory, then written table by table in bulk."""

from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from registrar.audit.models import AuditEntry
from registrar.db import Base, DbSession

FILLED = "demo.fill"
"""The audit entry of each demonstration; its details hold the highest id that was used in each table."""
CHUNK = 5000


class Book:
    """Collects rows, numbers them, and writes them so that every row comes after those it refers to."""

    def __init__(self, db: DbSession) -> None:
        self._db = db
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}
        self._highest: dict[type[Base], int] = {}

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        """Note a row and return it with its id; it may still be changed until it is written."""
        row = {**_defaults(model), **values}
        if "id" in _table(model).columns:
            row["id"] = self._next_id(model)
        self._rows.setdefault(model, []).append(row)
        return row

    def audit(
        self, actor: str, action: str, subject: type[Base], subject_id: int, at: datetime, **details: Any
    ) -> None:
        """Note an entry of the audit trail, as the operation of that time would have written it."""
        place = {"subject": _table(subject).name, "subject_id": subject_id}
        self.add(AuditEntry, at=at, actor=actor, action=action, details=details, **place)

    def highest(self) -> dict[str, int]:
        """Return the highest id of each table so far."""
        return {_table(model).name: number for model, number in self._highest.items()}

    def count(self, model: type[Base]) -> int:
        return len(self._rows.get(model, ()))

    def write(self) -> None:
        """Insert everything; the audit trail in the order of its moments."""
        self._rows.get(AuditEntry, []).sort(key=lambda row: (row["at"], row["id"]))
        for number, row in enumerate(self._rows.get(AuditEntry, []), start=self._first(AuditEntry)):
            row["id"] = number
        order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
        for model in sorted(self._rows, key=lambda model: order[_table(model).name]):
            rows = self._rows[model]
            for start in range(0, len(rows), CHUNK):
                self._db.execute(insert(_table(model)), rows[start : start + CHUNK])
        self._continue_sequences()

    def _next_id(self, model: type[Base]) -> int:
        if model not in self._highest:
            self._highest[model] = self._first(model) - 1
        self._highest[model] += 1
        return self._highest[model]

    def _first(self, model: type[Base]) -> int:
        """Return an id that no row has ever had: links and audit entries of a removed demonstration stay its own."""
        table = _table(model)
        stored = self._db.scalar(select(func.max(table.c.id))) or 0
        return max(stored, _used_before(self._db).get(table.name, 0)) + 1

    def _continue_sequences(self) -> None:
        """PostgreSQL counts by itself and must be told where to go on."""
        if self._db.get_bind().dialect.name != "postgresql":
            return
        statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")
        for model, number in self._highest.items():
            self._db.execute(statement, {"name": _table(model).name, "number": number})


def _used_before(db: DbSession) -> dict[str, int]:
    last = select(AuditEntry.details).where(AuditEntry.action == FILLED).order_by(AuditEntry.id.desc()).limit(1)
    details = db.scalar(last) or {}
    return dict(details.get("highest", {}))


@cache
def _defaults(model: type[Base]) -> dict[str, Any]:
    """Return a value for every column, so that all rows of a table have the same shape."""
    columns = [column for column in _table(model).columns if column.name != "id"]
    return {
        each.name: each.default.arg if isinstance(each.default, ScalarElementColumnDefault) else None
        for each in columns
    }


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
