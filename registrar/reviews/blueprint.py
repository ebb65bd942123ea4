"""The organisers' pages about reviewing a call: their blueprint, which call a page is about, and how a change ends."""

from flask import Blueprint, abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.calls.models import Call
from registrar.db import db
from registrar.programmes.models import Programme
from registrar.reviews.done_manage import done

__all__ = ["bp", "done", "found_call"]

bp = Blueprint("reviews_manage", __name__, url_prefix="/console/calls/<slug>")


def found_call(slug: str) -> Call:
    """Return the call of this address with its programme; for any other there is no such page."""
    whole = joinedload(Call.programme).joinedload(Programme.season)
    return db.scalar(select(Call).where(Call.slug == slug).options(whole)) or abort(404)
