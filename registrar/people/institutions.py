"""Find institutions by what people type: suggestions while they type, the known one for a name, or a new one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, literal, or_, select, union_all

from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal
from registrar.folding import contains, folded
from registrar.people import names
from registrar.people.identifiers import domain_of, website_of
from registrar.people.models import Institution, InstitutionAlias, InstitutionDomain
from registrar.people.rules import InstitutionKind

MOST_SUGGESTIONS = 8
SHORTEST_TYPED = 2
MOST_WORDS = 6
LONGEST_TYPED = 100
ROWS_PER_INSTITUTION = 4
"""An institution may be found by several of its names; so many rows are read for each that is shown."""
_BEFORE_A_WORD = (" ", "'", "’", "-", "(")


OTHER_NAME = 3
"""How much worse it is to be found by another name."""


@dataclass(frozen=True)
class Suggestion:
    """A known institution that what is typed may mean; `alias` is the other name by which it was found."""

    id: int
    name: str
    country: str
    alias: str | None


def suggestions(db: DbSession, typed: str, limit: int = MOST_SUGGESTIONS) -> list[Suggestion]:
    """Return confirmed institutions, best first: the name begins with it, a word does, it is inside, another name."""
    text = names.plain(typed[:LONGEST_TYPED]).strip()
    words = names.words(text)[:MOST_WORDS]
    if len(text) < SHORTEST_TYPED or not words:
        return []
    shown = Institution.confirmed_at.is_not(None), Institution.merged_into_id.is_(None)
    found = union_all(_by_name().where(*shown), _by_alias().where(*shown)).subquery()
    columns = (found.c.id, found.c.name, found.c.country, found.c.alias)
    best = select(*columns).where(*(found.c.text.contains(word, autoescape=True) for word in words))
    by_rank = best.order_by(_rank(found.c.text, text) + found.c.other, found.c.text, found.c.id)
    once: dict[int, Suggestion] = {}
    for row in db.execute(by_rank.limit(limit * ROWS_PER_INSTITUTION)):
        once.setdefault(row[0], Suggestion(*row))
    return list(once.values())[:limit]


def _by_name() -> Select[*tuple[Any, ...]]:
    return select(
        Institution.id, Institution.name, Institution.country, literal(None, Text()).label("alias"),
        folded(Institution.name).label("text"), literal(0).label("other"),
    )  # fmt: skip


def _by_alias() -> Select[*tuple[Any, ...]]:
    return select(
        Institution.id, Institution.name, Institution.country, InstitutionAlias.name.label("alias"),
        folded(InstitutionAlias.name).label("text"), literal(OTHER_NAME).label("other"),
    ).join(Institution.aliases)  # fmt: skip


def _rank(column: ColumnElement[str], text: str) -> ColumnElement[int]:
    """Tell how well a name fits: 0 if it begins with the text, 1 if one of its words does, else 2."""
    word = or_(*(column.contains(f"{before}{text}", autoescape=True) for before in _BEFORE_A_WORD))
    return case((column.startswith(text, autoescape=True), 0), (word, 1), else_=OTHER_NAME - 1)


def known(db: DbSession, name: str, country: str) -> Institution | None:
    """Return the institution of a country that has this name or alias, whatever case, accents, marks and articles.

    A merged one is answered by the one that was kept; a confirmed one is preferred, then the oldest.
    """
    wanted = names.key(name)
    of_country = select(Institution.id, Institution.name).where(Institution.country == country)
    aliases = select(Institution.id, InstitutionAlias.name).join(Institution.aliases)
    rows = [*db.execute(of_country), *db.execute(aliases.where(Institution.country == country))]
    ids = {number for number, each in rows if names.key(each) == wanted}
    found = {kept.id: kept for each in by_ids(db, ids) if (kept := standing(db, each))}
    return min(found.values(), key=lambda each: (each.confirmed_at is None, each.id), default=None)


def by_ids(db: DbSession, ids: Iterable[int]) -> Sequence[Institution]:
    """Return these institutions in the order of their ids."""
    return db.scalars(select(Institution).where(Institution.id.in_(set(ids))).order_by(Institution.id)).all()


def standing(db: DbSession, institution: Institution) -> Institution:
    """Return the institution itself, or the one that it was merged into."""
    while institution.merged_into_id is not None:
        institution = db.get_one(Institution, institution.merged_into_id)
    return institution


def find_or_add(
    db: DbSession, name: str, country: str, kind: InstitutionKind | None, website: str | None, now: datetime
) -> Institution:
    """Return the known institution for a name or alias, or add one that waits to be confirmed.

    What was typed changes nothing about a known one. Refuses a website that is none.
    """
    name = " ".join(name.split())
    if not names.words(name):
        raise Refusal(N_("Write the name of the institution."))
    found = known(db, name, country)
    address = website_of(website) if website else None
    return _held(db, found or _added(db, name, country, kind, address, now))


def _held(db: DbSession, institution: Institution) -> Institution:
    """Keep an institution from being merged until the transaction ends; follow one that was merged just now.

    Without the lock something could be stored for an institution that a merge has emptied at the same moment.
    """
    while True:
        db.refresh(institution, with_for_update={"read": True})
        if institution.merged_into_id is None:
            return institution
        institution = db.get_one(Institution, institution.merged_into_id)


def _added(
    db: DbSession, name: str, country: str, kind: InstitutionKind | None, website: str | None, now: datetime
) -> Institution:
    """Add an institution; where another transaction was faster, return what it added."""
    row = {"name": name, "country": country, "kind": kind, "website": website, "created_at": now}
    insert_missing(db, Institution, [row])
    of_name = select(Institution).where(Institution.name == name, Institution.country == country)
    added = db.scalars(of_name).one()
    if website and (domain := own_domain(website)):
        insert_missing(db, InstitutionDomain, [{"institution_id": added.id, "domain": domain}])
    return added


def own_domain(website: str) -> str | None:
    """Return the domain of a website, unless it is one that many share."""
    try:
        return domain_of(website)
    except Refusal:
        return None


def mentions(text: str) -> ColumnElement[bool]:
    """Tell in SQL whether an institution has this text in its name, another name, a domain or an identifier."""
    alias = select(InstitutionAlias.id).where(InstitutionAlias.institution_id == Institution.id)
    domain = select(InstitutionDomain.id).where(InstitutionDomain.institution_id == Institution.id)
    return or_(
        contains(Institution.name, text),
        alias.where(contains(InstitutionAlias.name, text)).exists(),
        domain.where(contains(InstitutionDomain.domain, text)).exists(),
        *(contains(column, text) for column in (Institution.ror, Institution.wikidata, Institution.isil)),
    )
