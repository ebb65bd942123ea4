"""The ways into the personal page and out of it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from registrar.people.entrance_views import Entrance
from registrar.people.link_mail import LinkMail
from registrar.web.access import public
from registrar.web.limits import limiter, sign_up_limit
from registrar.weekly.personal.views import bp

__all__ = ["LINK", "bp"]

LINK = LinkMail("weekly.link", "link")
ENTRANCE = Entrance("weekly", LINK, lambda _person: url_for(".page"))


@bp.route("/link", methods=["GET", "POST"])
@public
@limiter.limit(sign_up_limit, methods=["POST"])
def send_link() -> ResponseReturnValue:
    """Ask for the link to the personal page."""
    return ENTRANCE.send_link()


@bp.get("/link/sent")
@public
def link_sent() -> ResponseReturnValue:
    """Say where to look for the mail."""
    return ENTRANCE.link_sent()


@bp.route("/enter/<token>", methods=["GET", "POST"])
@public
def enter(token: str) -> ResponseReturnValue:
    """Show the button that opens the page, and open it."""
    return ENTRANCE.enter(token)


@bp.post("/enter/<token>/fresh")
@public
@limiter.limit(sign_up_limit)
def send_fresh_link(token: str) -> ResponseReturnValue:
    """Mail a fresh link in place of one that has ended."""
    return ENTRANCE.send_fresh_link(token)


@bp.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Forget the person on this device."""
    return ENTRANCE.leave()
