"""Institutions that look like one, out of all that are stored, except those that organisers told apart."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.people.institutions import by_ids
from registrar.people.likeness import Profile, Reason, pairs, reasons
from registrar.people.models import Institution, InstitutionAlias, InstitutionDomain, NotTheSame

Pair = tuple[int, int]


@dataclass(frozen=True)
class Proposal:
    """Two institutions that may be one, and why."""

    first: Institution
    second: Institution
    reasons: tuple[Reason, ...]


def profiles(db: DbSession) -> list[Profile]:
    """Return what is compared of every institution that was not merged."""
    aliases = _lists(db.execute(select(InstitutionAlias.institution_id, InstitutionAlias.name)))
    domains = _lists(db.execute(select(InstitutionDomain.institution_id, InstitutionDomain.domain)))
    shown = select(
        Institution.id, Institution.name, Institution.country, Institution.ror, Institution.wikidata, Institution.isil
    ).where(Institution.merged_into_id.is_(None))
    return [
        Profile(
            row.id, row.name, row.country, tuple(aliases.get(row.id, ())), frozenset(domains.get(row.id, ())),
            _identifiers(row.ror, row.wikidata, row.isil),
        )
        for row in db.execute(shown.order_by(Institution.id))
    ]  # fmt: skip


def _lists(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, text in sorted(rows):
        found[number].append(text)
    return found


def _identifiers(ror: str | None, wikidata: str | None, isil: str | None) -> frozenset[str]:
    given = {"ROR": ror, "Wikidata": wikidata, "ISIL": isil}
    return frozenset(f"{name} {value}" for name, value in given.items() if value)


def proposals(db: DbSession) -> list[Proposal]:
    """Return the pairs that look like one, the strongest likeness first."""
    told_apart = _told_apart(db)
    found = [(one.id, other.id, why) for one, other, why in pairs(profiles(db)) if (one.id, other.id) not in told_apart]
    return _read(db, found)


def proposals_for(db: DbSession, institution: Institution) -> list[Proposal]:
    """Return what looks like this institution; `first` is always itself."""
    known = {profile.id: profile for profile in profiles(db)}
    itself = known.get(institution.id)
    if itself is None:
        return []
    told_apart = _told_apart(db)
    alike = [
        (itself.id, each.id, why)
        for each in known.values()
        if each.id != itself.id
        and (min(itself.id, each.id), max(itself.id, each.id)) not in told_apart
        and (why := reasons(itself, each))
    ]
    return _read(db, sorted(alike, key=lambda each: (each[2][0].strength, each[1])))


def _read(db: DbSession, found: list[tuple[int, int, tuple[Reason, ...]]]) -> list[Proposal]:
    rows = {each.id: each for each in by_ids(db, {number for one, other, _ in found for number in (one, other)})}
    return [Proposal(rows[one], rows[other], why) for one, other, why in found]


def _told_apart(db: DbSession) -> set[Pair]:
    """Return the pairs that organisers told apart; what was said of a merged one holds for the one that was kept."""
    merged = select(Institution.id, Institution.merged_into_id).where(Institution.merged_into_id.is_not(None))
    into = {number: kept for number, kept in db.execute(merged) if kept is not None}

    def standing(number: int) -> int:
        while number in into:
            number = into[number]
        return number

    said = db.execute(select(NotTheSame.first_id, NotTheSame.second_id))
    return {_ordered(standing(one), standing(other)) for one, other in said}


def _ordered(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)


def tell_apart(db: DbSession, one: Institution, other: Institution, *, by: str, now: datetime) -> None:
    """Remember that two that look alike are not the same, so that they are proposed no more."""
    first, second = _ordered(one.id, other.id)
    row = {"first_id": first, "second_id": second, "said_at": now, "said_by": by}
    if insert_missing(db, NotTheSame, [row]):
        audit.record(db, by, "institution.tell_apart", one, now=now, other=other.id)


def take_back(db: DbSession, one: Institution, other: Institution, *, by: str, now: datetime) -> None:
    """Forget that two were told apart: they are proposed again."""
    row = db.get(NotTheSame, _ordered(one.id, other.id))
    if row is not None:
        db.delete(row)
        audit.record(db, by, "institution.liken", one, now=now, other=other.id)
