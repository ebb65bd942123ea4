"""What of an application somebody may see: organisers everything, reviewers less, blind reviewers nobody's name.

One pure function decides it, for pages, prints and exports alike: what it leaves out is nowhere in what it returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registrar.applications.documents.contents import Part, Reader, contents
from registrar.calls.definition import Definition
from registrar.people.rules import InstitutionKind


@dataclass(frozen=True)
class Source:
    """An application as far as others may look at it at all."""

    reference: str
    institution: str
    country: str
    kind: InstitutionKind | None
    people: tuple[str, ...]
    """Names of the team's members."""
    definition: Definition
    answers: Mapping[str, Any]
    files: Mapping[int, str]
    """Names of uploads by number."""


@dataclass(frozen=True)
class View:
    """An application as its reader may see it; what they may not see is empty."""

    reader: Reader
    reference: str
    institution: str
    country: str
    kind: InstitutionKind | None
    people: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def uploads(self) -> frozenset[int]:
        """Numbers of the files that may be opened."""
        lines = (line for part in self.parts for entry in part.entries for line in entry.lines)
        return frozenset(line.upload for line in lines if line.upload is not None)


def view(source: Source, reader: Reader) -> View:
    """Return what a reader may see of an application."""
    parts = contents(source.definition, source.answers, source.files, reader)
    if reader is Reader.BLIND_REVIEWERS:
        return View(reader, source.reference, "", "", None, (), parts)
    people = source.people if reader is Reader.TEAM else ()
    return View(reader, source.reference, source.institution, source.country, source.kind, people, parts)
