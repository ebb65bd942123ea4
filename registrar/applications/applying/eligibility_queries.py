"""Find the institution that somebody means, among those that are public."""

from registrar.db import DbSession
from registrar.people.institutions import known
from registrar.people.models import Institution


def confirmed(db: DbSession, name: str, country: str) -> Institution | None:
    """Return the confirmed institution of a country that has this name or alias, whatever case, accents and marks."""
    found = known(db, name, country)
    return found if found is not None and found.confirmed_at is not None else None
