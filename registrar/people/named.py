"""Institutions by a name as somebody writes it, with the country behind it where several have the name."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.people import names
from registrar.people.institutions import by_ids
from registrar.people.models import Institution, InstitutionAlias

_WITH_COUNTRY = re.compile(r"(?P<name>.+?)\s*\((?P<country>[A-Z]{2})\)$")


def named(db: DbSession, typed: str) -> Sequence[Institution]:
    """Return the institutions that a typed name means; `Belvedere (AT)` says the country too."""
    given = _WITH_COUNTRY.match(typed)
    country = given["country"] if given else ""
    wanted = names.key(given["name"] if given else typed)
    shown = Institution.merged_into_id.is_(None)
    by_name = select(Institution.id, Institution.name, Institution.country).where(shown)
    by_alias = select(Institution.id, InstitutionAlias.name, Institution.country).join(Institution.aliases).where(shown)
    rows = [*db.execute(by_name), *db.execute(by_alias)]
    return by_ids(db, {n for n, name, of in rows if names.key(name) == wanted and country in ("", of)})


def the_one_named(db: DbSession, typed: str) -> Institution:
    """Return the institution that a typed name means, or refuse with what to write instead."""
    found = named(db, typed)
    if not found:
        raise Refusal(N_("No institution of this name is known."))
    if len(found) > 1:
        choices = ", ".join(with_country(each) for each in found)
        raise Refusal(N_("Several have this name. Write one of: %(choices)s."), choices=choices)
    return found[0]


def with_country(institution: Institution) -> str:
    """Write an institution so that `named` finds it again."""
    return f"{institution.name} ({institution.country})" if institution.country else institution.name
