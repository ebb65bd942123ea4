"""Persons, institutions and what a person has consented to."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registrar.db import Base
from registrar.people.rules import ConsentPurpose


class Person(Base):
    """A participant, known by an e-mail address; never has a password."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    """The address as it was typed; mail goes here."""
    email_key: Mapped[str] = mapped_column(unique=True)
    """The address in the form that tells whether two are the same; mail is never sent to it."""
    name: Mapped[str]
    institution: Mapped[str | None]
    country: Mapped[str | None]
    """ISO 3166-1 alpha-2."""
    timezone: Mapped[str]
    locale: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the address was proven to be theirs."""
    link_number: Mapped[int] = mapped_column(default=0)
    """Raised to end every personal link and cookie made before."""


class Consent(Base):
    """One consent: to what, in which words, when given, proven and withdrawn."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ConsentPurpose]
    text_version: Mapped[str]
    locale: Mapped[str]
    given_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    """When the double opt-in proved that the person gave it."""
    withdrawn_at: Mapped[datetime | None]


class Institution(Base):
    """A museum or other cultural institution, known across seasons."""

    __tablename__ = "institution"
    __table_args__ = (UniqueConstraint("name", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str]


class PersonTag(Base):
    """A word that organisers put on a person, to find and address them again."""

    __tablename__ = "person_tag"
    __table_args__ = (UniqueConstraint("person_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    tag: Mapped[str] = mapped_column(index=True)


class OptOut(Base):
    """A person's "no" to the organisers' announcements of one list."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("person_id", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    topic: Mapped[str]
    """The list: slug of the series, as in List-Id."""
    created_at: Mapped[datetime]
