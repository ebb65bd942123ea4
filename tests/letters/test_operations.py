"""Letters keep every version; a change makes one, a save without a change makes none."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.campaigns.models import Campaign
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.letters import operations, queries
from registrar.letters.models import LetterTemplate
from registrar.letters.queries import Shelf
from registrar.letters.rendering import words_of
from registrar.letters.rules import LetterUse, Words
from tests import factories
from tests.letters.conftest import GOOD

CHANGED = replace(GOOD, subject_en="Another season")


def numbers(db: DbSession, letter: LetterTemplate) -> list[int]:
    return [each.number for each in queries.history(db, letter.id)]


def actions(db: DbSession) -> list[str]:
    return list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_letter_begins_with_one_version(db: DbSession, letter: LetterTemplate) -> None:
    assert (numbers(db, letter), words_of(queries.newest(db, letter.id))) == ([1], GOOD)
    assert actions(db) == ["letter.create"]


def test_a_change_makes_a_version_and_the_same_words_make_none(
    db: DbSession, letter: LetterTemplate, now: datetime
) -> None:
    made = operations.save(db, letter, CHANGED, seen=1, by="staff:2", now=now)
    again = operations.save(db, letter, CHANGED, seen=1, by="staff:2", now=now)

    assert made is not None
    assert (made.number, made.created_by, again) == (2, "staff:2", None)
    assert numbers(db, letter) == [2, 1]
    assert actions(db) == ["letter.create", "letter.save"]


def test_the_second_of_two_writers_is_told(db: DbSession, letter: LetterTemplate, now: datetime) -> None:
    operations.save(db, letter, CHANGED, seen=1, by="staff:2", now=now)

    with pytest.raises(Conflict):
        operations.save(db, letter, replace(GOOD, subject_en="Mine"), seen=1, by="staff:3", now=now)

    assert numbers(db, letter) == [2, 1]


def test_words_with_errors_are_not_stored(db: DbSession, letter: LetterTemplate, now: datetime) -> None:
    with pytest.raises(Refusal, match="Mend the errors"):
        operations.save(db, letter, replace(GOOD, body_en="{{ nobody }}"), seen=1, by="staff:1", now=now)
    with pytest.raises(Refusal, match="Mend the errors"):
        operations.create(db, "Empty", LetterUse.CAMPAIGN, Words(), by="staff:1", now=now)


def test_a_name_is_given_once(db: DbSession, letter: LetterTemplate, now: datetime) -> None:
    with pytest.raises(Refusal, match="of this name"):
        operations.create(db, "New season", LetterUse.CAMPAIGN, GOOD, by="staff:1", now=now)

    operations.rename(db, letter, "New season", by="staff:1", now=now)
    operations.rename(db, letter, "Old season", by="staff:1", now=now)

    assert (letter.name, actions(db)) == ("Old season", ["letter.create", "letter.rename"])


def test_a_copy_has_the_same_words_and_a_name_of_its_own(db: DbSession, letter: LetterTemplate, now: datetime) -> None:
    names = []
    for _ in range(2):
        name = operations.free_name(db, letter.name)
        names.append(operations.duplicate(db, letter, name, by="staff:1", now=now).name)

    assert names == ["New season 2", "New season 3"]
    assert operations.free_name(db, "Free") == "Free"


def test_an_archived_letter_is_offered_no_more_until_it_is_restored(
    db: DbSession, letter: LetterTemplate, now: datetime
) -> None:
    operations.archive(db, letter, by="staff:1", now=now)
    archived = (queries.letters_for(db, LetterUse.CAMPAIGN), len(queries.listing(db, Shelf.ARCHIVED)))
    operations.restore(db, letter, by="staff:1", now=now)

    assert archived == ([], 1)
    assert queries.letters_for(db, LetterUse.CAMPAIGN) == [letter]
    assert queries.letters_for(db, LetterUse.REMINDER) == []
    assert actions(db) == ["letter.create", "letter.archive", "letter.restore"]


def test_the_list_says_what_changed_last_and_where_it_is_used(
    db: DbSession, letter: LetterTemplate, now: datetime
) -> None:
    other = operations.create(db, "Other", LetterUse.CAMPAIGN, GOOD, by="staff:1", now=now)
    operations.save(db, letter, CHANGED, seen=1, by="staff:1", now=now)
    made: dict[str, Any] = {
        "created_at": now,
        "created_by": "staff:1",
        "timezone": "Europe/Paris",
        "segment": {},
        "name": "Spring",
    }
    factories.stored(db, Campaign(programme_id=factories.series(db).id, template_id=letter.id, **made))

    lines = [(each.template.name, each.newest.number, each.uses) for each in queries.listing(db, Shelf.LIVE)]

    assert lines == [("New season", 2, {"campaign": 1}), (other.name, 1, {})]
