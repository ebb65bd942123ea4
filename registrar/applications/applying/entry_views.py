"""The ways into one's applications and out of them."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from registrar.applications import teams
from registrar.applications.applying.blueprint import bp
from registrar.db import db
from registrar.people.entrance_views import Entrance
from registrar.people.link_mail import LinkMail
from registrar.people.models import Person
from registrar.web.access import public
from registrar.web.limits import limiter, sign_up_limit

__all__ = ["bp"]


def _onward(person: Person) -> str:
    """Go to the application that the mail was about, as far as the person has a part in it."""
    reference = request.args.get("application", "")
    if reference and teams.membership(db, person, reference):
        return url_for(".overview", reference=reference)
    return url_for(".index")


ENTRANCE = Entrance("applications", LinkMail("applications.link", "application-link"), _onward)


@bp.route("/link", methods=["GET", "POST"])
@public
@limiter.limit(sign_up_limit, methods=["POST"])
def send_link() -> ResponseReturnValue:
    """Ask for the link to one's applications."""
    return ENTRANCE.send_link()


@bp.get("/link/sent")
@public
def link_sent() -> ResponseReturnValue:
    """Say where to look for the mail."""
    return ENTRANCE.link_sent()


@bp.route("/enter/<token>", methods=["GET", "POST"])
@public
def enter(token: str) -> ResponseReturnValue:
    """Show the button that opens the applications, and open them."""
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
