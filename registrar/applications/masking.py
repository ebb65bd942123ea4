"""Names struck out of what people write, for readers who may not know who applies."""

import re
from collections.abc import Iterable, Iterator

from registrar.folding import fold

HIDDEN = "[…]"
SHORTEST = 4
"""A shorter name stands in too many words that name nobody."""
_ADDRESS = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:]+")


def strike(text: str, names: Iterable[str]) -> str:
    """Return the text without these names and without e-mail addresses, whatever the case and the accents."""
    text = _ADDRESS.sub(HIDDEN, text)
    folded, places = _folded(text)
    spans = sorted(span for name in names for span in _spans(folded, fold(" ".join(name.split())) or ""))
    kept, end = [], 0
    for start, stop in spans:
        if places[start] >= end:
            kept += [text[end : places[start]], HIDDEN]
        end = max(end, places[stop])
    return "".join([*kept, text[end:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and where in the text each of its letters comes from."""
    letters = [(letter, place) for place, each in enumerate(text) for letter in fold(each) or ""]
    return "".join(letter for letter, _ in letters), [*(place for _, place in letters), len(text)]


def _spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield where a name stands as words of its own, however its spaces are written."""
    if len(name) < SHORTEST:
        return
    words = r"\s+".join(re.escape(word) for word in name.split())
    for found in re.finditer(rf"(?<!\w){words}(?!\w)", text):
        yield found.span()
