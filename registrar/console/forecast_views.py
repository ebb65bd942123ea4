"""The forecast: what will leave in the coming weeks, for how many, and what time it is for them then."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.clock import now
from registrar.console import forecast_queries as queries
from registrar.console import forecast_weeks as weeks
from registrar.console import words
from registrar.console.forms import ForecastForm
from registrar.console.navigation import bp, session_editor
from registrar.console.rules import share_at_night
from registrar.db import db
from registrar.mail import gate
from registrar.web.access import staff
from registrar.web.locale import long_date


@bp.get("/mail/forecast")
@staff(Role.ORGANISER)
def forecast() -> ResponseReturnValue:
    """Show the coming weeks' mails by session, kind, number and local hour."""
    form, at, zone = ForecastForm(), now(), signed_in_staff().timezone
    until = at + timedelta(weeks=form.weeks_ahead)
    found = queries.departures(db, at, until)
    hours = weeks.by_hour(weeks.all_hours(found))
    days = weeks.by_day(found, at, until, zone)
    return render_template(
        "console/forecast.html", filters_form=form, weeks=weeks.weeks_ahead(found, at, form.weeks_ahead, zone),
        days=[(long_date(day), count) for day, count in days.items()], total=sum(each.count for each in found),
        hours=hours, night=share_at_night(hours), words=words, zone=zone, session_editor=session_editor,
        paused={each.scope for each in gate.closed(db)}, now=at,
    )  # fmt: skip
