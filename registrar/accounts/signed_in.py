"""Who of the staff is signed in: Flask-Login over a row per browser, so that a sign-in can be ended at once."""

from datetime import datetime

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select
from werkzeug.exceptions import Forbidden

from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.rules import FRESH, Role, includes
from registrar.clock import now
from registrar.db import db
from registrar.tokens import secret_hash
from registrar.web import access


class SignedIn(UserMixin):
    """A browser's sign-in, as Flask-Login knows it; its id is the secret in the cookie."""

    def __init__(self, secret: str, session: StaffSession) -> None:
        self.secret = secret
        self.session = session

    def get_id(self) -> str:
        return self.secret


def find(secret: str) -> SignedIn | None:
    """Return the live sign-in for the secret of a cookie."""
    statement = (
        select(StaffSession)
        .join(StaffSession.staff)
        .where(
            StaffSession.token_hash == secret_hash(secret),
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > now(),
            Staff.deactivated_at.is_(None),
        )
    )
    session = db.scalar(statement)
    return SignedIn(secret, session) if session else None


def current_staff() -> Staff | None:
    """Return the member of staff who is signed in on this browser."""
    return current_user.session.staff if current_user and current_user.is_authenticated else None


def signed_in_staff() -> Staff:
    """Return the member of staff behind a view that only staff may use."""
    staff = current_staff()
    if staff is None:
        raise Forbidden
    return staff


def actor() -> str:
    """Name the signed-in member of staff for the audit trail."""
    return f"staff:{signed_in_staff().id}"


def signed_in_freshly(moment: datetime) -> bool:
    """Tell whether the person at this browser proved not long ago who they are."""
    staff_session: StaffSession = current_user.session
    return moment - staff_session.created_at < FRESH


def gate() -> ResponseReturnValue | None:
    """Let staff with the role of the route pass; send others to sign in, or refuse."""
    staff = current_staff()
    if staff is None:
        return redirect(url_for("accounts.sign_in", next=request.endpoint if request.method == "GET" else None), 303)
    needed = Role(access.policy_of(request.endpoint or "").partition(":")[2])
    if not includes(staff.role, needed):
        raise Forbidden
    return None


def install(app: Flask) -> None:
    """Attach Flask-Login and the gate for staff."""
    manager = LoginManager(app)
    manager.session_protection = None  # the sign-in is a row; a changed address on the road ends nothing
    manager.user_loader(find)
    access.add_gate(app, "staff", gate)
    app.context_processor(lambda: {"current_staff": current_staff()})
