"""Addresses of the pages on which people begin, join and follow an application."""

from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from registrar.applications import grace, links
from registrar.applications.models import Application, Invitation, JoinRequest, Member
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.people.models import Person
from registrar.tokens import Purpose
from tests import factories
from tests.browser.house import CAMILLE, House

_numbers = count(1)


def ways_in(house: House) -> list[str]:
    """Return the pages behind the mails about applications: to begin, to join a team, to take more time."""
    with house.app.app_context(), house.db() as db:
        draft, now = _draft(db), house.clock.now
        email = f"beginner{next(_numbers)}@museum.example"
        start = Invitation(call_id=draft.call_id, email=email, email_key=email, locale="en", created_at=now)
        start.timezone, start.mail_number, start.mailed_at = "Europe/Paris", 1, now
        guest = factories.invitation(db, draft, mailed_at=now)
        link = grace.give(db, draft, draft.call.closes_at + timedelta(days=1), "A power cut.", "staff:1", now)
        factories.stored(db, start)
        found = [links.begin_link(start, now), links.invitation_link(guest, now), links.grace_link(link)]
        db.commit()
        camille = db.scalars(select(Person.id).where(Person.email == CAMILLE)).one()
    entry = house.tokens.make(Purpose.PERSONAL, camille, expires_at=house.tomorrow)
    return [*(urlsplit(each).path for each in found), f"/applications/enter/{entry}"]


def of_applicants(house: House) -> list[str]:
    """Return Camille's pages: a draft with all around it, what was submitted, decided, missed and withdrawn."""
    with house.db() as db:
        draft = _draft(db)
        open_call, slug, home = draft.call, draft.call.slug, f"/applications/{draft.reference}"
        section = (open_call.form_version or draft.form_version).definition.sections[0].key  # type: ignore[union-attr]  # published
        _around(db, draft, house)
        others = _in_every_state(db, house, open_call)
        db.commit()
    sent, _closed, offered, *_, missed = others
    return [
        "/applications",
        home,
        *(f"{home}/{page}" for page in ("team", "previous", "withdraw", "check", f"sections/{section}")),
        *(f"/applications/{each}" for each in others),
        f"/applications/{sent}/submitted",
        f"/applications/{offered}/offer",
        f"/applications/{missed}/more-time",
        f"/calls/{slug}/apply",
    ]


def _draft(db: Session) -> Application:
    """Return Camille's draft."""
    mine = select(Application).join(Member).join(Person).join(Call, Call.id == Application.call_id)
    mine = mine.where(Person.email == CAMILLE, Application.state == Lifecycle.DRAFT, Call.state == CallState.PUBLISHED)
    return db.scalars(mine.order_by(Call.closes_at.desc())).first() or _reject()


def _reject() -> Application:
    raise LookupError("The demonstration has no draft of Camille’s.")


def _around(db: Session, draft: Application, house: House) -> None:
    """Invite somebody with a long address, and let somebody ask to join."""
    factories.invitation(
        db, draft, email=f"{'a-very-long-name.' * 4}{next(_numbers)}@museum.example", mailed_at=house.clock.now
    )
    eva = factories.person(db, name="Eva Lang")
    factories.stored(db, JoinRequest(application_id=draft.id, person_id=eva.id, asked_at=house.clock.now))


def _in_every_state(db: Session, house: House, open_call: Call) -> list[str]:
    """Make applications of Camille's in every state; return their references, the one that missed last."""
    lead, now = db.scalars(select(Person).where(Person.email == CAMILLE)).one(), house.clock.now
    closed = factories.call(db, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
    small = factories.call(db, opens_at=now - timedelta(days=30), closes_at=now + timedelta(days=5))
    found = [
        factories.submitted(db, small, lead=lead),
        factories.submitted(db, closed, lead=lead),
        factories.offered(db, closed, lead=lead, offer_until=now + timedelta(days=7)),
        factories.application(db, open_call, lead=lead, state=Lifecycle.WITHDRAWN, withdrawn_at=now),
        factories.application(db, closed, lead=lead),
    ]
    return [each.reference for each in found]


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
