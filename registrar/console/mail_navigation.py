"""The ways through everything about mail: its pages, what waits on each, and what is closed at the moment."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.signed_in import signed_in_staff
from registrar.console import gate_queries as queries
from registrar.db import db

LEDGER = "/console/mail"
BANNERED = frozenset({"/console", LEDGER})
"""Where a closed gate is told beside the pages of this navigation; the page of the gates tells it at length."""


@dataclass(frozen=True)
class Place:
    """A page about mail, and how many things there wait for a person."""

    label: str
    path: str
    is_current: bool
    waiting: int = 0
    told: str = ""
    """What waits, in words."""


def context(path: str) -> dict[str, Any]:
    """Return what a page of the console shows about mail as a whole."""
    about_mail = path == LEDGER or path.startswith(f"{LEDGER}/")
    found: dict[str, Any] = {"mail_navigation": _places()} if about_mail else {}
    if path in BANNERED:
        found["mail_closed"] = queries.closed(db)
    return found


def _places() -> list[Place]:
    signs = queries.signs(db, signed_in_staff())
    return [
        _place(_("Ledger"), LEDGER, signs.in_doubt, ngettext("%(num)s in doubt", "%(num)s in doubt", signs.in_doubt)),
        _place(_("Forecast"), f"{LEDGER}/forecast"),
        _place(_("Reminders"), f"{LEDGER}/rules"),
        _place(_("Letters"), f"{LEDGER}/letters"),
        _place(_("Mailings"), f"{LEDGER}/campaigns"),
        _place(_("Came back"), f"{LEDGER}/reports", signs.reports, _to_look_at(signs.reports)),
        _place(_("Stopped addresses"), f"{LEDGER}/suppressions"),
        _place(_("Delivery"), f"{LEDGER}/delivery"),
        _place(_("Pause"), f"{LEDGER}/gates", signs.closed, ngettext("%(num)s closed", "%(num)s closed", signs.closed)),
    ]


def _to_look_at(count: int) -> str:
    return str(ngettext("%(num)s to look at", "%(num)s to look at", count))


def _place(label: str, path: str, waiting: int = 0, told: str = "") -> Place:
    inside = request.path.startswith(f"{path}/") and path != LEDGER
    return Place(label, path, request.path == path or inside, waiting, told)
