"""How names of institutions are compared: without accents, marks and articles; by their words, initials and parts."""

import re
from functools import lru_cache
from unicodedata import normalize

from registrar.folding import fold


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _set("the a le la les l der die das el los las il lo gli i het de o os as un une een ein eine")
SMALL_WORDS = ARTICLES | _set(
    "of for and in at on to du des d et en au aux sur pour del di da do dos della delle dei degli dell e y"
    " van von vom zu zur zum im und fur ten ter te voor og af na w z"
)
MUSEUM_WORDS = _set("museum museums musee musees museo musei museos museu museus muzeum muzeul muzeu muzej museet mus")
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_ACRONYM_LENGTH = range(3, 9)
_PARTS = re.compile(r"^(?P<before>[^()]+)\((?P<inside>[^()]+)\)$|^(?P<left>.+?)\s[-–—]\s(?P<right>.+)$")
_CACHED = 32_768


def plain(text: str) -> str:
    """Return text in small letters without accents and ligatures."""
    return (fold(normalize("NFKC", text)) or "").translate(_LIGATURES)


@lru_cache(_CACHED)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain letters, without a leading article; `LA` in capitals is none."""
    found = _WORD.findall(normalize("NFKC", name).replace("&", " and "))
    shouted = name.isupper()
    if len(found) > 1 and plain(found[0]) in ARTICLES and (shouted or not _is_capitals(found[0])):
        found = found[1:]
    return tuple(plain(word) for word in found)


def _is_capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


@lru_cache(_CACHED)
def key(name: str) -> str:
    """Return what two spellings of the same name have in common: letters and digits, without a leading article."""
    return "".join(words(name)) or plain(name).strip()


@lru_cache(_CACHED)
def significant(name: str) -> tuple[str, ...]:
    """Return the words that tell one institution from another, in the order of the alphabet."""
    return tuple(sorted(word for word in words(name) if word not in SMALL_WORDS and word not in MUSEUM_WORDS))


@lru_cache(_CACHED)
def parts(name: str) -> tuple[str, ...]:
    """Return the names inside a name that gives an abbreviation too: `HEK (House of Electronic Arts)`."""
    found = _PARTS.match(name.strip())
    given = tuple(part.strip() for part in found.groups() if part) if found else ()
    return given if any(_is_acronym(part) for part in given) else ()


def _is_acronym(name: str) -> bool:
    """Tell whether a name is an abbreviation: one short word with at least two capitals, `MoMA`."""
    return name.isalpha() and len(name) in _ACRONYM_LENGTH and sum(letter.isupper() for letter in name) > 1


@lru_cache(_CACHED)
def acronym(name: str) -> str:
    """Return the plain letters of a name that is an abbreviation, nothing for others."""
    return plain(name) if _is_acronym(name) else ""


@lru_cache(_CACHED)
def initials(name: str) -> frozenset[str]:
    """Return the first letters of a name's words, with its small words and without, as abbreviations do."""
    every = words(name)
    large = [word for word in every if word not in SMALL_WORDS]
    found = {"".join(word[0] for word in each) for each in (every, large)}
    return frozenset(each for each in found if len(each) in _ACRONYM_LENGTH)
