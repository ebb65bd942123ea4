"""The first page of the console: is everything ready, and what waits?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.clock import now
from registrar.console import ledger_queries, words
from registrar.console import today_queries as queries
from registrar.console.navigation import bp, session_editor
from registrar.console.rules import CHART_WEEKS, hours_of_day, share_at_night, weekly_totals
from registrar.db import db
from registrar.programmes.models import Session
from registrar.reviews import outstanding
from registrar.web.access import staff
from registrar.web.locale import country_name, long_date, short_time
from registrar.weekly.rules import SeatState

MOST_COUNTRIES = 10


@dataclass(frozen=True)
class Check:
    """One thing that the next session needs: whether it is there, and where it is mended."""

    label: str
    found: str
    is_ready: bool
    url: str


@bp.get("")
@staff(Role.ORGANISER)
def today() -> ResponseReturnValue:
    """Show whether the next session is ready, how the mail goes, and what waits."""
    at = now()
    session = queries.next_session(db, at)
    countries, zones = queries.places(db)
    slot = session.starts_at if session else at
    return render_template(
        "console/today.html", now=at, session=session, checks=_checks(session) if session else [],
        worker=queries.worker(db, at), counts=ledger_queries.counts(db, None, signed_in_staff()),
        trouble=ledger_queries.TROUBLE,
        unpublished=queries.without_summary(db, at), unconfirmed=queries.unconfirmed(db),
        reviews=outstanding.of_staff(db, signed_in_staff()), offers=queries.open_offers(db, at), words=words,
        zone=signed_in_staff().timezone,
        session_editor=session_editor, people=sum(zones.values()), calls=queries.open_calls(db, signed_in_staff(), at),
        **_charts(at, countries, zones, slot),
    )  # fmt: skip


def _checks(session: Session) -> list[Check]:
    """Return what the next session needs, in the order in which people will see it."""
    editor = session_editor(session.id)
    texts = [
        (_("Title in English"), session.title_en, session.title_en),
        (_("Title in French"), session.title_fr, session.title_fr),
        (_("Description in English"), session.description_en, _("written")),
        (_("Description in French"), session.description_fr, _("written")),
        (_("Speakers"), session.speakers, ", ".join(each.speaker.name for each in session.speakers)),
        (_("Join address"), session.join_url or session.programme.join_url, _("set")),
    ]
    checks = [Check(label, found if there else _("missing"), bool(there), editor) for label, there, found in texts]
    return [*checks, _reminders(session), _seats(session)]


def _reminders(session: Session) -> Check:
    zone = signed_in_staff().timezone
    planned = queries.reminders(db, session)
    told = [
        f"{words.rule_name(each.rule)}: {short_time(each.due_at, zone)}" if each.due_at else words.rule_name(each.rule)
        for each in planned
    ]
    return Check(_("Reminders"), " · ".join(told) or _("none is set"), bool(told), session_editor(session.id))


def _seats(session: Session) -> Check:
    seats = queries.seats(db, session)
    confirmed, waiting = seats.get(SeatState.CONFIRMED, 0), seats.get(SeatState.WAITING, 0)
    told = _("%(confirmed)s confirmed", confirmed=confirmed)
    if session.capacity:
        told = _("%(confirmed)s of %(capacity)s confirmed", confirmed=confirmed, capacity=session.capacity)
        told += ", " + _("%(waiting)s on the waiting list", waiting=waiting)
    return Check(_("Seats"), told, True, session_editor(session.id))


def _charts(at: datetime, countries: dict[str, int], zones: dict[str, int], slot: datetime) -> dict[str, Any]:
    since = at - timedelta(weeks=CHART_WEEKS + 1)
    weeks = weekly_totals(queries.registrations_by_day(db, since), at.date())
    hours = hours_of_day(slot, zones.items())
    largest = sorted(countries.items(), key=lambda item: (-item[1], item[0]))[:MOST_COUNTRIES]
    return {
        "weeks": [(long_date(monday), count) for monday, count in weeks],
        "this_week": weeks[-1][1],
        "hours": [(f"{hour:02}:00", count) for hour, count in enumerate(hours)],
        "at_night": share_at_night(hours),
        "countries": [(country_name(code) if code else _("not said"), count, "") for code, count in largest],
        "country_count": len([code for code in countries if code]),
    }
