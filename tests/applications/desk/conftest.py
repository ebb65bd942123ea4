"""An organiser's browser, and a call with four applications."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import InstitutionAlias
from registrar.people.rules import InstitutionKind
from tests import factories
from tests.conftest import START

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """A call and its applications: two submitted, a draft, one withdrawn."""

    call: Call
    salt: Application
    glass: Application
    draft: Application
    gone: Application

    @property
    def url(self) -> str:
        return f"/console/calls/{self.call.slug}/applications"

    def page(self, application: Application) -> str:
        return f"/console/applications/{application.reference}"


@pytest.fixture
def desk(db: DbSession, organiser: Staff) -> Desk:
    """Four applications of three countries."""
    call = factories.call(db, slug="wac-museums", title_en="WAC Museums")
    museum, gallery = InstitutionKind.MUSEUM, InstitutionKind.GALLERY
    salt = factories.institution(db, name="Musée du Sel", country="FR", kind=museum)
    glass = factories.institution(db, name="Glass House", country="GH", kind=gallery)
    draft = factories.institution(db, name="Museum of Ägypten", country="DE", kind=None)
    gone = factories.institution(db, name="Attic", country="FR", kind=museum)
    db.add(InstitutionAlias(institution_id=glass.id, name="The Crystal"))
    ana = factories.person(db, name="Ana Silva", email="ana@salt.example")
    ben = factories.person(db, name="Ben Osei", email="ben@glass.example")
    made = Desk(
        call,
        factories.submitted(
            db, call, reference="WAC-SALT1", institution_id=salt.id, lead=ana, submitted_at=START - DAY
        ),
        factories.submitted(
            db, call, reference="WAC-GLAS1", institution_id=glass.id, lead=ben, submitted_at=START - 2 * DAY,
            counted=factories.ANSWERS | {"new": False, "past": "A website."},
        ),
        factories.application(db, call, reference="WAC-DRAF1", institution_id=draft.id, created_at=START - 2 * DAY),
        factories.application(
            db, call, reference="WAC-GONE1", institution_id=gone.id, state=Lifecycle.WITHDRAWN, withdrawn_at=START
        ),
    )  # fmt: skip
    factories.answer(db, made.draft, "why", "Because.")
    factories.answer(db, made.draft, "past", "")
    factories.member(db, made.salt, factories.person(db, name="Zoë Ångström"), role=TeamRole.READER)
    db.commit()
    return made


def references(page: str) -> list[str]:
    """Return the references in the table, in its order."""
    rows = page.split('<th scope="row" role="rowheader">')[1:]
    return [row.split('<span class="soft small">')[1][:9] for row in rows]
