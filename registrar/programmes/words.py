"""Text compared as people compare it: without accents, case and the small words."""

import re
from unicodedata import combining, normalize

SHORTEST = 4
"""Letters of a word that says what a title is about."""
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ı": "i"})
COMMON = frozenset(
    [
        "about",
        "after",
        "from",
        "have",
        "into",
        "more",
        "museum",
        "museums",
        "musee",
        "musees",
        "that",
        "their",
        "they",
        "this",
        "what",
        "when",
        "with",
        "your",
    ]
)


def fold(text: str) -> str:
    """Return text in which `Musée` and `musee` are equal: no accents, no case, ligatures opened, plain apostrophes."""
    plain = "".join(mark for mark in normalize("NFKD", text.casefold()) if not combining(mark))
    return plain.translate(LETTERS).replace("’", "'")


def content_words(text: str) -> frozenset[str]:
    """Return the folded words that say what a title is about."""
    words = re.findall(r"\w+", fold(text))
    return frozenset(word for word in words if len(word) >= SHORTEST and word not in COMMON)


def holds(query: str, *texts: str | None) -> bool:
    """Tell whether every word of the query occurs in the texts together; an empty query is in everything."""
    text = fold(" ".join(each for each in texts if each))
    return all(word in text for word in fold(query).split())
