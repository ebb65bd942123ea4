"""The institution that a name stands for: the known one, or a new one that waits to be confirmed."""

from datetime import datetime

from sqlalchemy import select

from registrar.db import DbSession, insert_missing
from registrar.folding import folded
from registrar.people.models import Institution, InstitutionAlias
from registrar.people.rules import InstitutionKind


def known(db: DbSession, name: str, country: str) -> Institution | None:
    """Return the institution of a country with this name or alias."""
    wanted = folded(name.strip())
    alias = select(InstitutionAlias.institution_id).where(folded(InstitutionAlias.name) == wanted)
    of_country = select(Institution).where(Institution.country == country, Institution.merged_into_id.is_(None))
    found = of_country.where((folded(Institution.name) == wanted) | Institution.id.in_(alias))
    return db.scalars(found.order_by(Institution.id)).first()


def find_or_add(
    db: DbSession, name: str, country: str, kind: InstitutionKind | None, website: str | None, now: datetime
) -> Institution:
    """Return the known institution, or add an unconfirmed one."""
    row = {"name": name.strip(), "country": country, "kind": kind, "website": website, "created_at": now}
    if known(db, name, country) is None:
        insert_missing(db, Institution, [row])
    return known(db, name, country) or db.scalars(
        select(Institution).where(Institution.name == name.strip(), Institution.country == country)
    ).one()  # fmt: skip
