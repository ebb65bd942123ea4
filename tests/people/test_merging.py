"""Two rows become one institution and two again, to the byte, whatever points at them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.audit.models import AuditEntry
from registrar.cohorts.models import RosterEntry
from registrar.db import Base, DbSession
from registrar.errors import Conflict, Refusal
from registrar.people import merging, unmerging
from registrar.people.models import (
    Affiliation,
    Institution,
    InstitutionAlias,
    InstitutionDomain,
    InstitutionMerge,
)
from registrar.people.references import references
from registrar.people.rules import InstitutionKind, InstitutionRole
from registrar.programmes.models import Completion, Selection
from registrar.reviews.models import Reviewer, ReviewerTie
from registrar.reviews.rules import Tie
from tests import factories

ORGANISER = "staff:1"
TELLING = {"institution_merge", "audit_entry"}
"""Tables that tell of the merge itself."""


def dump(db: DbSession) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table as its bytes are in the database, without a model in between."""
    db.flush()
    names = sorted(set(Base.metadata.tables) - TELLING)
    return {name: sorted(map(tuple, db.execute(text(f'SELECT * FROM "{name}"'))), key=repr) for name in names}


@pytest.fixture
def kept(db: DbSession) -> Institution:
    found = factories.institution(db, name="Museum of Modern Art", country="US", kind=InstitutionKind.MUSEUM)
    factories.stored(db, InstitutionAlias(institution_id=found.id, name="Modern Art Museum"))
    return found


@pytest.fixture
def merged(db: DbSession, now: datetime) -> Institution:
    facts = {"website": "https://moma.example", "wikidata": "Q188740", "confirmed_at": now}
    return factories.institution(db, name="MoMA", country="US", kind=InstitutionKind.GALLERY, **facts)


@pytest.fixture
def world(db: DbSession, now: datetime, kept: Institution, merged: Institution) -> None:
    """Rows of every table that points at institutions, with doubles of every kind."""
    seasons = [factories.season(db) for _ in range(2)]
    people = [factories.person(db) for _ in range(2)]
    call = factories.call(db)
    facts: dict[str, Any]
    stored = {"stated_at": now, "stated_by": ORGANISER, "line": "wac-museums", "note": "list of 2024"}
    for institution, season in ((kept, seasons[0]), (merged, seasons[0]), (merged, seasons[1])):
        factories.stored(db, Selection(season_id=season.id, institution_id=institution.id, position=institution.id))
        factories.stored(db, Completion(season_id=season.id, institution_id=institution.id, **stored))
    for institution, person, role in (
        (kept, people[0], InstitutionRole.MEMBER),
        (merged, people[0], InstitutionRole.DIRECTOR),
        (merged, people[1], InstitutionRole.CONTACT),
    ):
        facts = {"institution_id": institution.id, "person_id": person.id, "role": role, "created_at": now}
        factories.stored(db, Affiliation(**facts))
    for name in ("MoMA PS1", "Modern Art Museum", "Museum of Modern Art"):
        factories.stored(db, InstitutionAlias(institution_id=merged.id, name=name))
    factories.stored(db, InstitutionDomain(institution_id=merged.id, domain="moma.example"))
    factories.institution(db, name="The Cloisters", parent_id=merged.id)
    factories.institution(db, name="Old MoMA", merged_into_id=merged.id)
    withdrawn = {"state": Lifecycle.WITHDRAWN, "withdrawn_at": now}
    factories.application(db, call, institution_id=kept.id, **withdrawn)
    application = factories.submitted(db, call, institution_id=merged.id)
    facts = {"programme_id": call.programme_id, "application_id": application.id, "enrolled_at": now}
    factories.stored(db, RosterEntry(**facts, institution_id=merged.id))
    facts = {"staff_id": factories.staff(db).id, "languages": [], "subjects": [], "load": 5, "invited_at": now}
    reviewer = factories.stored(db, Reviewer(**facts, call_id=call.id))
    for institution, tie in ((kept, Tie.MENTORED), (merged, Tie.MENTORED), (merged, Tie.WORKED_AT)):
        factories.stored(db, ReviewerTie(reviewer_id=reviewer.id, institution_id=institution.id, tie=tie))
    db.commit()


def merge(db: DbSession, kept: Institution, merged: Institution, now: datetime) -> InstitutionMerge:
    found = merging.merge(db, kept, merged, by=ORGANISER, now=now)
    db.commit()
    return found


def test_the_world_of_these_tests_has_a_row_in_every_reference(db: DbSession, world: None, merged: Institution) -> None:
    assert [each.table.name for each in references() if not each.rows_of(db, merged.id)] == []


def test_the_preview_tells_what_moves_and_what_is_doubled(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    before = dump(db)

    plan = merging.plan(db, kept, merged)

    assert plan.counts == {
        "affiliation": 1, "application": 1, "completion": 1, "institution": 2, "institution_alias": 1,
        "institution_domain": 1, "reviewer_tie": 1, "roster_entry": 1, "selection": 1,
    }  # fmt: skip
    assert plan.doubled == {
        "affiliation": 1,
        "completion": 1,
        "institution_alias": 2,
        "reviewer_tie": 1,
        "selection": 1,
    }
    assert plan.filled == {"website": "https://moma.example", "wikidata": "Q188740", "confirmed_at": now}
    assert (plan.alias, dump(db)) == ("MoMA", before)


def test_after_a_merge_nothing_points_at_the_merged_one(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    merge(db, kept, merged, now)

    assert [each.table.name for each in references() if each.rows_of(db, merged.id)] == []
    assert merged.merged_into_id == kept.id
    assert (kept.kind, kept.website, kept.wikidata) == (InstitutionKind.MUSEUM, "https://moma.example", "Q188740")
    assert {each.name for each in kept.aliases} == {"MoMA", "MoMA PS1", "Modern Art Museum"}
    roles = select(Affiliation.role).where(Affiliation.institution_id == kept.id).order_by(Affiliation.id)
    assert db.scalars(roles).all() == [InstitutionRole.MEMBER, InstitutionRole.CONTACT]


def test_undoing_puts_every_byte_back(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    before = dump(db)
    record = merge(db, kept, merged, now)
    between = dump(db)

    left = unmerging.undo(db, record, by=ORGANISER, now=now)
    db.commit()

    assert (left, dump(db), before == between) == ({}, before, False)
    actions = select(AuditEntry.action, AuditEntry.subject_id).order_by(AuditEntry.id)
    assert [tuple(row) for row in db.execute(actions)] == [
        ("institution.merge", kept.id), ("institution.unmerge", kept.id),
    ]  # fmt: skip


def test_what_came_since_stays_and_the_rest_goes_back_to_the_byte(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    later_alias = factories.stored(db, InstitutionAlias(institution_id=kept.id, name="The Modern"))
    db.commit()
    before = dump(db)
    record = merge(db, kept, merged, now)
    new = factories.institution(db, name="Tate", country="GB")
    factories.stored(db, Selection(season_id=factories.season(db).id, institution_id=kept.id, position=0))
    db.commit()

    unmerging.undo(db, record, by=ORGANISER, now=now)
    db.commit()

    after = dump(db)
    added = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    gone = {name: [row for row in rows if row not in after[name]] for name, rows in before.items()}
    assert {name: len(rows) for name, rows in added.items() if rows} == {"institution": 1, "season": 1, "selection": 1}
    assert [rows for rows in gone.values() if rows] == []
    assert (new.merged_into_id, later_alias.institution_id) == (None, kept.id)


def test_a_number_that_was_given_to_another_row_since_is_replaced_by_a_new_one(
    db: DbSession, kept: Institution, merged: Institution, now: datetime
) -> None:
    factories.stored(db, InstitutionAlias(institution_id=merged.id, name="Modern Art Museum"))
    doubled = factories.stored(db, InstitutionAlias(institution_id=merged.id, name="Museum of Modern Art")).id
    record = merge(db, kept, merged, now)
    factories.stored(db, InstitutionAlias(id=doubled, institution_id=factories.institution(db).id, name="Tate"))
    db.commit()

    left = unmerging.undo(db, record, by=ORGANISER, now=now)

    names = {each.name for each in merged.aliases}
    assert (left, names) == ({}, {"Modern Art Museum", "Museum of Modern Art"})


def test_what_was_changed_since_is_told_and_left(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    record = merge(db, kept, merged, now)
    elsewhere = factories.institution(db)
    application = db.scalars(select(Application).where(Application.state == Lifecycle.SUBMITTED)).one()
    application.institution_id = elsewhere.id
    kept.website = "https://new.example"
    alias = db.scalars(select(InstitutionAlias).where(InstitutionAlias.name == "MoMA PS1")).one()
    db.delete(alias)
    db.commit()

    left = unmerging.undo(db, record, by=ORGANISER, now=now)

    assert left == {"institution": 1, "application": 1, "institution_alias": 1}
    assert (application.institution_id, kept.website, kept.wikidata) == (elsewhere.id, "https://new.example", None)


def test_two_open_applications_to_one_call_refuse_the_merge(
    db: DbSession, kept: Institution, merged: Institution, now: datetime
) -> None:
    call = factories.call(db)
    for institution in (kept, merged):
        factories.application(db, call, institution_id=institution.id)
    db.commit()
    before = dump(db)

    with pytest.raises(Refusal, match="Withdraw one of them first"):
        merging.merge(db, kept, merged, by=ORGANISER, now=now)

    assert dump(db) == before


def test_merges_are_undone_the_newest_first(
    db: DbSession, world: None, kept: Institution, merged: Institution, now: datetime
) -> None:
    third = factories.institution(db, name="Modern", country="US")
    before = dump(db)
    records = [merge(db, kept, merged, now), merge(db, third, kept, now + timedelta(days=1))]

    with pytest.raises(Refusal, match="newest merge first"):
        unmerging.undo(db, records[0], by=ORGANISER, now=now)
    for record in reversed(records):
        unmerging.undo(db, record, by=ORGANISER, now=now)

    assert dump(db) == before


def test_nothing_is_merged_with_itself_twice_or_undone_twice(
    db: DbSession, kept: Institution, merged: Institution, now: datetime
) -> None:
    with pytest.raises(Refusal, match="two different"):
        merging.plan(db, kept, kept)
    record = merge(db, kept, merged, now)
    with pytest.raises(Conflict, match="merged meanwhile"):
        merging.merge(db, kept, merged, by=ORGANISER, now=now)
    unmerging.undo(db, record, by=ORGANISER, now=now)
    with pytest.raises(Conflict, match="undone already"):
        unmerging.undo(db, record, by=ORGANISER, now=now)


@pytest.mark.parametrize("between", [0, 1])
def test_an_institution_that_belonged_to_the_merged_one_never_belongs_to_itself(
    db: DbSession, kept: Institution, merged: Institution, now: datetime, between: int
) -> None:
    above = merged
    if between:
        above = factories.institution(db, name="Department", parent_id=merged.id)
    kept.parent_id = above.id
    before = dump(db)

    record = merge(db, kept, merged, now)
    parents: tuple[int | None, int | None] = (kept.parent_id, above.parent_id if between else kept.id)
    unmerging.undo(db, record, by=ORGANISER, now=now)

    assert parents == (None, kept.id)
    assert dump(db) == before
