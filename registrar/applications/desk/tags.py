"""Words that organisers put on applications, on one or on many at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, select

from registrar.applications.desk_models import ApplicationTag
from registrar.applications.models import Application
from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.people.rules import tag_of


def tags_of(db: DbSession, application: Application) -> list[str]:
    """Return the tags of an application in the order of the alphabet."""
    statement = select(ApplicationTag.tag).where(ApplicationTag.application_id == application.id)
    return list(db.scalars(statement.order_by(ApplicationTag.tag)))


def put_on(db: DbSession, ids: Collection[int], typed: str, *, by: str, now: datetime) -> list[int]:
    """Put a tag on applications; return those that did not have it."""
    tag = tag_of(typed)
    carriers = set(db.scalars(_carrying(ids, tag)))
    new = [each for each in ids if each not in carriers]
    insert_missing(db, ApplicationTag, [{"application_id": each, "tag": tag} for each in new])
    _record(db, new, "application.tag", tag, by, now)
    return new


def take_off(db: DbSession, ids: Collection[int], typed: str, *, by: str, now: datetime) -> list[int]:
    """Take a tag off applications; return those that had it."""
    tag = tag_of(typed)
    carriers = list(db.scalars(_carrying(ids, tag)))
    db.execute(
        delete(ApplicationTag).where(ApplicationTag.tag == tag, ApplicationTag.application_id.in_(carriers)),
        execution_options={"synchronize_session": False},
    )
    _record(db, carriers, "application.untag", tag, by, now)
    return carriers


def _carrying(ids: Collection[int], tag: str) -> Select[int]:
    statement = select(ApplicationTag.application_id)
    return statement.where(ApplicationTag.tag == tag, ApplicationTag.application_id.in_(ids))


def _record(db: DbSession, ids: Collection[int], action: str, tag: str, by: str, now: datetime) -> None:
    for application in db.scalars(select(Application).where(Application.id.in_(ids))):
        audit.record(db, by, action, application, now=now, tag=tag)
