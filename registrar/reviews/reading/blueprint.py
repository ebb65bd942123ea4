"""The reviewers' pages: their blueprint, and the seat that a page is about."""

from flask import Blueprint, abort

from registrar.accounts.signed_in import signed_in_staff
from registrar.db import db
from registrar.reviews import access
from registrar.reviews.access import Seat

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


def found_seat(reference: str) -> Seat:
    """Return the reviewer's place before this application; whatever they may not reach does not exist."""
    return access.seat(db, signed_in_staff(), reference) or abort(404)
