"""Words that organisers put on persons, to find and address them again."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.people.models import Person, PersonTag
from registrar.people.rules import tag_of


def tags_of(db: DbSession, person_id: int) -> list[str]:
    """Return the tags of a person in the order of the alphabet."""
    return list(db.scalars(select(PersonTag.tag).where(PersonTag.person_id == person_id).order_by(PersonTag.tag)))


def counts(db: DbSession) -> list[tuple[str, int]]:
    """Return every tag with how many persons carry it, in the order of the alphabet."""
    statement = select(PersonTag.tag, func.count()).group_by(PersonTag.tag).order_by(PersonTag.tag)
    return [(tag, count) for tag, count in db.execute(statement)]


def add(db: DbSession, person: Person, typed: str, *, by: str, now: datetime) -> bool:
    """Put a tag on a person; return False if it was there already."""
    tag = tag_of(typed)
    if not insert_missing(db, PersonTag, [{"person_id": person.id, "tag": tag}]):
        return False
    audit.record(db, by, "person.tag", person, now=now, tag=tag)
    return True


def remove(db: DbSession, person: Person, tag: str, *, by: str, now: datetime) -> bool:
    """Take a tag off a person; return False if it was not there."""
    statement = delete(PersonTag).where(PersonTag.person_id == person.id, PersonTag.tag == tag)
    if not db.scalars(statement.returning(PersonTag.id)).all():
        return False
    audit.record(db, by, "person.untag", person, now=now, tag=tag)
    return True


def rename(db: DbSession, tag: str, typed: str, *, by: str, now: datetime) -> int:
    """Give a tag another name, on everybody; into one that exists it is merged. Return how many persons carried it."""
    new = tag_of(typed)
    carriers = db.scalars(select(PersonTag.person_id).where(PersonTag.tag == tag)).all()
    if new == tag or not carriers:
        return 0
    has_new = select(PersonTag.person_id).where(PersonTag.tag == new)
    db.execute(delete(PersonTag).where(PersonTag.tag == tag, PersonTag.person_id.in_(has_new.scalar_subquery())))
    db.execute(update(PersonTag).where(PersonTag.tag == tag).values(tag=new))
    first = db.scalars(select(PersonTag).where(PersonTag.tag == new).order_by(PersonTag.id).limit(1)).one()
    audit.record(db, by, "tag.rename", first, now=now, before=tag, after=new, persons=len(carriers))
    return len(carriers)
