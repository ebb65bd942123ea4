"""Let the sentences of the catalogue file be translated like those of the code: what `pybabel extract` calls."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

SENTENCES = frozenset({"purpose", "topic", "programmes", "methods", "matched_with", "ends_with", "applicant", "role"})
"""Keys whose values are words to be read; titles and names stay as they are."""
Found = tuple[int, str | None, str, list[str]]


def catalogue(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield every sentence of a catalogue once, as Babel expects it."""
    seen = dict.fromkeys(_sentences(tomllib.load(file)))
    yield from ((1, None, sentence, []) for sentence in seen)


def _sentences(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _sentences(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _sentences(each, key)
    elif isinstance(value, str) and key in SENTENCES:
        yield value
