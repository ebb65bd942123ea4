"""The organisers' words for offers, for why a place was free, and for those who take part."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from registrar.applications.rules import Enrolment, OfferState
from registrar.cohorts.rules import Freed

CAUSES = {
    Freed.DECLINED: _l("declined"),
    Freed.LAPSED: _l("did not answer in time"),
    Freed.WITHDRAWN: _l("offer withdrawn"),
    Freed.MORE_PLACES: _l("more places"),
}
ENDED = {
    OfferState.DECLINED: _l("Declined by the team"),
    OfferState.LAPSED: _l("Not answered in time"),
    OfferState.WITHDRAWN: _l("Taken back"),
}
ENROLMENTS = {
    Enrolment.ENROLLED: _l("Takes part"),
    Enrolment.COMPLETED: _l("Has completed it"),
    Enrolment.DROPPED_OUT: _l("Has left"),
}
WORKER = _l("by itself")


def last_day(until: datetime, zone: str) -> date:
    """Return the last whole day before a deadline, in a zone."""
    return (until.astimezone(ZoneInfo(zone)) - timedelta(minutes=1)).date()
