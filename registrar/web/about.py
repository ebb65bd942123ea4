"""Pages that say how this site treats people: privacy, accessibility, help; and what robots may read."""

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public

bp = Blueprint("about", __name__)
caching.keep(bp, caching.LONG)
PRIVATE = (
    "/my",
    "/join/",
    "/feed/",
    "/confirm/",
    "/not-me/",
    "/offers/",
    "/unsubscribe/",
    "/outbox",
    "/console",
    "/sign-in",
)
"""Addresses that search engines have no use for; what protects them is not this list."""


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("about/privacy.html", contact=_contact())


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("about/accessibility.html", contact=_contact())


@bp.get("/help")
@public
def help_page() -> ResponseReturnValue:
    return render_template("about/help.html", contact=_contact())


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        f"Sitemap: {_settings().base_url}/sitemap.xml",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


def _contact() -> str:
    """Return the address that people can write to."""
    mailbox = _settings().mail_reply_to or _settings().mail_sender
    return mailbox.rpartition("<")[2].rstrip(">").strip()


def _settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found
