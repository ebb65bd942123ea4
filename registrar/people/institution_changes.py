"""What organisers change about an institution: its data, whether it is confirmed, and who is what to it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal
from registrar.people.models import Affiliation, Institution, InstitutionAlias, InstitutionDomain, Person
from registrar.people.rules import InstitutionKind, InstitutionRole

PLAIN_FIELDS = ("name", "country", "kind", "website", "parent_id", "ror", "wikidata", "isil")


class NameTaken(Refusal):
    """Another institution of the country has the name."""


class ParentRefused(Refusal):
    """The body it shall belong to belongs to it."""


@dataclass(frozen=True)
class Details:
    """What is known of an institution, as organisers edit it."""

    name: str
    country: str
    kind: InstitutionKind | None = None
    website: str | None = None
    parent_id: int | None = None
    ror: str | None = None
    wikidata: str | None = None
    isil: str | None = None
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def details_of(institution: Institution) -> Details:
    """Return what is stored."""
    plain = {field: getattr(institution, field) for field in PLAIN_FIELDS}
    aliases, domains = (each.name for each in institution.aliases), (each.domain for each in institution.domains)
    return Details(**plain, aliases=tuple(sorted(aliases)), domains=tuple(sorted(domains)))


def add(db: DbSession, details: Details, *, by: str, now: datetime) -> Institution:
    """Add an institution that organisers know; it needs no confirmation."""
    _check_name(db, details, None)
    row = Institution(name=details.name, country=details.country, created_at=now, confirmed_at=now)
    db.add(row)
    db.flush()
    _write(db, row, details)
    audit.record(db, by, "institution.add", row, now=now)
    return row


def edit(db: DbSession, institution: Institution, details: Details, *, by: str, now: datetime) -> list[str]:
    """Make an institution what the details say; return the names of the fields that changed.

    A confirmed one that is renamed keeps its former name as another name, so that it is found under it.
    """
    before = details_of(institution)
    _check_name(db, details, institution)
    _check_parent(db, details.parent_id, institution)
    if institution.confirmed_at and details.name != before.name:
        details = _with_alias(details, before.name)
    changed = [
        name for name, value in asdict(details).items() if _comparable(value) != _comparable(asdict(before)[name])
    ]
    if changed:
        _write(db, institution, details)
        audit.record(db, by, "institution.edit", institution, now=now, fields=changed)
    return changed


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, tuple) else value


def _with_alias(details: Details, name: str) -> Details:
    return Details(**{**vars(details), "aliases": (*details.aliases, name)})


def _check_name(db: DbSession, details: Details, institution: Institution | None) -> None:
    taken = select(Institution).where(Institution.name == details.name, Institution.country == details.country)
    other = db.scalar(taken)
    if other is None or other is institution:
        return
    if other.merged_into_id is not None:
        raise NameTaken(N_("An institution of this name was merged into another one. Undo that first."))
    raise NameTaken(N_("There is an institution of this name in this country already."))


def _check_parent(db: DbSession, parent_id: int | None, institution: Institution) -> None:
    """Refuse a circle: each body belongs to the next above."""
    above = db.get(Institution, parent_id) if parent_id else None
    while above is not None:
        if above.id == institution.id:
            raise ParentRefused(N_("An institution cannot belong to itself, nor to one that belongs to it."))
        above = db.get(Institution, above.parent_id) if above.parent_id else None


def _write(db: DbSession, institution: Institution, details: Details) -> None:
    for field in PLAIN_FIELDS:
        setattr(institution, field, getattr(details, field))
    _write_aliases(institution, {name for name in details.aliases if name != details.name})
    _write_domains(institution, set(details.domains))
    db.flush()


def _write_aliases(institution: Institution, wanted: set[str]) -> None:
    kept = [each for each in institution.aliases if each.name in wanted]
    missing = sorted(wanted - {each.name for each in kept})
    institution.aliases = [*kept, *(InstitutionAlias(name=name) for name in missing)]


def _write_domains(institution: Institution, wanted: set[str]) -> None:
    kept = [each for each in institution.domains if each.domain in wanted]
    missing = sorted(wanted - {each.domain for each in kept})
    institution.domains = [*kept, *(InstitutionDomain(domain=domain) for domain in missing)]


def confirm(db: DbSession, institution: Institution, *, by: str, now: datetime) -> bool:
    """Say that an institution is what it says; return False if that was said before."""
    if institution.confirmed_at is not None:
        return False
    institution.confirmed_at = now
    audit.record(db, by, "institution.confirm", institution, now=now)
    return True


def unconfirm(db: DbSession, institution: Institution, *, by: str, now: datetime) -> bool:
    """Take a confirmation back; return False if there is none."""
    if institution.confirmed_at is None:
        return False
    institution.confirmed_at = None
    audit.record(db, by, "institution.unconfirm", institution, now=now)
    return True


def affiliations(db: DbSession, institution: Institution) -> Sequence[Affiliation]:
    """Return the people in roles, in the order of their names."""
    statement = select(Affiliation).join(Affiliation.person).where(Affiliation.institution_id == institution.id)
    return db.scalars(statement.order_by(Person.name, Affiliation.id)).all()


def affiliate(
    db: DbSession, institution: Institution, person: Person, role: InstitutionRole, *, by: str, now: datetime
) -> None:
    """Say what a person is to an institution, or change it."""
    row = {"institution_id": institution.id, "person_id": person.id, "role": role, "created_at": now}
    if not insert_missing(db, Affiliation, [row]):
        _affiliation(db, institution, person.id).role = role
    audit.record(db, by, "institution.affiliate", institution, now=now, person=person.id, role=role)


def part(db: DbSession, institution: Institution, person_id: int, *, by: str, now: datetime) -> InstitutionRole | None:
    """Take a person from an institution; return the role they had, for those who want it back."""
    statement = select(Affiliation).where(
        Affiliation.institution_id == institution.id, Affiliation.person_id == person_id
    )
    found = db.scalar(statement)
    if found is None:
        return None
    db.delete(found)
    audit.record(db, by, "institution.part", institution, now=now, person=person_id, role=found.role)
    return found.role


def _affiliation(db: DbSession, institution: Institution, person_id: int) -> Affiliation:
    statement = select(Affiliation).where(
        Affiliation.institution_id == institution.id, Affiliation.person_id == person_id
    )
    return db.scalars(statement).one()
