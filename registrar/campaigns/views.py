"""The page and the one-click POST (RFC 8058) that stop the announcements of one series, and the way back."""

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registrar.campaigns.opt_out_links import Asked, asked_by
from registrar.clock import now
from registrar.db import db
from registrar.people import opt_outs
from registrar.web.access import public
from registrar.web.forms import BaseForm
from registrar.web.headers import keep_private
from registrar.web.one_click import is_one_click, may_stop

bp = Blueprint("announcements", __name__)


@bp.get("/announcements/<token>")
@public
def page(token: str) -> ResponseReturnValue:
    """Show what would stop, with one button; scanners that follow links change nothing."""
    asked = _asked(token)
    out = opt_outs.is_out(db, asked.person.id, asked.programme.slug)
    shown = render_template("campaigns/announcements.html", asked=asked, out=out, token=token, form=BaseForm())
    return keep_private(make_response(shown))


@bp.post("/announcements/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Stop these mails: from the page with its CSRF token, or from a mail program without cookie or redirect."""
    asked = _asked(token)
    if not may_stop():
        abort(400)
    opt_outs.opt_out(db, asked.person.id, asked.programme.slug, by=asked.by, now=now())
    db.commit()
    return ("", 200) if is_one_click() else redirect(url_for(".page", token=token), 303)


@bp.post("/announcements/<token>/back")
@public
def come_back(token: str) -> ResponseReturnValue:
    """Send these mails again."""
    asked = _asked(token)
    opt_outs.opt_in(db, asked.person.id, asked.programme.slug, by=asked.by, now=now())
    db.commit()
    return redirect(url_for(".page", token=token), 303)


def _asked(token: str) -> Asked:
    return asked_by(db, token) or abort(404)
