"""The console's blueprint, the ways through it, and the pages of its lists."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from flask_babel import gettext as _

from registrar.accounts.rules import Role, includes
from registrar.accounts.signed_in import current_staff
from registrar.console import mail_navigation

bp = Blueprint("console", __name__, url_prefix="/console")
Link = tuple[str, str, bool]
PLANNER = "/console/sessions"
FARTHEST_PAGE = 100_000


def session_editor(session_id: int) -> str:
    """Return where a session is edited."""
    return f"{PLANNER}/{session_id}"


def navigation(role: Role) -> list[Link]:
    """Return the console's sections for someone with this role."""
    sections = [
        (_("Today"), "/console"),
        (_("Sessions"), PLANNER),
        (_("Registrations"), "/console/registrations"),
        (_("Calls"), "/console/calls"),
        (_("Forms"), "/console/forms"),
        (_("Institutions"), "/console/institutions"),
        (_("Mail"), "/console/mail"),
    ]
    if role is Role.ADMIN:
        sections += [(_("Team"), "/console/team"), (_("Audit trail"), "/console/audit")]
    return [(label, path, _is_current(path)) for label, path in sections]


def _is_current(path: str) -> bool:
    return request.path == path or (path != "/console" and request.path.startswith(f"{path}/"))


def context() -> dict[str, Any]:
    """Return what `console.html` needs beside the frame."""
    staff = current_staff() if request.path.startswith("/console") else None
    if staff is None:
        return {}
    about_mail = mail_navigation.context(request.path) if includes(staff.role, Role.ORGANISER) else {}
    return {"console_navigation": navigation(staff.role), **about_mail}


@dataclass(frozen=True)
class Page:
    """One page of a list, as the pager shows it."""

    first: int
    last: int
    total: int | None
    previous_url: str | None
    next_url: str | None


def page_number() -> int:
    """Return which page is asked for, from 1."""
    asked = request.args.get("page", "")
    return min(max(int(asked), 1), FARTHEST_PAGE) if asked.isdecimal() and len(asked) < 9 else 1


def page(number: int, per_page: int, shown: int, *, total: int | None = None, more: int = 0) -> Page:
    """Describe a page of `shown` rows; `more` is how many rows were found beyond it."""
    before = (number - 1) * per_page
    previous = same_page(page=number - 1) if number > 1 else None
    return Page(
        before + 1 if shown else 0, before + shown, total, previous, same_page(page=number + 1) if more else None
    )


def same_page(**changed: object) -> str:
    """Return the query of this page with some values changed, or left out where they are None."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    return "?" + urlencode([*kept, *((name, value) for name, value in changed.items() if value is not None)])
