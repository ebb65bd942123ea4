"""The organisers' pages about reviewing a call: their blueprint, which call a page is about, and how a change ends."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.calls.models import Call
from registrar.db import db
from registrar.programmes.models import Programme

bp = Blueprint("reviews_manage", __name__, url_prefix="/console/calls/<slug>")


def found_call(slug: str) -> Call:
    """Return the call of this address with its programme; for any other there is no such page."""
    whole = joinedload(Call.programme).joinedload(Programme.season)
    return db.scalar(select(Call).where(Call.slug == slug).options(whole)) or abort(404)


def done(endpoint: str, message: Any, **values: Any) -> ResponseReturnValue:
    """Commit, say so (with its way back where the message has one), and show the page again."""
    db.commit()
    flash(message, "undo" if isinstance(message, dict) else "done")
    return redirect(url_for(endpoint, **values), 303)


def undo(text: str, url: str, **fields: object) -> dict[str, Any]:
    """Return a message with a button that takes back what was done."""
    return {"text": text, "url": url, "label": _("Undo"), "fields": fields}
