"""Campaigns: one mail to everybody in a segment."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.campaigns.rules import CampaignState
from registrar.db import Base
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.programmes.models import Programme


class Campaign(Base):
    """An organiser's mail: in whose name, to whom, in which words, when, and how far it has come."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("state = 'draft' OR version_id IS NOT NULL", name="approved_words"),
        CheckConstraint("canary_size IS NULL OR canary_size > 0", name="canary_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """What organisers call it; recipients never see it."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    """In whose name it is sent: the list that recipients can leave."""
    segment: Mapped[dict[str, Any]]
    """The conditions that all hold for its recipients; empty is nobody."""
    template_id: Mapped[int] = mapped_column(ForeignKey("letter_template.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("letter_version.id"))
    """The words as they were approved."""
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT)
    starts_at: Mapped[datetime | None]
    """When it leaves: the end of its hold, or the scheduled time; while it is a canary, when the others leave."""
    timezone: Mapped[str]
    """The zone in which its times were entered."""
    canary_size: Mapped[int | None]
    """How many get it first."""
    expected: Mapped[int | None]
    """How many recipients were counted when it was approved."""
    cursor: Mapped[int] = mapped_column(default=0)
    """The last person that the fan-out has dealt with."""
    queued: Mapped[int] = mapped_column(default=0)
    """How many mails the fan-out has written so far."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When its last mail was settled, or when it was cancelled."""
    is_demo: Mapped[bool] = mapped_column(default=False)

    programme: Mapped[Programme] = relationship()
    template: Mapped[LetterTemplate] = relationship()
    version: Mapped[LetterVersion | None] = relationship()
