"""Whether the process is alive and whether it can serve: for load balancers and `make run`."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from registrar import migrations
from registrar.db import alchemy, reader
from registrar.errors import Busy
from registrar.web.access import public

bp = Blueprint("ops", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Answer as long as the process does; touches no database."""
    return _plain("ok", 200)


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Answer 200 when the database answers and has this version's schema, else 503 with the reason."""
    reason = why_not_ready()
    return _plain(reason or "ready", 503 if reason else 200)


def why_not_ready() -> str | None:
    """Return what keeps this process from serving, or None."""
    try:
        revision = migrations.current(reader(alchemy.engine))
    except (SQLAlchemyError, Busy):
        return "The database does not answer."
    if revision == migrations.head():
        return None
    return f"The database is at migration {revision or 'none'}; this version needs {migrations.head()}."


def _plain(text: str, code: int) -> Response:
    response = Response(f"{text}\n", code, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if code == 503:
        response.headers["Retry-After"] = "5"
    return response
