"""Undo a merge: every row goes back where it was; what was changed since is left as it is and told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import UpdateBase

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.people.merging import INSTITUTIONS, counted, lock
from registrar.people.models import Institution, InstitutionAlias, InstitutionMerge
from registrar.people.references import Row, from_json, matching, reference_named


def undo(db: DbSession, merge: InstitutionMerge, *, by: str, now: datetime) -> dict[str, int]:
    """Make two institutions of one again; return by table how many rows could not be put back.

    Those were changed or removed since. Later merges are undone first, so that each finds what it left.
    """
    kept, merged = db.get_one(Institution, merge.kept_id), db.get_one(Institution, merge.merged_id)
    lock(db, kept, merged)
    db.refresh(merge)
    _check(db, merge)
    db.execute(update(INSTITUTIONS).where(INSTITUTIONS.c.id == merged.id).values(merged_into_id=None))
    _take_alias(db, merge)
    left = [
        *_empty_again(db, merge),
        *(each["table"] for each in merge.moved["moved"] if not _move_back(db, merge, each)),
        *(each["table"] for each in merge.moved["set_aside"] if not _put_back(db, each)),
    ]
    merge.undone_at = now
    db.flush()
    db.expire_all()
    audit.record(db, by, "institution.unmerge", kept, now=now, merged=merge.merged_id, left=len(left))
    return counted(left)


def later(db: DbSession, merge: InstitutionMerge) -> InstitutionMerge | None:
    """Return the newest merge that must be undone before this one, if there is one."""
    about_kept = or_(InstitutionMerge.kept_id == merge.kept_id, InstitutionMerge.merged_id == merge.kept_id)
    after = InstitutionMerge.undone_at.is_(None), InstitutionMerge.id > merge.id
    return db.scalars(select(InstitutionMerge).where(about_kept, *after).order_by(InstitutionMerge.id.desc())).first()


def merges_of(db: DbSession, institution: Institution) -> Sequence[InstitutionMerge]:
    """Return the merges that an institution took part in, the newest first."""
    mine = or_(InstitutionMerge.kept_id == institution.id, InstitutionMerge.merged_id == institution.id)
    return db.scalars(select(InstitutionMerge).where(mine).order_by(InstitutionMerge.id.desc())).all()


def _check(db: DbSession, merge: InstitutionMerge) -> None:
    if merge.undone_at is not None:
        raise Conflict(N_("This merge was undone already."))
    if later(db, merge) is not None:
        raise Refusal(N_("This institution was merged again later. Undo the newest merge first."))


def _take_alias(db: DbSession, merge: InstitutionMerge) -> None:
    """Take away the name that the merge added; gone already is as good."""
    alias = merge.moved["alias"]
    if alias is not None:
        added = InstitutionAlias.id == alias["id"], InstitutionAlias.name == alias["name"]
        db.execute(delete(InstitutionAlias).where(*added, InstitutionAlias.institution_id == merge.kept_id))


def _empty_again(db: DbSession, merge: InstitutionMerge) -> list[str]:
    """Give the columns that were filled back what they held, unless somebody has changed them since."""
    before, after = (from_json(INSTITUTIONS, merge.moved[name]) for name in ("before", "after"))
    is_kept = INSTITUTIONS.c.id == merge.kept_id
    now_there = db.execute(select(INSTITUTIONS).where(is_kept)).mappings().one()
    unchanged = {name: value for name, value in before.items() if now_there[name] == after[name]}
    if unchanged:
        db.execute(update(INSTITUTIONS).where(is_kept).values(unchanged))
    return [INSTITUTIONS.name] * (len(before) - len(unchanged))


def _move_back(db: DbSession, merge: InstitutionMerge, moved: dict[str, Any]) -> bool:
    """Let a row point at the merged institution again, if it is still where the merge put it."""
    reference = reference_named(moved["table"], moved["column"])
    key = from_json(reference.table, moved["row"])
    column = reference.column.name
    here = matching(reference.table, {**key, column: merge.kept_id})
    return _did(db, update(reference.table).where(here).values({column: merge.merged_id}))


def _put_back(db: DbSession, set_aside: dict[str, Any]) -> bool:
    """Store a row again that was set aside; where its number was given to another one since, under a new number."""
    table = reference_named(set_aside["table"], set_aside["column"]).table
    row = from_json(table, set_aside["row"])
    return _did(db, insert(table).values(row)) or ("id" in row and _did(db, insert(table).values(_unnumbered(row))))


def _unnumbered(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


def _did(db: DbSession, statement: UpdateBase) -> bool:
    """Change exactly one row; return False where it is gone, or something else stands in its place."""
    try:
        with db.begin_nested():
            done = db.execute(statement, execution_options={"preserve_rowcount": True})
            return cast(CursorResult[Any], done).rowcount == 1
    except IntegrityError:
        return False
