"""What a page says once something was done: in words, with a button that takes it back."""

from typing import Any

from flask import flash
from flask_babel import gettext as _


def undo(text: str, url: str, /, **fields: object) -> dict[str, Any]:
    """Return a message whose button posts these fields to the address that takes back what was done."""
    return {"text": text, "url": url, "label": _("Undo"), "fields": fields}


def offer_undo(text: str, url: str, /, **fields: object) -> None:
    """Say what was done on the next page, with the way back."""
    flash(undo(text, url, **fields), "undo")  # type: ignore[arg-type]  # the macro notices() takes a mapping
