"""The French catalogue is complete, current and keeps every placeholder."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


@pytest.fixture(scope="module")
def french() -> Catalog:
    return read(Path("registrar/translations/fr/LC_MESSAGES/messages.po"))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every message that the code and the templates hold today."""
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
    subprocess.run([*command, "-k", "_l", "-k", "lazy_gettext", "-o", str(file), "."], check=True)
    return read(file)


def first(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def test_every_message_is_in_french(french: Catalog, extracted: Catalog) -> None:
    translated = {message.id for message in messages(french) if all(first(message.string)) and not message.fuzzy}

    assert [message.id for message in messages(extracted) if message.id not in translated] == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said(french: Catalog, extracted: Catalog) -> None:
    said = {message.id for message in messages(extracted)}

    assert [message.id for message in messages(french) if message.id not in said] == []


def test_every_placeholder_is_kept(french: Catalog) -> None:
    lost = [
        message.id
        for message in messages(french)
        for text in first(message.string)
        if not set(PLACEHOLDER.findall(text)) <= {p for each in first(message.id) for p in PLACEHOLDER.findall(each)}
        or (isinstance(message.id, str) and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(message.id)))
    ]

    assert lost == []
