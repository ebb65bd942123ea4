"""Persons, institutions and what a person has consented to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registrar.db import Base
from registrar.people.rules import ConsentPurpose, InstitutionKind, InstitutionRole


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
    __table_args__ = (
        UniqueConstraint("name", "country"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="merged"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str]
    """ISO 3166-1 alpha-2; empty where it is not known."""
    kind: Mapped[InstitutionKind | None]
    website: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """The body it belongs to: a city, a university, a group of museums."""
    ror: Mapped[str | None]
    """Research Organization Registry: `https://ror.org/…`, without the address."""
    wikidata: Mapped[str | None]
    """`Q160236`."""
    isil: Mapped[str | None]
    """International Standard Identifier for Libraries and Related Organizations (ISO 15511): `FR-751131010`."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the catalogue or an organiser said that it is what it says; what applicants typed waits for that."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)
    """The same institution under the row that is kept; this one then shows nowhere."""

    parent: Mapped["Institution | None"] = relationship(remote_side="Institution.id", foreign_keys=[parent_id])
    aliases: Mapped[list["InstitutionAlias"]] = relationship(
        order_by="InstitutionAlias.name", cascade="all, delete-orphan"
    )
    domains: Mapped[list["InstitutionDomain"]] = relationship(
        order_by="InstitutionDomain.domain", cascade="all, delete-orphan"
    )


class InstitutionAlias(Base):
    """Another name of an institution: an abbreviation, another language, a former name."""

    __tablename__ = "institution_alias"
    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    name: Mapped[str]


class InstitutionDomain(Base):
    """A domain of an institution's website or mail addresses."""

    __tablename__ = "institution_domain"
    __table_args__ = (UniqueConstraint("institution_id", "domain"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(index=True)
    """In small letters, IDNA: `vangoghmuseum.nl`."""


class Affiliation(Base):
    """What a person is to an institution."""

    __tablename__ = "affiliation"
    __table_args__ = (UniqueConstraint("institution_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[InstitutionRole]
    created_at: Mapped[datetime]

    institution: Mapped[Institution] = relationship()
    person: Mapped[Person] = relationship()


class InstitutionMerge(Base):
    """Two rows that were one institution: what moved, so that it can be moved back."""

    __tablename__ = "institution_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    """As in the audit trail: `staff:3`."""
    moved: Mapped[dict[str, Any]]
    """What to put back: keys of the rows that moved, by table and column, and what was removed."""
    undone_at: Mapped[datetime | None]


class NotTheSame(Base):
    """Two institutions that look alike and are not the same: proposed no more."""

    __tablename__ = "institution_not_the_same"
    __table_args__ = (CheckConstraint("first_id < second_id", name="order"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    said_at: Mapped[datetime]
    said_by: Mapped[str]


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
