"""Error pages: kind words and a way on, never a stack trace."""

from datetime import date

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from registrar.db import db
from registrar.errors import Busy, Refusal
from registrar.web.locale import long_date

log = structlog.get_logger()
KNOWN = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
RETRY_SECONDS = "5"


def error_page(code: int, message: str = "") -> Response:
    """Answer with the page for this status."""
    page = code if code in KNOWN else (400 if code < 500 else 500)
    response = make_response(render_template(f"errors/{page}.html", message=message), code)
    if code == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def tell(refusal: Refusal) -> str:
    """Return a refusal's message in the language of the page, dates as people write them."""
    values = {name: long_date(value) if type(value) is date else value for name, value in refusal.values.items()}
    return str(_(refusal.message, **values))


def install(app: Flask) -> None:
    """Register a page for every failure."""

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Response:
        return error_page(400, _("This page was open for too long. Go back, reload it and send it again."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # type: ignore[return-value]  # werkzeug's own redirect responses
        return error_page(error.code or 500, str(error.description) if error.code == 400 and error.description else "")

    @app.errorhandler(Busy)
    def busy(error: Busy) -> Response:
        db.rollback()
        return error_page(503)

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        db.rollback()
        return error_page(400, tell(error))

    @app.errorhandler(OperationalError)
    def database_down(error: OperationalError) -> Response:
        db.rollback()
        log.error("database.unavailable", error=type(error.orig).__name__, path=request.path)
        return error_page(503)

    @app.errorhandler(InternalServerError)
    def unexpected(error: InternalServerError) -> Response:
        db.rollback()
        log.error("request.failed", endpoint=request.endpoint, exc_info=error.original_exception)
        return error_page(500)
