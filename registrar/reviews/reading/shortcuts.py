"""Whether the keyboard moves and scores: each reviewer's own choice (WCAG 2.2, 2.1.4)."""

from enum import StrEnum

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.reviews.models import Reviewer


class Shortcuts(StrEnum):
    ON = "on"
    OFF = "off"


def switch(db: DbSession, staff: Staff, to: Shortcuts) -> None:
    """Switch the shortcuts on or off in every call that a member of staff reviews."""
    for reviewer in db.scalars(select(Reviewer).where(Reviewer.staff_id == staff.id)):
        reviewer.shortcuts = to is Shortcuts.ON
    db.flush()
