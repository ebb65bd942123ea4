"""The ways into the personal page and out of it: a link by mail, a button behind it, and "forget me here"."""

import structlog
from flask import abort, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.people.link_mail import LinkMail
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person, forget_cookie, set_cookie
from registrar.settings import Settings
from registrar.tokens import Claim, Purpose, Tokens
from registrar.web.access import public
from registrar.web.forms import BaseForm
from registrar.web.headers import keep_private
from registrar.web.limits import limiter
from registrar.weekly.personal.forms import LinkForm
from registrar.weekly.personal.views import bp

__all__ = ["LINK", "bp"]

LINK = LinkMail("weekly.link", "link")

log = structlog.get_logger()


def _limit() -> str:
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings.sign_up_limit


@bp.route("/link", methods=["GET", "POST"])
@public
@limiter.limit(_limit, methods=["POST"])
def send_link() -> ResponseReturnValue:
    """Ask for the link to the personal page; the answer is the same whoever asks."""
    form = LinkForm()
    if not form.is_submitted():
        return render_template("weekly/send_link.html", form=form)
    if not form.validate():
        return render_template("weekly/send_link.html", form=form), 422
    LINK.send_to(db, _tokens(), form.email.key, now=now())
    db.commit()
    return redirect(url_for(".link_sent"), 303)


@bp.get("/link/sent")
@public
def link_sent() -> ResponseReturnValue:
    """Say where to look for the mail."""
    return render_template("weekly/link_sent.html")


@bp.route("/enter/<token>", methods=["GET", "POST"])
@public
def enter(token: str) -> ResponseReturnValue:
    """Show one button, so that programs that follow links change nothing; the button opens the page for 2 hours."""
    claim, moment = _tokens().read(Purpose.PERSONAL, token), now()
    person = _person(claim)
    if claim is None or person is None:
        return _private("weekly/link_unknown.html", 404)
    if claim.is_over(moment) or claim.counter != person.link_number:
        return _private("weekly/link_over.html", 410, token=token, form=BaseForm())
    if current_person() is person:
        return redirect(url_for(".page"), 303)
    form = BaseForm()
    if not form.validate_on_submit():
        return _private("weekly/enter.html", 200, person=person, form=form)
    response = make_response(redirect(url_for(".page"), 303))
    set_cookie(response, person, moment)
    log.info("personal.enter", person=person.id)
    return keep_private(response)


@bp.post("/enter/<token>/fresh")
@public
@limiter.limit(_limit)
def send_fresh_link(token: str) -> ResponseReturnValue:
    """Mail a fresh link to the person for whom an ended one was made; nobody else learns anything."""
    person = _person(_tokens().read(Purpose.PERSONAL, token)) or abort(404)
    LINK.send(db, person, now=now())
    db.commit()
    return redirect(url_for(".link_sent"), 303)


@bp.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Forget the person on this device."""
    response = make_response(redirect(url_for(".send_link"), 303))
    forget_cookie(response)
    return keep_private(response)


def _person(claim: Claim | None) -> Person | None:
    return db.get(Person, claim.ids[0]) if claim else None


def _private(template: str, status: int, **values: object) -> ResponseReturnValue:
    return keep_private(make_response(render_template(template, **values), status))


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
