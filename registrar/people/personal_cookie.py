"""Who is looking: the personal cookie that a mailed link sets, for two hours, ended at once with the person's links."""

from datetime import datetime, timedelta

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from registrar.clock import now
from registrar.db import db
from registrar.people.models import Person
from registrar.settings import Settings
from registrar.tokens import Claim, Purpose, Tokens
from registrar.web import access

LASTS = timedelta(hours=2)
RENEWED_BELOW = timedelta(hours=1)
"""How much may be left of a cookie before somebody's work renews it."""


def set_cookie(response: Response, person: Person, now: datetime) -> None:
    """Let this browser act for the person during two hours."""
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    value = tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=now + LASTS)
    response.set_cookie(
        _name(), value, max_age=LASTS, secure=_is_secure(), httponly=True, samesite="Lax", path="/"
    )  # fmt: skip


def renew_cookie(response: Response, now: datetime) -> None:
    """Let the person who is working on a page go on; whoever only leaves it open is let go."""
    person, claim = current_person(), _claim(request.cookies.get(_name(), ""))
    if person and claim and claim.expires_at and claim.expires_at - now < RENEWED_BELOW:
        set_cookie(response, person, now)


def forget_cookie(response: Response) -> None:
    """Let this browser act for nobody any more, and keep nothing of what was typed in it and not yet sent."""
    response.headers["Clear-Site-Data"] = '"storage"'
    response.delete_cookie(_name(), secure=_is_secure(), httponly=True, samesite="Lax", path="/")


def current_person() -> Person | None:
    """Return the person whose live cookie this browser holds; asks the database once in a request, if at all."""
    if "current_person" not in g:
        g.current_person = _find(request.cookies.get(_name(), ""))
    found: Person | None = g.current_person
    return found


def gate() -> ResponseReturnValue | None:
    """Let the holder of a live cookie pass; offer others a fresh link by mail."""
    return None if current_person() else redirect(url_for("my.send_link"), 303)


def applicants_gate() -> ResponseReturnValue | None:
    """Let the holder of a live cookie pass; offer others a fresh link to their applications, and tell scripts 401."""
    if current_person():
        return None
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    return redirect(url_for("applications.send_link"), 303)


def install(app: Flask) -> None:
    """Guard the personal pages, and let every template ask for `current_person`."""
    access.add_gate(app, access.PERSONAL, gate)
    access.add_gate(app, access.APPLICANT, applicants_gate)
    app.jinja_env.globals["current_person"] = LocalProxy(current_person)


def _claim(value: str) -> Claim | None:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    return tokens.read(Purpose.PERSONAL, value) if value else None


def _find(value: str) -> Person | None:
    claim = _claim(value)
    if claim is None or claim.is_over(now()):
        return None
    person = db.get(Person, claim.ids[0])
    return person if person and person.link_number == claim.counter else None


def _name() -> str:
    return "__Host-personal" if _is_secure() else "personal"


def _is_secure() -> bool:
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings.base_url.startswith("https://")
