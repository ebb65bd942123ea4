"""Sign-ups, registrations, seats, attendance and what people have unsubscribed from."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.weekly.rules import AttendanceSource, Scope, SeatState, Subscription


class SignUp(Base):
    """What somebody typed on the sign-up page, before the owner of the address has confirmed it."""

    __tablename__ = "sign_up"
    __table_args__ = (
        Index(
            "uq_sign_up_open",
            "programme_id",
            "email_key",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL AND refused_at IS NULL"),
            sqlite_where=text("confirmed_at IS NULL AND refused_at IS NULL"),
        ),
        Index(
            "ix_sign_up_unconfirmed",
            "updated_at",
            postgresql_where=text("confirmed_at IS NULL"),
            sqlite_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    institution: Mapped[str | None]
    country: Mapped[str | None]
    timezone: Mapped[str]
    locale: Mapped[str]
    scope: Mapped[Scope]
    session_ids: Mapped[list[int]] = mapped_column(JSON)
    """The chosen sessions; empty for the whole season."""
    consent_version: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    mail_number: Mapped[int] = mapped_column(default=0)
    """How many confirmation mails were asked for."""
    mailed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """When the owner of the address said "not me"."""

    programme: Mapped[Programme] = relationship()


class Registration(Base):
    """A person's confirmed registration for a series."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """What a person can quote: six letters and digits."""
    scope: Mapped[Scope]
    confirmed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    programme: Mapped[Programme] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="registration", passive_deletes=True)


class Seat(Base):
    """A registration's place in one session: held, waited for, offered, or given up."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        UniqueConstraint("session_id", "queue_number"),
        Index("ix_seat_session_id_state", "session_id", "state"),
        CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="offer_has_an_end"),
        CheckConstraint("state NOT IN ('waiting', 'offered') OR queue_number IS NOT NULL", name="queue_has_an_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    state: Mapped[SeatState]
    state_at: Mapped[datetime]
    queue_number: Mapped[int | None]
    """Order on the session's waiting list; never used twice."""
    offered_until: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    """How often this person gave the seat up or took it again; added to the session's SEQUENCE in their calendar."""

    registration: Mapped[Registration] = relationship(back_populates="seats")
    session: Mapped[Session] = relationship()


class Attendance(Base):
    """A person's presence in a session; provisional when it comes from the join link."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]
    source: Mapped[AttendanceSource]


class Unsubscription(Base):
    """A kind of mail of a series that a person no longer wants."""

    __tablename__ = "unsubscription"
    __table_args__ = (UniqueConstraint("registration_id", "subscription"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    subscription: Mapped[Subscription]
    created_at: Mapped[datetime]
