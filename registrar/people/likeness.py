"""When two institutions look like one: identifiers, domains, names in other words, abbreviations, slips; and why."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product

from registrar.people import names

SHORTEST_MISTYPED = 5
"""A slip in a shorter word may make another word."""
SHORTEST_ONLY_WORD = 4
Names = tuple[tuple[str, bool], ...]
"""Names, and whether each is the main one."""


class Likeness(StrEnum):
    """Why two look like one, the strongest first."""

    IDENTIFIER = "identifier"
    NAME = "name"
    ALIAS = "alias"
    DOMAIN = "domain"
    ACRONYM = "acronym"
    WORDS = "words"
    TYPO = "typo"


_STRENGTH = {likeness: number for number, likeness in enumerate(Likeness)}


@dataclass(frozen=True)
class Profile:
    """What is compared of an institution."""

    id: int
    name: str
    country: str
    aliases: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    """`wikidata Q160236`."""

    @property
    def names(self) -> Names:
        """Every name it goes by, those inside a name too."""
        inside = [part for name in (self.name, *self.aliases) for part in names.parts(name)]
        return ((self.name, True), *((each, False) for each in (*self.aliases, *inside)))


@dataclass(frozen=True)
class Reason:
    """One thing that two have in common, as each of them has it."""

    likeness: Likeness
    first: str
    second: str

    @property
    def strength(self) -> int:
        return _STRENGTH[self.likeness]


def reasons(one: Profile, other: Profile) -> tuple[Reason, ...]:
    """Return why two look like one, the strongest first; the same whichever is given first."""
    first, second = sorted((one, other), key=lambda each: each.id)
    found = [Reason(Likeness.IDENTIFIER, each, each) for each in sorted(first.identifiers & second.identifiers)]
    found += [Reason(Likeness.DOMAIN, each, each) for each in sorted(first.domains & second.domains)]
    by_name = _by_name(first, second) if _may_be_neighbours(first, second) else None
    return tuple(sorted([*found, *([by_name] if by_name else [])], key=lambda each: each.strength))


def _may_be_neighbours(first: Profile, second: Profile) -> bool:
    """Names say something only within a country: there is a National Museum in many."""
    return first.country == second.country or not first.country or not second.country


def _by_name(first: Profile, second: Profile) -> Reason | None:
    """Return the strongest likeness of any of their names."""
    found = []
    for (name, is_main), (other, other_is_main) in product(first.names, second.names):
        likeness = _alike(name, other)
        if likeness is Likeness.NAME and not (is_main and other_is_main):
            likeness = Likeness.ALIAS
        if likeness:
            found.append(Reason(likeness, name, other))
    return min(found, key=lambda each: (each.strength, each.first, each.second), default=None)


def _alike(name: str, other: str) -> Likeness | None:
    if names.key(name) == names.key(other):
        return Likeness.NAME
    if names.acronym(name) in names.initials(other) or names.acronym(other) in names.initials(name):
        return Likeness.ACRONYM
    if names.significant(name) == names.significant(other) and _tells_enough(names.significant(name)):
        return Likeness.WORDS
    return Likeness.TYPO if _is_slip(names.words(name), names.words(other)) else None


def _tells_enough(words: tuple[str, ...]) -> bool:
    return len(words) > 1 or (len(words) == 1 and len(words[0]) >= SHORTEST_ONLY_WORD)


def _is_slip(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether they differ in one long word, by one letter that is wrong, missing, added or in another place."""
    if len(words) != len(others):
        return False
    differing = [(one, other) for one, other in zip(words, others, strict=True) if one != other]
    return len(differing) == 1 and _is_mistyped(*differing[0])


def _is_mistyped(word: str, other: str) -> bool:
    if not (_may_be_mistyped(word) and _may_be_mistyped(other)) or word[0] != other[0]:
        return False
    short, long = sorted((word, other), key=len)
    if len(long) > len(short):
        return short in _without_one(long)
    places = [place for place in range(len(word)) if word[place] != other[place]]
    if len(places) == 2 and places[1] == places[0] + 1:
        return (word[places[0]], word[places[1]]) == (other[places[1]], other[places[0]])
    return len(places) == 1


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= SHORTEST_MISTYPED and word.isalpha()


def _without_one(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def pairs(profiles: Sequence[Profile]) -> list[tuple[Profile, Profile, tuple[Reason, ...]]]:
    """Return all that look like one, the strongest likeness first.

    Only those are compared that share a block, so that thousands take no longer than a moment.
    """
    blocks: defaultdict[Hashable, list[Profile]] = defaultdict(list)
    for profile in sorted(profiles, key=lambda each: each.id):
        for block in set(_blocks(profile)):
            blocks[block].append(profile)
    candidates = {
        (one.id, other.id): (one, other) for group in blocks.values() for one, other in combinations(group, 2)
    }
    found = [(one, other, why) for one, other in candidates.values() if (why := reasons(one, other))]
    return sorted(found, key=lambda pair: (pair[2][0].strength, pair[0].id, pair[1].id))


def _blocks(profile: Profile) -> Iterator[Hashable]:
    """Yield what two must share at least one of to look like one."""
    yield from (("identifier", each) for each in profile.identifiers)
    yield from (("domain", each) for each in profile.domains)
    for name, _ in profile.names:
        yield ("key", names.key(name))
        yield from (("initials", each) for each in {*names.initials(name), names.acronym(name)} if each)
        if _tells_enough(names.significant(name)):
            yield ("words", names.significant(name))
        yield from _slips(names.words(name))


def _slips(words: tuple[str, ...]) -> Iterator[Hashable]:
    """Yield the name with each long word replaced by what remains of it when a letter is gone."""
    for place, word in enumerate(words):
        if _may_be_mistyped(word):
            yield from (("slip", words[:place], variant, words[place + 1 :]) for variant in {word, *_without_one(word)})
