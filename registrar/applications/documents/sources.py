"""A document about an application, gathered from what is stored and left out what its reader may not see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registrar.applications import answers, teams
from registrar.applications.documents.contents import Part, Reader, contents
from registrar.applications.file_models import Upload
from registrar.applications.files import uploads
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.web.locale import current_locale


@dataclass(frozen=True)
class Document:
    """What is told about an application; empty where the reader may not know it."""

    application: Application
    reader: Reader
    call: str
    institution: str
    country: str
    people: tuple[tuple[str, str], ...]
    """Names of the team's members with their roles."""
    form_version: int
    parts: tuple[Part, ...]
    files: tuple[Upload, ...]
    """Those that its answers name."""
    zone: str
    """In which moments are written."""

    @property
    def counted_at(self) -> datetime | None:
        """When the answers were last complete, if it was ever submitted."""
        return self.application.counted_at


def document(db: DbSession, application: Application, *, reader: Reader, zone: str) -> Document:
    """Return the document in the language of the page: the answers that count, or of a draft those so far."""
    version, found = answers.form_of(application), uploads.of(db, application)
    parts = contents(version.definition, answers.shown_of(db, application), uploads.names(found), reader)
    is_blind = reader is Reader.BLIND_REVIEWERS
    people = teams.members(db, application) if reader is Reader.TEAM else []
    return Document(
        application=application,
        reader=reader,
        call=application.call.title(current_locale()),
        institution="" if is_blind else application.institution.name,
        country="" if is_blind else application.institution.country or "",
        people=tuple((each.person.name, str(each.role)) for each in people),
        form_version=version.number,
        parts=parts,
        files=_named(parts, found),
        zone=zone,
    )


def _named(parts: tuple[Part, ...], found: Any) -> tuple[Upload, ...]:
    numbers = {line.upload for part in parts for entry in part.entries for line in entry.lines}
    return tuple(upload for upload in found if upload.id in numbers and upload.removed_at is None)
