"""The pages of the organisers' desk, as the demonstration fills them."""

from sqlalchemy import select

from registrar.applications.desk_models import Note
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from tests.browser.house import House

LIST = "/console/calls/wac-museums/applications"
ELSEWHERE = "/console/calls/wac-factory/applications"


def desk(house: House) -> list[str]:
    """Return the list in full and empty, its charts and prints, and applications in every state and for each reader."""
    with house.db() as db:
        noted = db.scalars(select(Application.reference).where(Application.id.in_(select(Note.application_id)))).first()
        asking = db.scalars(select(Application.reference).where(Application.grace_asked_at.is_not(None))).first()
        withdrawn = db.scalars(select(Application.reference).where(Application.state == Lifecycle.WITHDRAWN)).first()
    one = f"/console/applications/{noted}"
    return [
        LIST,
        f"{LIST}?q=nobody-at-all",
        ELSEWHERE,
        f"{LIST}/over-time",
        f"{ELSEWHERE}/over-time",
        f"{LIST}/print?country=FR",
        f"{LIST}/print?country=FR&reader=blind_reviewers",
        one,
        f"{one}?reader=reviewers",
        f"{one}?reader=blind_reviewers&sort=country",
        f"/console/applications/{asking}",
        f"/console/applications/{withdrawn}",
    ]
