"""Every page about applications, at the addresses where the demonstration fills it."""

from sqlalchemy import select

from registrar.applications.models import Application, GraceLink, Invitation, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.models import ApplicationForm, Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Purpose
from tests.browser.house import CAMILLE, House

LATE = "wac-museums-season-3"


def applicant(house: House) -> list[str]:
    """Return the pages that Camille sees: of her draft, of an application that is submitted, of one that is late."""
    with house.db() as db:
        camille = db.scalars(select(Person).where(Person.email == CAMILLE)).one()
        draft, sent = (_hers(db, camille, state) for state in (Lifecycle.DRAFT, Lifecycle.SUBMITTED))
        late = _late(db, camille)
        sections = [each.key for each in draft.call.form_version.definition.sections] if draft.call.form_version else []
        db.commit()
        mine, theirs, over = (f"/applications/{each.reference}" for each in (draft, sent, late))
    pages = ("", "/team", "/check", "/previous", "/withdraw", *(f"/sections/{key}" for key in sections))
    others = ("", "/submitted", "/team", f"/sections/{sections[0]}")
    return [
        "/applications", *(mine + page for page in pages), *(theirs + page for page in others),
        over, f"{over}/more-time", "/calls/wac-museums/apply",
    ]  # fmt: skip


def behind_links(house: House) -> list[str]:
    """Return the pages that a link in a mail about applications leads to, and those that lead there."""
    with house.db() as db:
        invited = db.scalars(select(Invitation).where(Invitation.application_id.is_not(None))).first()
        call = db.scalars(select(Call).where(Call.slug == "wac-museums")).one()
        asked = Invitation(call_id=call.id, email="new@example.org", email_key="new@example.org", locale="en")
        asked.timezone, asked.created_at, asked.mail_number = "Europe/Paris", house.clock.now, 1
        old = db.scalars(select(Invitation).where(Invitation.email_key == asked.email_key)).first()
        if old is None:
            db.add(asked)
        db.commit()
        link = db.scalars(select(GraceLink.id).order_by(GraceLink.id)).first()
        camille = db.scalars(select(Person).where(Person.email == CAMILLE)).one()
        tokens = {"apply": (old or asked).id, "invited": invited.id if invited else 0}
    make, ends = house.tokens.make, house.tomorrow
    return [
        *(f"/{path}/{make(Purpose.APPLY, number, counter=1, expires_at=ends)}" for path, number in tokens.items()),
        f"/grace/{make(Purpose.GRACE, link or 0, expires_at=ends)}",
        f"/applications/enter/{make(Purpose.PERSONAL, camille.id, counter=camille.link_number, expires_at=ends)}",
        "/applications/link", "/applications/link/sent", "/calls/wac-museums/apply", "/calls/wac-museums/apply/sent",
    ]  # fmt: skip


def desk(house: House) -> list[str]:
    """Return the organisers' pages about applications and forms."""
    with house.db() as db:
        draft, sent, gone = (
            db.scalars(select(Application.reference).where(Application.state == state).order_by(Application.id)).first()
            for state in (Lifecycle.DRAFT, Lifecycle.SUBMITTED, Lifecycle.WITHDRAWN)
        )
        form = db.scalars(select(ApplicationForm).order_by(ApplicationForm.id)).first()
        definition, number = (form.draft_definition, form.id) if form else (None, 0)
    section = definition.sections[0] if definition else None
    question = section.questions[0].key if section else ""
    forms = (
        "", "/add/question", "/add/section", "/name", "/preview", "/publish", "/versions/1",
        f"/questions/{question}", f"/sections/{section.key if section else ''}",
    )  # fmt: skip
    of_call = ("", "?q=nobody-at-all", "/over-time", "/print")
    return [
        *(f"/console/calls/wac-museums/applications{page}" for page in of_call),
        "/console/calls/wac-factory/applications",
        *(f"/console/applications/{reference}" for reference in (draft, sent, gone)),
        "/console/forms", "/console/forms/new",
        *(f"/console/forms/{number}{page}" for page in forms),
    ]  # fmt: skip


def _hers(db: DbSession, camille: Person, state: Lifecycle) -> Application:
    statement = select(Application).join(Member).where(Member.person_id == camille.id, Application.state == state)
    found = db.scalars(statement.order_by(Application.id)).first()
    assert found
    return found


def _late(db: DbSession, camille: Person) -> Application:
    """Return a draft whose deadline is over, of whose team she is from now on."""
    statement = select(Application).join(Call).where(Call.slug == LATE, Application.state == Lifecycle.DRAFT)
    found = db.scalars(statement).one()
    if db.get(Member, (found.id, camille.id)) is None:
        db.add(Member(application_id=found.id, person_id=camille.id, role=TeamRole.LEAD, joined_at=found.created_at))
    return found
