"""A team's own application as a document to keep: PDF to read, JSON for programs."""

import json

from flask import make_response
from werkzeug.wrappers import Response

from registrar.applications.applying.blueprint import bp, member_of
from registrar.applications.documents.contents import Reader
from registrar.applications.documents.json_file import as_json
from registrar.applications.documents.pdf import pdf
from registrar.applications.documents.sources import Document, document
from registrar.clock import now
from registrar.db import db
from registrar.web.access import applicant
from registrar.web.headers import keep_private


@bp.get("/<reference>/document.pdf")
@applicant
def document_pdf(reference: str) -> Response:
    """Hand out the application as PDF."""
    return _attachment(pdf(_document(reference), now=now()), "application/pdf", f"{reference}.pdf")


@bp.get("/<reference>/document.json")
@applicant
def document_json(reference: str) -> Response:
    """Hand out the application as JSON; its keys are told in `registrar.applications.documents.json_file`."""
    text = json.dumps(as_json(_document(reference)), ensure_ascii=False, indent=2)
    return _attachment(text.encode(), "application/json", f"{reference}.json")


def _document(reference: str) -> Document:
    member = member_of(reference)
    return document(db, member.application, reader=Reader.TEAM, zone=member.person.timezone)


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return keep_private(response)
