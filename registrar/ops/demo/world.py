"""The invented world: countries with their zones, names and institutions, and how one of their people is made up."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

SCRIPT_SHARE = 0.35
"""How many of those whose name has its own script write it so."""
NO_INSTITUTION_SHARE = 0.08
TRANSCRIPTIONS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"})


@dataclass(frozen=True)
class Profile:
    """Somebody who does not exist."""

    name: str
    email: str
    institution: str | None
    country: str
    timezone: str
    locale: str


@cache
def read(name: str) -> dict[str, Any]:
    """Return one of the data files beside this module."""
    return tomllib.loads((files("registrar.ops.demo") / name).read_text(encoding="utf-8"))


def people(rng: Random, count: int, taken: set[str]) -> list[Profile]:
    """Make up `count` people, spread over every country by its weight, in no order; `taken` are addresses in use."""
    return [_person(rng, code, taken) for code in _places(rng, count)]


def _places(rng: Random, count: int) -> list[str]:
    """Return a country for each person: at least one for each, the rest by weight."""
    weights = {code: facts["weight"] for code, facts in read("world.toml")["country"].items()}
    more = rng.choices(list(weights), list(weights.values()), k=count - len(weights))
    places = [*weights, *more]
    rng.shuffle(places)
    return places


def _person(rng: Random, code: str, taken: set[str]) -> Profile:
    country = read("world.toml")["country"][code]
    name, plain = _name(rng, rng.choice(country["names"]))
    locale = "fr" if rng.random() * 100 < country["french"] else "en"
    return Profile(
        name=name,
        email=_address(plain, taken),
        institution=None if rng.random() < NO_INSTITUTION_SHARE else _institution(rng, locale),
        country=code,
        timezone=rng.choices(country["zones"], range(len(country["zones"]), 0, -1))[0],
        locale=locale,
    )


def _name(rng: Random, list_name: str) -> tuple[str, str]:
    """Return a full name as its owner writes it, and the same in Latin letters, the given name first."""
    names = read("world.toml")["names"][list_name]
    first, _, first_script = rng.choice(names["first"].split(", ")).partition("=")
    last, _, last_script = rng.choice(names["last"].split(", ")).partition("=")
    family_first = names.get("family_first", False)
    if first_script and last_script and rng.random() < SCRIPT_SHARE:
        shown = f"{last_script}{first_script}" if family_first else f"{first_script} {last_script}"
    else:
        shown = f"{last} {first}" if family_first and list_name != "japanese" else f"{first} {last}"
    return shown, f"{first} {last}"


def _address(plain: str, taken: set[str]) -> str:
    """Return an address at example.org (RFC 2606: nobody's) that nobody else here has."""
    letters = unicodedata.normalize("NFD", plain.translate(TRANSCRIPTIONS)).encode("ascii", "ignore").decode().lower()
    local = re.sub(r"[^a-z]+", ".", letters).strip(".")
    number, address = 1, f"{local}@example.org"
    while address in taken:
        number += 1
        address = f"{local}{number}@example.org"
    taken.add(address)
    return address


def _institution(rng: Random, locale: str) -> str:
    words = read("world.toml")["institutions"]
    kind = rng.choice(words["kinds_fr" if locale == "fr" else "kinds_en"])
    english, french = rng.choice(words["subjects"])
    return f"{kind} {french if locale == 'fr' else english}"
