"""The teams' pages below `/applications`: their blueprint, and who is looking at which application."""

from flask import Blueprint, abort, make_response, render_template
from werkzeug.wrappers import Response

from registrar.applications import teams
from registrar.applications.models import Member
from registrar.db import db
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person
from registrar.web.headers import keep_private

bp = Blueprint("applications", __name__, url_prefix="/applications")


def applicant() -> Person:
    """Return the person behind a page that only applicants see."""
    return current_person() or abort(403)


def member_of(reference: str) -> Member:
    """Return the part that the person has in this application; for everybody else there is no such page."""
    return teams.membership(db, applicant(), reference) or abort(404)


def bare_member_of(reference: str) -> Member:
    """Return the same without the call and its form: for what scripts ask every few seconds."""
    return teams.bare_membership(db, applicant(), reference) or abort(404)


def private(template: str, status: int = 200, **values: object) -> Response:
    """Render a page that no cache may keep."""
    return keep_private(make_response(render_template(template, **values), status))
