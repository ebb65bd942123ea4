"""Every section of a draft, and every page of the form builder, at the addresses where the demonstration fills them."""

from sqlalchemy import select

from registrar.applications.models import Application, Member
from registrar.applications.rules import Lifecycle
from registrar.calls.models import ApplicationForm
from registrar.people.models import Person
from tests.browser.house import CAMILLE, House

PUBLIC = ("/applications/link", "/applications/link/sent", "/calls/wac-museums/apply/sent")


def sections(house: House) -> list[str]:
    """Return every section of Camille's draft."""
    with house.db() as db:
        camille = select(Person.id).where(Person.email == CAMILLE).scalar_subquery()
        hers = select(Application).join(Member).where(Member.person_id == camille, Application.state == Lifecycle.DRAFT)
        draft = db.scalars(hers.order_by(Application.id)).first()
        version = draft.call.form_version if draft else None
        assert draft
        assert version
        return [f"/applications/{draft.reference}/sections/{each.key}" for each in version.definition.sections]


def forms(house: House) -> list[str]:
    """Return the pages of the form builder."""
    with house.db() as db:
        form = db.scalars(select(ApplicationForm).order_by(ApplicationForm.id)).first()
        assert form
        section, number = form.draft_definition.sections[0], form.id
    pages = (
        "", "/add/question", "/add/section", "/name", "/preview", "/publish", "/versions/1",
        f"/questions/{section.questions[0].key}", f"/sections/{section.key}",
    )  # fmt: skip
    return ["/console/forms", "/console/forms/new", *(f"/console/forms/{number}{page}" for page in pages)]
