"""Merge two rows that are one institution: preview, do, undo.

Every foreign key to `institution.id` is moved, whichever feature has it. What the kept institution has already, by a
unique key, is set aside in `InstitutionMerge.moved` and put back by the undo.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from registrar.audit import operations as audit
from registrar.db import Base, DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.people.models import Institution, InstitutionAlias, InstitutionMerge
from registrar.people.references import Reference, Row, matching, references, to_json

FILLED = ("kind", "website", "parent_id", "ror", "wikidata", "isil", "confirmed_at")
"""What the kept institution takes over from the merged one where it has nothing itself."""
INSTITUTIONS: Table = Base.metadata.tables[Institution.__tablename__]


@dataclass
class Plan:
    """What a merge moves, sets aside and fills."""

    moved: list[tuple[Reference, Row]] = field(default_factory=list)
    """The primary keys of the rows that move, as they are before."""
    set_aside: list[tuple[Reference, Row]] = field(default_factory=list)
    """Whole rows that the kept institution has already."""
    filled: Row = field(default_factory=dict)
    """Columns of the kept institution with what they become."""
    alias: str | None = None
    """The merged name, where the kept institution is not known by it yet."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table move."""
        return counted(reference.table.name for reference, _ in self.moved)

    @property
    def doubled(self) -> dict[str, int]:
        """How many rows of each table are set aside."""
        return counted(reference.table.name for reference, _ in self.set_aside)


def counted(names: Iterable[str]) -> dict[str, int]:
    """Count how often each name is given."""
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def plan(db: DbSession, kept: Institution, merged: Institution) -> Plan:
    """Say what a merge would do; refuse what cannot be merged."""
    if kept.id == merged.id:
        raise Refusal(N_("Choose two different institutions."))
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        raise Conflict(N_("One of them was merged meanwhile."))
    found = Plan(filled=_filled(db, kept, merged), alias=_alias(kept, merged))
    for reference in references():
        _plan_rows(db, found, reference, kept, merged)
    return found


def _plan_rows(db: DbSession, found: Plan, reference: Reference, kept: Institution, merged: Institution) -> None:
    rows = [row for row in reference.rows_of(db, merged.id) if not _is_itself(reference, row, kept)]
    doubled = reference.doubled(db, rows, kept.id)
    doubled += [row for row in rows if row not in doubled and _is_its_name(reference, row, kept)]
    if doubled and reference.is_referenced:
        raise Refusal(N_("Both have the same thing open, which cannot be joined. Withdraw one of them first."))
    found.moved += [(reference, reference.key(row)) for row in rows if row not in doubled]
    found.set_aside += [(reference, row) for row in doubled]


def _is_itself(reference: Reference, row: Row, kept: Institution) -> bool:
    """Tell whether the row is the kept institution, which belonged to the merged one: see `_filled`."""
    return reference.table is INSTITUTIONS and row["id"] == kept.id


def _is_its_name(reference: Reference, row: Row, kept: Institution) -> bool:
    """Tell whether the row says another name that is the kept institution's own."""
    return reference.table.name == InstitutionAlias.__tablename__ and row["name"] == kept.name


def _filled(db: DbSession, kept: Institution, merged: Institution) -> Row:
    """Return the blanks of the kept institution that the merged one fills.

    Where the kept one belongs to the merged one, directly or further up, it stands alone from now on: else it would
    belong to itself.
    """
    given = {name: getattr(merged, name) for name in FILLED if getattr(kept, name) is None}
    found = {name: value for name, value in given.items() if value is not None}
    if kept.id in _line_above(db, merged):
        found.pop("parent_id", None)
    if merged.id in _line_above(db, kept):
        found["parent_id"] = None
    return found


def _line_above(db: DbSession, institution: Institution) -> list[int]:
    """Return the ids of the bodies that an institution belongs to, the nearest first."""
    found: list[int] = []
    while institution.parent_id is not None and institution.parent_id not in found:
        found.append(institution.parent_id)
        institution = db.get_one(Institution, institution.parent_id)
    return found


def _alias(kept: Institution, merged: Institution) -> str | None:
    names = {kept.name, *(each.name for each in kept.aliases), *(each.name for each in merged.aliases)}
    return None if merged.name in names else merged.name


def merge(db: DbSession, kept: Institution, merged: Institution, *, by: str, now: datetime) -> InstitutionMerge:
    """Let one institution stand for both."""
    lock(db, kept, merged)
    found = plan(db, kept, merged)
    before = {name: getattr(kept, name) for name in found.filled}
    alias = _add_alias(db, kept, found.alias)  # first: SQLite gives the number of a row that is gone to the next
    for reference, row in found.set_aside:
        db.execute(delete(reference.table).where(matching(reference.table, reference.key(row))))
    for reference, key in found.moved:
        to_kept = {reference.column.name: kept.id}
        db.execute(update(reference.table).where(matching(reference.table, key)).values(to_kept))
    db.execute(update(INSTITUTIONS).where(INSTITUTIONS.c.id == merged.id).values(merged_into_id=kept.id))
    if found.filled:
        db.execute(update(INSTITUTIONS).where(INSTITUTIONS.c.id == kept.id).values(found.filled))
    facts = {"kept_id": kept.id, "merged_id": merged.id, "merged_at": now, "merged_by": by}
    record = InstitutionMerge(**facts, moved=_as_json(found, before, alias))
    db.add(record)
    db.flush()
    db.expire_all()
    audit.record(db, by, "institution.merge", kept, now=now, merged=record.merged_id, rows=len(found.moved))
    return record


def lock(db: DbSession, *institutions: Institution) -> None:
    """Lock the rows in the order of their ids, and read them as they are now."""
    ids = [each.id for each in institutions]
    statement = select(Institution).where(Institution.id.in_(ids)).order_by(Institution.id).with_for_update()
    db.execute(statement.execution_options(populate_existing=True)).all()


def _add_alias(db: DbSession, kept: Institution, name: str | None) -> InstitutionAlias | None:
    if name is None:
        return None
    alias = InstitutionAlias(institution_id=kept.id, name=name)
    db.add(alias)
    db.flush()
    return alias


def _as_json(found: Plan, before: Row, alias: InstitutionAlias | None) -> dict[str, Any]:
    return {
        "moved": [_named(reference, to_json(key)) for reference, key in found.moved],
        "set_aside": [_named(reference, to_json(row)) for reference, row in found.set_aside],
        "before": to_json(before),
        "after": to_json(found.filled),
        "alias": {"id": alias.id, "name": alias.name} if alias else None,
    }


def _named(reference: Reference, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"table": reference.table.name, "column": reference.column.name, "row": row}
