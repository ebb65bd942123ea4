"""What tests read from a page: its links, its text and its structured data."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "a":
            self.links.append(values.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.tags and self.lasttag == "script" and data.strip().startswith("{"):
            self.scripts.append(data)
        else:
            self.words.append(data)


def _read(response: TestResponse) -> _Reader:
    reader = _Reader()
    reader.feed(response.text)
    return reader


def text(response: TestResponse) -> str:
    """Return the visible words of a page, each run of white space as one space."""
    return re.sub(r"\s+", " ", " ".join(_read(response).words))


def links(response: TestResponse) -> list[str]:
    return _read(response).links


def tags(response: TestResponse, name: str) -> list[dict[str, str | None]]:
    """Return the attributes of every element of that name."""
    return [values for tag, values in _read(response).tags if tag == name]


def structured(response: TestResponse) -> Any:
    """Return the structured data of a page."""
    (script,) = _read(response).scripts
    return json.loads(script)
