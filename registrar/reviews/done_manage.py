"""How a change on the organisers' pages of a review ends: committed, told with its way back, and shown."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from registrar.db import db


def done(endpoint: str, message: Any, **values: Any) -> ResponseReturnValue:
    """Commit, say so (with its way back where the message has one), and show the page again."""
    db.commit()
    flash(message, "undo" if isinstance(message, dict) else "done")
    return redirect(url_for(endpoint, **values), 303)
