"""The page and the one-click POST (RFC 8058) that stop one kind of mail of one series, and the way back."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.tokens import Purpose, Tokens
from registrar.web.access import public
from registrar.web.forms import BaseForm
from registrar.web.headers import keep_private
from registrar.web.one_click import is_one_click, may_stop
from registrar.weekly.models import Registration
from registrar.weekly.personal_links import SUBSCRIPTIONS
from registrar.weekly.rules import Subscription
from registrar.weekly.subscriptions import resubscribe, unsubscribe, wants

bp = Blueprint("unsubscribe", __name__)


@dataclass(frozen=True)
class Request:
    """What a token asks to stop, and for whom."""

    registration: Registration
    subscription: Subscription

    @property
    def by(self) -> str:
        return f"person:{self.registration.person_id}"


@bp.get("/unsubscribe/<token>")
@public
def page(token: str) -> ResponseReturnValue:
    """Show what would stop, with one button; scanners that follow links change nothing."""
    asked = _asked(token)
    wanted = wants(db, asked.registration.id, asked.subscription)
    shown = render_template("weekly/unsubscribe.html", asked=asked, wanted=wanted, token=token, form=BaseForm())
    return keep_private(make_response(shown))


@bp.post("/unsubscribe/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Stop these mails: from the page with its CSRF token, or from a mail program without cookie or redirect."""
    asked = _asked(token)
    if not may_stop():
        abort(400)
    unsubscribe(db, asked.registration, asked.subscription, by=asked.by, now=now())
    db.commit()
    return ("", 200) if is_one_click() else redirect(url_for(".page", token=token), 303)


@bp.post("/unsubscribe/<token>/back")
@public
def come_back(token: str) -> ResponseReturnValue:
    """Send these mails again."""
    asked = _asked(token)
    resubscribe(db, asked.registration, asked.subscription, by=asked.by, now=now())
    db.commit()
    return redirect(url_for(".page", token=token), 303)


def _asked(token: str) -> Request:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    claim = tokens.read(Purpose.UNSUBSCRIBE, token)
    registration = db.get(Registration, claim.ids[0]) if claim else None
    if claim is None or registration is None:
        abort(404)
    return Request(registration, SUBSCRIPTIONS[claim.ids[1]])
