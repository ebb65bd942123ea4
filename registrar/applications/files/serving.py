"""Files on their way out: as attachments that no browser shows as a page, never cached."""

from io import BytesIO
from pathlib import Path

from flask import current_app, send_file
from werkzeug.wrappers import Response

from registrar.applications.file_models import Upload
from registrar.applications.files.anonymous import anonymous
from registrar.applications.files.kinds import Kind
from registrar.applications.files.shelf import shelf
from registrar.errors import N_, Refusal
from registrar.web.headers import keep_private

SANDBOX = "default-src 'none'; sandbox"


class Gone(Refusal):
    """The content is not where it was stored: something went wrong on the server's disk."""


def serve(upload: Upload) -> Response:
    """Answer with an upload; the caller has checked that whoever asks may have it.

    Its name is written as RFC 6266 and RFC 8187 want it, by werkzeug.
    """
    return _sent(_path(upload), upload, upload.name)


def serve_anonymous(upload: Upload, name: str) -> Response:
    """Answer with an upload under a neutral name and without what in it tells who made it."""
    content = anonymous(_path(upload).read_bytes(), Kind(upload.file.media_type))
    return _sent(BytesIO(content), upload, name)


def _path(upload: Upload) -> Path:
    path = shelf(current_app).path_of(upload.file.sha256)
    if not path.is_file():
        raise Gone(N_("This file cannot be found on the server at the moment. Please tell us."))
    return path


def _sent(content: Path | BytesIO, upload: Upload, name: str) -> Response:
    options = {"as_attachment": True, "download_name": name, "conditional": False, "etag": False}
    response: Response = send_file(content, upload.file.media_type, **options)  # type: ignore[arg-type]  # one dict, several types
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return keep_private(response)  # type: ignore[arg-type]  # Flask's response is werkzeug's
