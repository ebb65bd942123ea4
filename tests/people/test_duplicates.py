"""What looks like one institution is proposed from what is stored, until organisers say that it is not."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.people.duplicates import proposals, proposals_for, take_back, tell_apart
from registrar.people.likeness import Likeness
from registrar.people.merging import merge
from registrar.people.models import Institution, InstitutionAlias, InstitutionDomain
from tests import factories


def found(db: DbSession) -> list[tuple[str, str, list[Likeness]]]:
    return [(each.first.name, each.second.name, [why.likeness for why in each.reasons]) for each in proposals(db)]


def alike(db: DbSession) -> tuple[Institution, Institution]:
    return (
        factories.institution(db, name="Museum of Modern Art", country="US"),
        factories.institution(db, name="MoMA", country="US"),
    )


def test_all_that_is_stored_is_compared(db: DbSession) -> None:
    museum, moma = alike(db)
    tate = factories.institution(db, name="Tate", country="GB", wikidata="Q1")
    britain = factories.institution(db, name="National Gallery of British Art", country="GB", wikidata="Q1")
    for each in (museum, tate):
        factories.stored(db, InstitutionDomain(institution_id=each.id, domain="shared.example"))
    factories.stored(db, InstitutionAlias(institution_id=moma.id, name="The Modern"))
    factories.institution(db, name="Modern", country="US")

    assert found(db) == [
        ("Tate", "National Gallery of British Art", [Likeness.IDENTIFIER]),
        ("MoMA", "Modern", [Likeness.ALIAS]),
        ("Museum of Modern Art", "Tate", [Likeness.DOMAIN]),
        ("Museum of Modern Art", "MoMA", [Likeness.ACRONYM]),
    ]
    assert [each.second.name for each in proposals_for(db, britain)] == ["Tate"]


def test_those_told_apart_are_proposed_no_more_until_that_is_taken_back(db: DbSession, now: datetime) -> None:
    museum, moma = alike(db)
    for one, other in ((museum, moma), (moma, museum)):
        tell_apart(db, one, other, by="staff:1", now=now)
    told = found(db), proposals_for(db, moma)
    take_back(db, moma, museum, by="staff:1", now=now)

    actions = db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert (told, len(found(db))) == (([], []), 1)
    assert actions == ["institution.tell_apart", "institution.liken"]


def test_what_was_said_of_a_merged_one_holds_for_the_one_that_was_kept(db: DbSession, now: datetime) -> None:
    museum, moma = alike(db)
    tell_apart(db, museum, moma, by="staff:1", now=now)
    other = factories.institution(db, name="Mona", country="US")
    merge(db, other, moma, by="staff:1", now=now)

    assert found(db) == []


def test_merged_ones_are_not_proposed(db: DbSession, now: datetime) -> None:
    museum, moma = alike(db)
    merge(db, museum, moma, by="staff:1", now=now)

    assert (found(db), proposals_for(db, moma)) == ([], [])
