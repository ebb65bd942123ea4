"""The local mailbox in the browser: for staff, in a demonstration for everyone, and not where mail really leaves."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registrar.db import db
from registrar.mail import queries
from registrar.mail.models import LocalMail
from registrar.mail.reading import Reading, read
from registrar.settings import Settings
from registrar.web.access import public
from registrar.web.headers import keep_private

bp = Blueprint("outbox", __name__)
TRUSTED_ROLES = frozenset({"admin", "organiser"})
"""Reviewers stand apart: the mailbox holds everybody's personal links."""
VIEWS = ("html", "text", "headers", "source")
MAY_ONLY_LINK = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    f"frame-ancestors 'self'; sandbox {MAY_ONLY_LINK}"
)
"""A letter brings its own styles, and may do nothing but be read and lead on."""
BASE = '<base target="_top">'


@bp.before_request
def check() -> ResponseReturnValue | None:
    """Let pass who may read everybody's mail."""
    settings: Settings = current_app.extensions["registrar.settings"]
    if settings.smtp_url is not None:
        abort(404)
    if settings.demo:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", next="outbox.index"), 303)
    if current_user.session.staff.role not in TRUSTED_ROLES:
        abort(403)
    return None


@bp.after_request
def private(response: Response) -> Response:
    """Keep the letters out of caches and referrers: they hold personal links."""
    return keep_private(response)


@bp.get("/outbox")
@public
def index() -> ResponseReturnValue:
    """List the letters, the newest first."""
    return render_template("outbox/index.html", **_listed())


@bp.get("/outbox/<int:mail_id>")
@public
def mail(mail_id: int) -> ResponseReturnValue:
    """Show one letter beside the list."""
    letter, listed = _letter(mail_id), _listed()
    view = request.args.get("view", VIEWS[0])
    return render_template(
        "outbox/mail.html",
        mail=letter,
        reading=_reading(letter),
        source=letter.raw.decode("utf-8", "replace"),
        view=view if view in VIEWS else VIEWS[0],
        sandbox=MAY_ONLY_LINK,
        older=queries.older(db, letter, listed["text"]),
        newer=queries.newer(db, letter, listed["text"]),
        **listed,
    )


@bp.get("/outbox/<int:mail_id>/letter.html")
@public
def html(mail_id: int) -> ResponseReturnValue:
    """Answer with the letter alone, to be shown in a frame; its links open in the whole window."""
    page = _reading(_letter(mail_id)).html
    head = page.find("<head>") + len("<head>") if "<head>" in page else 0
    response = Response(page[:head] + BASE + page[head:], mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@bp.get("/outbox/<int:mail_id>/letter.eml")
@public
def source(mail_id: int) -> ResponseReturnValue:
    """Download the letter as it would have gone over the wire."""
    return _download(_letter(mail_id).raw, "message/rfc822", f"letter-{mail_id}.eml")


@bp.get("/outbox/<int:mail_id>/parts/<int:number>")
@public
def part(mail_id: int, number: int) -> ResponseReturnValue:
    """Download a file that travels with the letter."""
    found = next((each for each in _reading(_letter(mail_id)).parts if each.number == number), None) or abort(404)
    return _download(found.content, found.content_type, found.filename)


def _listed() -> dict[str, Any]:
    text = request.args.get("q", "").strip()
    below = request.args.get("below", type=int)
    return {
        "text": text,
        "below": below,
        "page": queries.mailbox(db, text, below),
        "refreshing": "refresh" in request.args,
        "place": {"q": text or None, "below": below},
    }


def _letter(mail_id: int) -> LocalMail:
    return db.get(LocalMail, mail_id) or abort(404)


def _reading(letter: LocalMail) -> Reading:
    return read(letter.raw)


def _download(content: bytes, content_type: str, filename: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
