"""Files on their way out: as attachments that no browser shows as a page, never cached."""

from flask import current_app, send_file
from werkzeug.wrappers import Response

from registrar.applications.file_models import Upload
from registrar.applications.files.shelf import shelf
from registrar.errors import N_, Refusal
from registrar.web.headers import keep_private

SANDBOX = "default-src 'none'; sandbox"


class Gone(Refusal):
    """The content is not where it was stored: something went wrong on the server's disk."""


def serve(upload: Upload, name: str = "") -> Response:
    """Answer with an upload, under another name if one is given; the caller has checked that whoever asks may have it.

    The name is written as RFC 6266 and RFC 8187 want it, by werkzeug.
    """
    path = shelf(current_app).path_of(upload.file.sha256)
    if not path.is_file():
        raise Gone(N_("This file cannot be found on the server at the moment. Please tell us."))
    options = {"as_attachment": True, "download_name": name or upload.name, "conditional": False, "etag": False}
    response: Response = send_file(path, upload.file.media_type, **options)  # type: ignore[arg-type]  # one dict, several types
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return keep_private(response)  # type: ignore[arg-type]  # Flask's response is werkzeug's
