"""Places of a cohort: who moved up because of whom, and the roster."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.applications.models import Application
from registrar.cohorts.rules import Freed
from registrar.db import Base
from registrar.people.models import Institution
from registrar.programmes.models import Programme


class Promotion(Base):
    """The next on the waiting list got an offer: because of whom, by whom, when. Each freed place is used once."""

    __tablename__ = "promotion"
    __table_args__ = (CheckConstraint("(freed_by_id IS NULL) = (cause = 'more_places')", name="cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    freed_by_id: Mapped[int | None] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), unique=True)
    """Whose place it was."""
    cause: Mapped[Freed]
    waitlist_position: Mapped[int]
    """The place in the waiting list from which it was promoted."""
    promoted_at: Mapped[datetime]
    promoted_by: Mapped[str]
    """As in the audit trail: the person who declined, `worker` for a lapse, the organiser who added places."""


class RosterEntry(Base):
    """An institution that takes part in a cohort."""

    __tablename__ = "roster_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), unique=True)
    enrolled_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()
    institution: Mapped[Institution] = relationship()
    application: Mapped[Application] = relationship()
