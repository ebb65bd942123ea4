"""The console's blueprint, the ways through it, and the pages of its lists."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _

from registrar.accounts.rules import Role, includes
from registrar.accounts.signed_in import current_staff
from registrar.console import mail_navigation
from registrar.web.paging import page, page_number, same_page

__all__ = ["bp", "context", "navigation", "page", "page_number", "same_page", "session_editor"]

bp = Blueprint("console", __name__, url_prefix="/console")
Link = tuple[str, str, bool]
PLANNER = "/console/sessions"


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
