"""The organisers' pages about applications: their blueprint, and which call or application a page is about."""

from flask import Blueprint, abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.signed_in import signed_in_staff
from registrar.applications.conflicts import reachable
from registrar.applications.desk.list_queries import call_with_form
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import db
from registrar.programmes.models import Programme

bp = Blueprint("desk", __name__, url_prefix="/console")


def found_call(slug: str) -> Call:
    """Return the call of this address; for any other there is no such page."""
    return call_with_form(db, slug) or abort(404)


def found_application(reference: str) -> Application:
    """Return the application of this address with its call, form and institution.

    With a conflict of interest there is no such page for its reader.
    """
    statement = (
        select(Application)
        .where(Application.reference == reference, reachable(signed_in_staff()))
        .options(
            joinedload(Application.call).joinedload(Call.programme).joinedload(Programme.season),
            joinedload(Application.call).joinedload(Call.form_version),
            joinedload(Application.form_version),
            joinedload(Application.institution),
        )
    )
    return db.scalar(statement) or abort(404)
