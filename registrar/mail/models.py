"""The outbox: one row per person and mail, with its attempts, suppressed addresses and the local mailbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.mail.rules import (
    GateReason,
    MailState,
    OutcomeKind,
    Reason,
    ReportMethod,
    ReportState,
    ReportVerdict,
    SuppressionReason,
)

_WAITS = text("state IN ('queued', 'deferred')")


class OutboxMail(Base):
    """A mail that must arrive once, or say why not; written in the transaction of the fact that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_claim", "lane", "next_at", postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_outbox_session_id_kind_state", "session_id", "kind", "state"),
        Index("ix_outbox_state_finished_at", "state", "finished_at"),
        Index("ix_outbox_campaign_id_state", "campaign_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """What the mail is about, so that it cannot exist twice: `reminder:<session>:<registration>:<rule>:g<revision>`."""
    kind: Mapped[str]
    """Which composer makes it, for example `weekly.reminder`."""
    lane: Mapped[int]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    reason: Mapped[Reason | None]
    detail: Mapped[str] = mapped_column(default="")
    """What the mail server said, without addresses."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    sign_up_id: Mapped[int | None] = mapped_column(ForeignKey("sign_up.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("application_invitation.id", ondelete="CASCADE"), index=True
    )
    """Whose address is not proven yet: the way into an application."""
    rule_id: Mapped[int | None]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    letter_version_id: Mapped[int | None] = mapped_column(ForeignKey("letter_version.id"))
    """The organiser's own words that it is written in, if it is."""
    topic: Mapped[str | None]
    """The list it belongs to (slug of the series, as in List-Id); with the kind it is what can be unsubscribed from."""
    revision: Mapped[int | None]
    """The session's revision that this mail speaks of; when the session has moved on, the mail is void."""
    context: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """Not to be tried before."""
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    marked_at: Mapped[datetime | None]
    """Committed just before the final dot: from here the mail may have been accepted."""
    finished_at: Mapped[datetime | None]
    message_id: Mapped[str]
    content_hash: Mapped[str | None]
    """SHA-256 of what was sent."""

    tries: Mapped[list["MailAttempt"]] = relationship(order_by="MailAttempt.id", passive_deletes=True)
    reports: Mapped[list["BounceReport"]] = relationship(order_by="BounceReport.id", passive_deletes=True)
    """What came back about it."""


class MailAttempt(Base):
    """One attempt to deliver a mail."""

    __tablename__ = "mail_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    worker: Mapped[str]
    ended_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[OutcomeKind]
    code: Mapped[int | None]
    text: Mapped[str]
    domain_group: Mapped[str | None]
    """Whose mailboxes: `gmail`, `microsoft`, … or the domain itself."""


class Suppression(Base):
    """An address that gets no mail, kept as a keyed hash so that it survives erasure."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[SuppressionReason]
    detail: Mapped[str] = mapped_column(default="")
    """What the report or the mail server said, without addresses."""
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"), index=True)
    """The mail that showed it."""
    created_by: Mapped[str] = mapped_column(default="worker")
    """As in the audit trail: `worker`, `staff:3`, `anyone`."""
    created_at: Mapped[datetime]


class LocalMail(Base):
    """A mail delivered to the local mailbox, because no mail server is set."""

    __tablename__ = "local_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), unique=True)
    delivered_at: Mapped[datetime]
    recipient: Mapped[str]
    subject: Mapped[str]
    raw: Mapped[bytes] = mapped_column(LargeBinary)


class WorkerBeat(Base):
    """A worker's sign of life."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class MailGate(Base):
    """What may not be sent at the moment; a row is there while the gate is closed."""

    __tablename__ = "mail_gate"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(unique=True)
    """`all`, `kind:<kind>` or `campaign:<id>`."""
    reason: Mapped[GateReason]
    detail: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime]
    closed_by: Mapped[str]
    """As in the audit trail: `worker`, `staff:3`, `command`."""
    opens_at: Mapped[datetime | None]
    """When it opens by itself; None: when a person opens it."""


class MailMachine(Base):
    """A machine that has been admitted to send for this database, with a counter that a restored copy falls behind."""

    __tablename__ = "mail_machine"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random, kept in the data folder of the machine too."""
    host: Mapped[str]
    generation: Mapped[int] = mapped_column(default=0)
    admitted_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class MailRate(Base):
    """A token bucket that all workers share: for the provider, or for one group of domains."""

    __tablename__ = "mail_rate"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    """`*` for everything, else a domain group."""
    tokens: Mapped[float] = mapped_column(Float)
    refilled_at: Mapped[datetime]


class BounceReport(Base):
    """A mail that came back about a mail of ours: a delivery report, a complaint, or something to look at."""

    __tablename__ = "bounce_report"
    __table_args__ = (Index("ix_bounce_report_state_received_at", "state", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the message, so that the same report read twice counts once."""
    source: Mapped[str]
    """`pipe`, `maildir` or `imap`."""
    received_at: Mapped[datetime]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    """The mail that an authenticated address proves it to be about; None: nothing proves it."""
    verdict: Mapped[ReportVerdict]
    method: Mapped[ReportMethod]
    status: Mapped[str | None]
    """RFC 3463, for example `5.1.1`."""
    diagnostic: Mapped[str]
    """What the report says, without addresses."""
    state: Mapped[ReportState]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The message, kept only while a person must look at it."""
