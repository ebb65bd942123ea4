"""The personal settings: who and where one is, which mails one gets and got, the private calendar."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.clock import now
from registrar.db import db
from registrar.people import opt_outs
from registrar.people.personal_cookie import set_cookie
from registrar.programmes.choices import country_options, zone_options
from registrar.web.access import personal
from registrar.web.forms import BaseForm
from registrar.weekly.personal.details import change_person, renew_links
from registrar.weekly.personal.forms import SettingsForm
from registrar.weekly.personal.letters import PER_PAGE, own_mails
from registrar.weekly.personal.views import bp, by_me, me
from registrar.weekly.personal.weeks import own_registrations
from registrar.weekly.rules import Subscription
from registrar.weekly.subscriptions import choose, unwanted

__all__ = ["bp"]
ANNOUNCEMENTS = "announcements"
"""The form's field that names the series whose announcements are wanted."""


@bp.route("/settings", methods=["GET", "POST"])
@personal
def settings() -> ResponseReturnValue:
    """Change name, institution, country, time zone and language."""
    form = SettingsForm(obj=me())
    if not form.validate_on_submit():
        page = render_template("weekly/settings.html", form=form, countries=country_options(), zones=zone_options())
        return page, 422 if form.is_submitted() else 200
    changed = change_person(db, me(), form.values, by=by_me(), now=now())
    db.commit()
    flash(_("Your settings are saved."))
    language = me().locale if "locale" in changed else None
    return redirect(url_for(".page", lang=language), 303)


@bp.route("/mails", methods=["GET", "POST"])
@personal
def mails() -> ResponseReturnValue:
    """Switch kinds of mail on and off, and see what was sent."""
    every = own_registrations(db, me())
    registrations = [each for each in every if each.cancelled_at is None]
    series = {each.programme.slug: each.programme.title for each in every}
    form = BaseForm()
    if form.validate_on_submit():
        for registration in registrations:
            wanted = {each for each in Subscription if f"{registration.id}-{each}" in request.form}
            choose(db, registration, wanted, by=by_me(), now=now())
        shown = series.keys() & request.form.getlist(f"{ANNOUNCEMENTS}-shown")
        opt_outs.choose(db, me().id, sorted(shown), request.form.getlist(ANNOUNCEMENTS), by=by_me(), now=now())
        db.commit()
        flash(_("Your choice is saved."))
        return redirect(url_for(".mails"), 303)
    found = own_mails(db, me(), request.args.get("before", type=int))
    older = found[-1].mail.id if len(found) == PER_PAGE else None
    off = {registration.id: unwanted(db, registration.id) for registration in registrations}
    page = render_template(
        "weekly/mails.html", form=form, registrations=registrations, off=off, mails=found, older=older, person=me(),
        series=series, opted_out=opt_outs.topics_out(db, me().id), announcements=ANNOUNCEMENTS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/calendar/renew")
@personal
def renew_calendar() -> ResponseReturnValue:
    """Give the calendar a new address; every link mailed before ends, this device stays signed in."""
    moment = now()
    renew_links(db, me(), by=by_me(), now=moment)
    db.commit()
    flash(_("Your calendar has a new address. The old one, and every personal link mailed before, no longer works."))
    response = make_response(redirect(url_for(".page", _anchor="calendar"), 303))
    set_cookie(response, me(), moment)
    return response
