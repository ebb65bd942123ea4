"""What organisers do with offers: more time, taking one back, more places."""

from datetime import datetime

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, OfferState, Who, move
from registrar.audit import operations as audit
from registrar.calls import operations as calls
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts import offers, telling
from registrar.cohorts.rules import places_free
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal


def prolong(db: DbSession, application_id: int, until: datetime, *, seen: int, by: str, now: datetime) -> Application:
    """Give an open offer a later deadline, or open a lapsed one again while a place is free."""
    application, call = _seen(db, application_id, seen)
    if until <= now:
        raise Refusal(N_("That day is over already. Choose a later one."))
    if application.offer is OfferState.LAPSED:
        _renew(db, application, call, until, now)
    elif application.offer is OfferState.OPEN:
        application.offer_until = until
    else:
        raise Refusal(N_("There is no open offer to prolong."))
    application.version += 1
    audit.record(db, by, "offer.prolong", application, now=now, until=until.isoformat())
    db.flush()
    if application.offer is OfferState.OPEN:
        telling.offered(db, application, now=now)
    return application


def give_places(db: DbSession, call_id: int, places: int, *, seen: int, by: str, now: datetime) -> int:
    """Change how many places a call has, and offer new ones to whoever waits; return how many offers that made."""
    call = offers.locked_call(db, call_id)
    refuse_if_frozen(call)
    if places < offers.taken(db, call):
        raise Refusal(N_("More places than that are offered or accepted already."))
    calls.edit(db, call_id, {"places": places}, seen=seen, by=by, now=now)
    db.flush()
    return offers.promote(db, call, by=by, now=now)


def _renew(db: DbSession, application: Application, call: Call, until: datetime, now: datetime) -> None:
    if application.state is not Lifecycle.SUBMITTED:
        raise Refusal(N_("The application was withdrawn."))
    if places_free(call.places, offers.taken(db, call)) == 0:
        raise Refusal(N_("No place is free: the one of this offer has gone on. Give the call another place first."))
    application.offer = move(OfferState.LAPSED, OfferState.OPEN, Who.ORGANISER)
    application.offer_until = until


def _seen(db: DbSession, application_id: int, seen: int) -> tuple[Application, Call]:
    call_id = db.get_one(Application, application_id).call_id
    call = offers.locked_call(db, call_id)
    refuse_if_frozen(call)
    application = db.get_one(Application, application_id, populate_existing=True)
    if application.version != seen:
        raise Conflict(N_("The application has changed in the meantime. See how it stands now."))
    return application, call
