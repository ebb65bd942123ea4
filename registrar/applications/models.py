"""Applications, their answers, their teams and the ways in by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.applications.rules import (
    Enrolment,
    Lifecycle,
    OfferState,
    Override,
    RequestOutcome,
    TeamRole,
    Verdict,
)
from registrar.calls.models import Call, FormVersion
from registrar.db import Base
from registrar.people.models import Institution, Person

_OPEN = text("state <> 'withdrawn'")
_WAITING = text("used_at IS NULL AND revoked_at IS NULL")
_STARTING = text("application_id IS NULL AND used_at IS NULL AND revoked_at IS NULL")


def _one(name: str, *columns: str, among: TextClause) -> Index:
    """Return a unique index over the rows that fulfil a condition."""
    return Index(name, *columns, unique=True, sqlite_where=among, postgresql_where=among)


class Application(Base):
    """What an institution's team answers to a call.

    Its lifecycle is the team's; what is released to the team stands here too, what is decided in private does not.
    """

    __tablename__ = "application"
    __table_args__ = (
        _one("uq_application_open", "call_id", "institution_id", among=_OPEN),
        Index("ix_application_call_id_state", "call_id", "state"),
        CheckConstraint(
            "state <> 'submitted' OR "
            "(submitted_at IS NOT NULL AND form_version_id IS NOT NULL AND counted_at IS NOT NULL)",
            name="submitted",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint("(released_verdict IS NULL) = (released_at IS NULL)", name="released"),
        CheckConstraint("released_at IS NULL OR submitted_at IS NOT NULL", name="released_submitted"),
        CheckConstraint("offer IS NULL OR released_verdict IS NOT NULL", name="offer_released"),
        CheckConstraint("(offer IS NULL) = (offer_until IS NULL)", name="offer_until"),
        CheckConstraint("enrolment IS NULL OR offer = 'accepted'", name="enrolled"),
        CheckConstraint(
            "waitlist_position IS NULL OR (released_verdict = 'waitlist' AND offer IS NULL)", name="waitlist"
        ),
        UniqueConstraint("call_id", "waitlist_position"),
        CheckConstraint("(eligibility IS NULL) = (eligibility_at IS NULL)", name="eligibility"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """What people quote, and its address: `WAC-7K3QX`."""
    state: Mapped[Lifecycle] = mapped_column(default=Lifecycle.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each move, so that two people do not decide over each other."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """When it was first submitted."""
    withdrawn_at: Mapped[datetime | None]
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"), index=True)
    """The version it was submitted with; a draft follows its call."""
    counted: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The answers that count: the last complete state of a submitted application."""
    counted_at: Mapped[datetime | None]
    extended_until: Mapped[datetime | None]
    """The team's own deadline, given by a grace link."""
    grace_asked_at: Mapped[datetime | None]
    """When the team asked for more time; it may once."""
    grace_asked: Mapped[str] = mapped_column(default="")
    """In which words."""
    eligibility: Mapped[Override | None]
    """What an organiser decided about it, whatever the rules say."""
    eligibility_reason: Mapped[str] = mapped_column(default="")
    eligibility_at: Mapped[datetime | None]
    eligibility_by: Mapped[str] = mapped_column(default="")
    """As in the audit trail: `staff:3`."""
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("application.id", ondelete="SET NULL"), index=True)
    """The application whose answers it was started from."""
    released_verdict: Mapped[Verdict | None]
    released_at: Mapped[datetime | None]
    offer: Mapped[OfferState | None]
    offer_until: Mapped[datetime | None]
    waitlist_position: Mapped[int | None]
    """Released place in the waiting list, from 1; gone once an offer was made."""
    enrolment: Mapped[Enrolment | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    call: Mapped[Call] = relationship()
    institution: Mapped[Institution] = relationship()
    form_version: Mapped[FormVersion | None] = relationship()
    members: Mapped[list["Member"]] = relationship(
        back_populates="application", order_by="Member.joined_at", passive_deletes=True
    )


class Answer(Base):
    """The answer to one question as it was last saved; kept while its question is hidden."""

    __tablename__ = "answer"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    """Key of the question in the form."""
    value: Mapped[Any] = mapped_column(JSON)
    """See `registrar.calls.values`."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each save: one that knows an older version does not overwrite."""
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"), index=True)
    """The version of the form that was answered."""
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    saved_by: Mapped[Person | None] = relationship()


class Member(Base):
    """A person of the team."""

    __tablename__ = "application_member"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[TeamRole]
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """Last sign of life while editing."""
    seen_section: Mapped[str | None]
    """Key of the section they had open."""

    application: Mapped[Application] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A way in by mail for an address: to begin an application to a call, or to join the team of one."""

    __tablename__ = "application_invitation"
    __table_args__ = (
        _one("uq_application_invitation_start", "call_id", "email_key", among=_STARTING),
        _one("uq_application_invitation_team", "application_id", "email_key", among=_WAITING),
        CheckConstraint("(application_id IS NULL) = (role IS NULL)", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    """None: the address asked by itself, to begin one."""
    role: Mapped[TeamRole | None]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)
    locale: Mapped[str]
    timezone: Mapped[str]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    mail_number: Mapped[int] = mapped_column(default=0)
    """How many mails were asked for."""
    mailed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()
    application: Mapped[Application | None] = relationship()
    invited_by: Mapped[Person | None] = relationship()


class JoinRequest(Base):
    """Somebody wanted to begin an application for an institution that has one, and asks its team to be let in."""

    __tablename__ = "application_join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[RequestOutcome | None]

    application: Mapped[Application] = relationship()
    person: Mapped[Person] = relationship()


class GraceLink(Base):
    """A link by which a team gets more time: it ends, its uses are counted, and using it locks its row."""

    __tablename__ = "grace_link"
    __table_args__ = (CheckConstraint("uses <= most_uses", name="uses"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime]
    """The team's deadline once the link is used, and the moment at which the link itself ends."""
    reason: Mapped[str]
    most_uses: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
