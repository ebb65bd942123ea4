"""Staff sign in by a mailed link with one button, and sign out."""

from typing import Any

from flask import Blueprint, Flask, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.routing import BuildError

from registrar.accounts import operations
from registrar.accounts.forms import SignInForm
from registrar.accounts.rules import Role, includes
from registrar.accounts.signed_in import current_staff, find
from registrar.clock import now
from registrar.db import db
from registrar.settings import Settings
from registrar.tokens import Tokens
from registrar.web.access import policy_of, public
from registrar.web.headers import keep_private
from registrar.web.limits import limiter

bp = Blueprint("accounts", __name__)
GONE = 410
CONSOLE, REVIEWERS = "console.today", "reviews.index"


def _limit() -> str:
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings.staff_sign_in_limit


def _tokens() -> Tokens:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    return tokens


def _own_page(endpoint: str | None) -> str | None:
    """Return the address of one of our own pages that can be opened without more being known, or None."""
    rules = current_app.url_map.iter_rules(endpoint) if endpoint in current_app.view_functions else ()
    if not any("GET" in (rule.methods or ()) and not rule.arguments for rule in rules):
        return None
    try:
        return url_for(endpoint or "")
    except BuildError:
        return None


def _landing(role: Role, endpoint: str | None) -> str:
    """Return where someone with this role goes after signing in."""
    if page := _own_page(endpoint):
        needed = policy_of(endpoint or "").partition(":")[2]
        if needed and includes(role, Role(needed)):
            return page
    return _own_page(REVIEWERS if role is Role.REVIEWER else CONSOLE) or "/"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(_limit, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Take an address and give the same answer whoever it belongs to."""
    form = SignInForm()
    following = request.args.get("next") or ""
    if request.method == "GET":
        return render_template("accounts/sign_in.html", form=form, next=following)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, next=following), 422
    operations.ask_for_link(db, form.email.key, next_endpoint=following if _own_page(following) else "", now=now())
    db.commit()
    return redirect(url_for(".sent"), 303)


@bp.get("/sign-in/sent")
@public
def sent() -> ResponseReturnValue:
    """Say that a link is on its way, if the address is one of the team."""
    return render_template("accounts/sent.html")


@bp.get("/sign-in/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """Show the one button that signs in; a mail scanner that follows the link changes nothing."""
    invited = operations.usable_link(db, _tokens(), token, now=now())
    page = render_template("accounts/enter.html", staff=invited, token=token, next=request.args.get("next") or "")
    return keep_private(make_response(page, 200 if invited else GONE))


@bp.post("/sign-in/<token>")
@public
def use(token: str) -> ResponseReturnValue:
    """Sign in with the link, which ends with that."""
    secret = operations.sign_in(db, _tokens(), token, now=now())
    signed_in = find(secret) if secret else None
    if signed_in is None:
        return keep_private(make_response(render_template("accounts/enter.html", staff=None, token="", next=""), GONE))
    target = _landing(signed_in.session.staff.role, request.args.get("next"))
    db.commit()
    session.clear()
    login_user(signed_in)
    return redirect(target, 303)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    if current_user.is_authenticated:
        operations.sign_out(db, current_user.session, now=now())
        db.commit()
    logout_user()
    session.clear()
    return redirect("/", 303)


def frame_context() -> dict[str, Any]:
    """Return what the bar above every page needs while somebody of the staff is signed in."""
    member = current_staff()
    if member is None:
        return {}
    return {"console_url": _landing(member.role, None), "sign_out_url": url_for("accounts.sign_out")}


def install(app: Flask) -> None:
    """Register the pages of signing in and what the frame shows of it."""
    app.register_blueprint(bp)
    app.context_processor(frame_context)
