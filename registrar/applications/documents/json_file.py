"""An application as JSON, for programs: keys that stay, moments in UTC, answers as stored and as they are read.

format, format_version      "registrar-application", 1: raised when a key goes or means something else
reference, state            state: draft, submitted, withdrawn; decision: null until it is released
call                        slug, title
institution                 name, country (ISO 3166-1 alpha-2); null where the reader may not know it
created_at … deadline       moments like 2027-01-11T09:00:00Z, or null
answers_as_of               when the answers below were last complete; null in a draft: they are those so far
form                        version: which version of the call's form the labels are from
language                    in which titles, labels and texts are written
team                        list of name, role (lead, editor, reader)
sections                    list of key, title, questions: key, type, label, answer (see registrar.calls.values), text
files                       list of number (named by answers), name, media_type, size in bytes, sha256, added_at
"""

from datetime import UTC, datetime
from typing import Any

from registrar.applications.documents.contents import Part, Reader
from registrar.applications.documents.sources import Document
from registrar.applications.file_models import Upload
from registrar.applications.rules import deadline
from registrar.web.locale import current_locale

FORMAT, FORMAT_VERSION = "registrar-application", 1


def as_json(document: Document) -> dict[str, Any]:
    """Return the document as JSON values, in the language of the page."""
    application = document.application
    closes_at = deadline(application.call.closes_at, application.extended_until)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "reference": application.reference,
        "state": str(application.state),
        "decision": str(application.released_verdict) if application.released_verdict else None,
        "call": {"slug": application.call.slug, "title": document.call},
        "institution": _institution(document),
        "created_at": _moment(application.created_at),
        "submitted_at": _moment(application.submitted_at),
        "withdrawn_at": _moment(application.withdrawn_at),
        "deadline": _moment(closes_at),
        "answers_as_of": _moment(document.counted_at),
        "form": {"version": document.form_version},
        "language": current_locale(),
        "team": [{"name": name, "role": role} for name, role in document.people],
        "sections": [_section(part) for part in document.parts],
        "files": [_file(upload, document.reader) for upload in document.files],
    }


def _institution(document: Document) -> dict[str, str | None] | None:
    return {"name": document.institution, "country": document.country or None} if document.institution else None


def _section(part: Part) -> dict[str, Any]:
    language = current_locale()
    questions = [
        {
            "key": entry.question.key,
            "type": str(entry.question.type),
            "label": entry.question.label.in_(language),
            "answer": entry.value,
            "text": [line.text for line in entry.lines],
        }
        for entry in part.entries
    ]
    return {"key": part.section.key, "title": part.section.title.in_(language), "questions": questions}


def _file(upload: Upload, reader: Reader) -> dict[str, Any]:
    """Describe a file; its name and moment may tell a blind reviewer who it is from."""
    about = {"number": upload.id, "media_type": upload.file.media_type, "size": upload.file.size}
    if reader is Reader.BLIND_REVIEWERS:
        return about
    return {**about, "name": upload.name, "sha256": upload.file.sha256, "added_at": _moment(upload.uploaded_at)}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
