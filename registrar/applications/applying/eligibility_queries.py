"""Find the institution that somebody means, among those that are public."""

from sqlalchemy import select

from registrar.db import DbSession
from registrar.folding import fold
from registrar.people.models import Institution, InstitutionAlias


def confirmed(db: DbSession, name: str, country: str) -> Institution | None:
    """Return the confirmed institution of a country that has this name or alias, whatever case, accents and marks.

    One that was merged is answered by the one that was kept.
    """
    of_country = select(Institution.id, Institution.name).where(Institution.country == country)
    aliases = select(Institution.id, InstitutionAlias.name).join(Institution.aliases)
    rows = [*db.execute(of_country), *db.execute(aliases.where(Institution.country == country))]
    ids = sorted({number for number, each in rows if _key(each) == _key(name)})
    kept = (_standing(db, db.get_one(Institution, each)) for each in ids)
    return next((each for each in kept if each.confirmed_at is not None), None)


def _standing(db: DbSession, institution: Institution) -> Institution:
    while institution.merged_into_id is not None:
        institution = db.get_one(Institution, institution.merged_into_id)
    return institution


def _key(name: str) -> str:
    return "".join(mark for mark in fold(name) or "" if mark.isalnum())
