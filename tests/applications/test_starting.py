"""Ways in that nobody used are forgotten, and what was typed of a known institution changes nothing about it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registrar.applications import starting
from registrar.applications.models import Application, Invitation
from registrar.applications.rules import INVITATION_LASTS, START_WITHIN
from registrar.applications.starting import Beginner
from registrar.calls.eligibility import Finding
from registrar.db import DbSession
from registrar.people.rules import InstitutionKind
from tests import factories

BEGINNER = Beginner(name="Ana", timezone="Europe/Paris", locale="en", institution="Museu do Sal", country="PT",
                    kind=InstitutionKind.MUSEUM, website="https://other.example")  # fmt: skip


@pytest.fixture
def draft(db: DbSession) -> Application:
    return factories.application(db, factories.call(db), lead=factories.person(db))


def way(db: DbSession, draft: Application, **given: object) -> Invitation:
    return factories.invitation(db, draft, **{"application_id": None, "role": None, **given})


def left(db: DbSession) -> set[int]:
    db.commit()
    return set(db.scalars(select(Invitation.id)))


def test_a_way_in_is_forgotten_two_weeks_after_its_link_has_ended(db: DbSession, draft: Application) -> None:
    way(db, draft)
    guest = factories.invitation(db, draft)
    used = way(db, draft, used_at=factories.NOW)
    end = factories.NOW + START_WITHIN + starting.KEPT

    assert starting.forget_unused(db, end) == 0
    assert starting.forget_unused(db, end + timedelta(seconds=1)) == 1
    assert left(db) == {guest.id, used.id}


def test_an_invitation_to_a_team_is_forgotten_two_weeks_after_its_link_has_ended(
    db: DbSession, draft: Application
) -> None:
    factories.invitation(db, draft)
    mailed_again = factories.invitation(db, draft, mailed_at=factories.NOW + timedelta(days=1))
    end = factories.NOW + INVITATION_LASTS + starting.KEPT

    assert starting.forget_unused(db, end + timedelta(seconds=1)) == 1
    assert left(db) == {mailed_again.id}


def test_what_is_typed_changes_nothing_about_a_known_institution(db: DbSession, draft: Application) -> None:
    museum = factories.institution(db, name="Museu do Sal", country="PT", kind=InstitutionKind.GALLERY)
    application = starting.begin(db, way(db, draft).id, BEGINNER, now=factories.NOW)

    assert (application.institution_id, museum.kind, museum.website) == (museum.id, InstitutionKind.GALLERY, None)


def test_the_rules_are_asked_before_anything_is_made(db: DbSession, draft: Application) -> None:
    draft.call.eligibility = [{"rule": "kinds", "kinds": ["museum"]}, {"rule": "completed", "line": "wac-museums"}]
    new = starting.preview(db, draft.call, BEGINNER)
    factories.institution(db, name="Museu do Sal", country="PT")
    known = starting.preview(db, draft.call, BEGINNER)

    assert [each.finding for each in new] == [Finding.HOLDS, Finding.FAILS]
    assert [each.finding for each in known] == [Finding.UNKNOWN, Finding.FAILS]
