"""Tags are small words on persons: put on once, taken off, renamed for everybody, merged."""

from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.people import tags
from tests import factories


def test_a_tag_is_put_on_once_however_it_is_typed(db: DbSession, now: datetime) -> None:
    person = factories.person(db)

    added = [tags.add(db, person, typed, by="staff:1", now=now) for typed in ("Guest  Speaker", " guest speaker ")]

    assert added == [True, False]
    assert tags.tags_of(db, person.id) == ["guest speaker"]
    assert db.scalars(select(AuditEntry.action)).all() == ["person.tag"]


@pytest.mark.parametrize("typed", ["", "  ", "x" * 41, "one, two", "a;b", "a\u202eb"])
def test_what_is_no_tag_is_refused(db: DbSession, now: datetime, typed: str) -> None:
    with pytest.raises(Refusal):
        tags.add(db, factories.person(db), typed, by="staff:1", now=now)


def test_a_tag_is_taken_off(db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    tags.add(db, person, "press", by="staff:1", now=now)

    assert [tags.remove(db, person, "press", by="staff:1", now=now) for _ in range(2)] == [True, False]
    assert tags.tags_of(db, person.id) == []


def test_a_tag_is_renamed_into_another_and_nobody_has_it_twice(db: DbSession, now: datetime) -> None:
    people = [factories.person(db) for _ in range(3)]
    for person, words in zip(people, (["press"], ["press", "media"], ["media"]), strict=True):
        for word in words:
            tags.add(db, person, word, by="staff:1", now=now)

    renamed = tags.rename(db, "press", "Media", by="staff:1", now=now)

    assert (renamed, tags.counts(db)) == (2, [("media", 3)])
    assert tags.rename(db, "nobody", "x", by="staff:1", now=now) == 0
    assert tags.rename(db, "media", "media", by="staff:1", now=now) == 0
    assert [list(tags.tags_of(db, person.id)) for person in people] == [["media"]] * 3
