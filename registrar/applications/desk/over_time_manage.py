"""How applications to a call came in: over time with the deadline marked, by country, state and kind."""

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications.desk import list_queries, words
from registrar.applications.desk import over_time_queries as queries
from registrar.applications.desk.blueprint import bp, found_call
from registrar.applications.desk.charts import HEIGHT, WIDTH, Chart, chart
from registrar.applications.desk.list_manage import by_country, by_state
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.web.access import staff
from registrar.web.locale import country_name

MOST_COUNTRIES = 30


@bp.get("/calls/<slug>/applications/over-time")
@staff(Role.ORGANISER)
def over_time(slug: str) -> ResponseReturnValue:
    """Show how a call's applications came in."""
    call, at, staff = found_call(slug), now(), signed_in_staff()
    counts = list_queries.counts(db, call, staff)
    countries = by_country(counts)
    kinds = queries.by_kind(db, call, staff)
    largest = list(countries.items())[:MOST_COUNTRIES]
    return render_template(
        "desk/over_time.html", call=call, chart=_chart(call, staff, at), states=by_state(counts), words=words,
        countries=[(country_name(code) if code else _("not said"), count, "") for code, count in largest if count],
        kinds=[(words.KINDS[kind] if kind else _("not said"), n, "") for kind, n in kinds.items()],
        country_count=sum(1 for code, count in countries.items() if code and count), now=at, width=WIDTH,
        height=HEIGHT, zone=staff.timezone,
    )  # fmt: skip


def _chart(call: Call, staff: Staff, at: datetime) -> Chart:
    days = (call.opens_at.astimezone(UTC).date(), call.closes_at.astimezone(UTC).date(), at.date())
    return chart(queries.begun_by_day(db, call, staff), queries.submitted_by_day(db, call, staff), *days)
