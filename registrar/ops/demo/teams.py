"""Who applies in the demonstration: invented institutions, with people of theirs who also come to the weekly series."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from registrar.folding import fold
from registrar.ops.demo.book import Book
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import Times
from registrar.ops.demo.world import read
from registrar.people.models import Affiliation, Institution, InstitutionAlias, InstitutionDomain
from registrar.people.rules import InstitutionKind, InstitutionRole

DOMAIN = "example.org"
MOST_OF_A_COUNTRY = 9
UNCONFIRMED_EVERY = 9
"""One in so many institutions was typed by applicants and waits for an organiser's look."""
KNOWN_FOR = timedelta(days=400)


@dataclass(eq=False)
class Team:
    """An institution with its people, the lead first."""

    institution: dict[str, Any]
    people: list[Member]

    @property
    def lead(self) -> Member:
        return self.people[0]

    @property
    def locale(self) -> str:
        return self.lead.profile.locale

    @property
    def is_camilles(self) -> bool:
        return self.lead.is_camille


def teams(book: Book, members: list[Member], found: Times, rng: Random, count: int) -> list[Team]:
    """Note institutions and their people: Camille's is the first."""
    free = [each for each in members if each.cancelled_at is None and each.confirmed_at < found.today]
    rng.shuffle(free)
    leads = list(_leads(free, count))
    others = [each for each in free if each not in leads]
    return [_team(book, number, lead, others, found, rng) for number, lead in enumerate(leads)]


def _leads(free: list[Member], count: int) -> Iterator[Member]:
    """Yield people of institutions with names of their own, not too many of one country."""
    countries: Counter[str] = Counter()
    names: set[str] = set()
    for each in sorted(free, key=lambda member: not member.is_camille):
        name, country = each.profile.institution, each.profile.country
        if not name or name in names or countries[country] >= MOST_OF_A_COUNTRY or len(names) == count:
            continue
        countries[country] += 1
        names.add(name)
        yield each


def _team(book: Book, number: int, lead: Member, others: list[Member], found: Times, rng: Random) -> Team:
    row = _institution(book, number, lead, found)
    wanted = 3 if lead.is_camille else rng.choices((1, 2, 3, 4), (10, 40, 35, 15))[0]
    near = [each for each in others if each.profile.country == lead.profile.country][: wanted - 1]
    for each in near:
        others.remove(each)
    people = [lead, *near]
    for place, each in enumerate(people):
        role = InstitutionRole.CONTACT if place == 0 else InstitutionRole.MEMBER
        ids = {"institution_id": row["id"], "person_id": each.person_id}
        book.add(Affiliation, **ids, role=role, created_at=found.today - timedelta(days=20))
    return Team(row, people)


def _institution(book: Book, number: int, lead: Member, found: Times) -> dict[str, Any]:
    name, country = str(lead.profile.institution), lead.profile.country
    is_typed = number % UNCONFIRMED_EVERY == UNCONFIRMED_EVERY - 1
    at = found.today - (timedelta(days=12) if is_typed else KNOWN_FOR)
    row = book.add(Institution, name=name, country=country, kind=kind_of(name), created_at=at)
    domain = f"{re.sub('[^a-z]+', '-', fold(name) or '')}-{country.lower()}.{DOMAIN}"
    row |= {"website": f"https://{domain}/", "confirmed_at": None if is_typed else at}
    book.add(InstitutionDomain, institution_id=row["id"], domain=domain)
    if number % 4 == 0:
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        book.add(InstitutionAlias, institution_id=row["id"], name=f"{initials} {lead.profile.country}")
    return row


def kind_of(name: str) -> InstitutionKind:
    """Tell the kind of an invented institution by the first word of its name."""
    word = name.split()[0]
    return next((InstitutionKind(kind) for kind, words in read("applications.toml")["kinds"].items() if word in words),
                InstitutionKind.OTHER)  # fmt: skip
