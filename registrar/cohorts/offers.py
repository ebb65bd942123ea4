"""Offers of places: made, answered, lapsed by the clock, and passed on to the next on the waiting list, exactly once.

Everything happens under the lock of the call's row, so that of a hundred answers at once each sees what the one before
has left. Triggers hold that open and accepted offers never exceed the places.
"""

from datetime import datetime

from sqlalchemy import func, select

from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, Lifecycle, OfferState, Verdict, Who, move
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts import telling
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.cohorts.rules import Freed, offer_until, places_free
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal

TAKING = (OfferState.OPEN, OfferState.ACCEPTED)
FREEING = {
    OfferState.DECLINED: Freed.DECLINED,
    OfferState.LAPSED: Freed.LAPSED,
    OfferState.WITHDRAWN: Freed.WITHDRAWN,
}
LAPSES_AT_ONCE = 100


class OfferOver(Refusal):
    """The offer can no longer be answered."""


def locked_call(db: DbSession, call_id: int) -> Call:
    """Return the call with its row locked until the end of the transaction: whoever gives or frees a place waits."""
    statement = select(Call).where(Call.id == call_id).with_for_update(of=Call)
    return db.scalars(statement, execution_options={"populate_existing": True}).one()


def offer(db: DbSession, application: Application, *, until: datetime, by: str, now: datetime) -> None:
    """Offer a place; the caller holds the call's lock and has found a place free."""
    application.waitlist_position = None
    application.offer, application.offer_until = OfferState.OPEN, until
    application.version += 1
    audit.record(db, by, "offer.make", application, now=now, until=until.isoformat())
    db.flush()


def accept(db: DbSession, application_id: int, *, seen: int, actor: str, now: datetime) -> RosterEntry:
    """Accept an open offer in time; the institution joins the roster. Raise `OfferOver` or `Conflict`."""
    application = _open(db, application_id, seen, now)
    application.offer = move(OfferState.OPEN, OfferState.ACCEPTED, Who.TEAM)
    application.enrolment = Enrolment.ENROLLED
    application.version += 1
    entry = RosterEntry(
        programme_id=application.call.programme_id,
        institution_id=application.institution_id,
        application_id=application.id,
        enrolled_at=now,
    )
    db.add(entry)
    audit.record(db, actor, "offer.accept", application, now=now)
    db.flush()
    telling.accepted(db, application, now=now)
    return entry


def decline(db: DbSession, application_id: int, *, seen: int, actor: str, now: datetime) -> None:
    """Decline an open offer; the next on the waiting list gets one in the same transaction."""
    application = _open(db, application_id, seen, now)
    application.offer = move(OfferState.OPEN, OfferState.DECLINED, Who.TEAM)
    application.version += 1
    audit.record(db, actor, "offer.decline", application, now=now)
    db.flush()
    promote(db, application.call, by=actor, now=now)


def withdraw(db: DbSession, application_id: int, *, seen: int, by: Who, actor: str, now: datetime) -> None:
    """Take an open offer back, by an organiser or because the team withdraws; the place goes on."""
    application = _open(db, application_id, seen, now=None)
    application.offer = move(OfferState.OPEN, OfferState.WITHDRAWN, by)
    application.version += 1
    audit.record(db, actor, "offer.withdraw", application, now=now)
    db.flush()
    promote(db, application.call, by=actor, now=now)


def lapse(db: DbSession, now: datetime) -> int:
    """End the offers whose time is over and pass their places on; a job of the worker. Return how many lapsed."""
    due = (
        select(Application.id, Application.call_id)
        .join(Call, Call.id == Application.call_id)
        .where(Application.offer == OfferState.OPEN, Application.offer_until <= now, Call.frozen_at.is_(None))
        .order_by(Application.offer_until, Application.id)
        .limit(LAPSES_AT_ONCE)
    )
    found = db.execute(due).all()
    return sum(_lapse(db, application_id, call_id, now) for application_id, call_id in found)


def fill(db: DbSession, now: datetime) -> int:
    """Offer every free place to whoever waits, however it became free; a job of the worker. Return how many."""
    waiting = select(Application.call_id).where(Application.waitlist_position.is_not(None)).distinct()
    calls = db.scalars(select(Call).where(Call.id.in_(waiting), Call.frozen_at.is_(None)).order_by(Call.id)).all()
    free = [call.id for call in calls if _free(db, call) != 0]
    return sum(promote(db, locked_call(db, call_id), by="worker", now=now) for call_id in free)


def promote(db: DbSession, call: Call, *, by: str, now: datetime) -> int:
    """Offer the free places to the next on the waiting list, in order; return how many. The caller holds the lock."""
    count = 0
    while _free(db, call) != 0 and (following := _next(db, call)) is not None:
        _promote(db, call, following, by, now)
        count += 1
    return count


def taken(db: DbSession, call: Call) -> int:
    """Count the places that are offered or accepted."""
    statement = select(func.count()).select_from(Application)
    return db.scalar(statement.where(Application.call_id == call.id, Application.offer.in_(TAKING))) or 0


JOBS = (lapse, fill)


def _open(db: DbSession, application_id: int, seen: int, now: datetime | None) -> Application:
    """Lock the call, then read the application as it is, and refuse unless its offer is open and in time."""
    call_id = db.scalars(select(Application.call_id).where(Application.id == application_id)).one()
    refuse_if_frozen(locked_call(db, call_id))
    application = db.get_one(Application, application_id, populate_existing=True)
    if application.offer is not OfferState.OPEN or application.offer_until is None:
        raise OfferOver(N_("There is no open offer to answer."))
    if now is not None and now >= application.offer_until:
        raise OfferOver(N_("The time to answer this offer is over."))
    if application.version != seen:
        raise Conflict(N_("The application has changed in the meantime. See how it stands now."))
    return application


def _lapse(db: DbSession, application_id: int, call_id: int, now: datetime) -> int:
    call = locked_call(db, call_id)
    application = db.get_one(Application, application_id, populate_existing=True)
    if application.offer is not OfferState.OPEN or application.offer_until is None or application.offer_until > now:
        return 0  # answered or prolonged while we waited for the lock
    application.offer = move(OfferState.OPEN, OfferState.LAPSED, Who.CLOCK)
    application.version += 1
    audit.record(db, "worker", "offer.lapse", application, now=now)
    db.flush()
    telling.lapsed(db, application, now=now)
    promote(db, call, by="worker", now=now)
    return 1


def _free(db: DbSession, call: Call) -> int | None:
    return places_free(call.places, taken(db, call))


def _next(db: DbSession, call: Call) -> Application | None:
    """Return who is first in the waiting list."""
    statement = (
        select(Application)
        .where(
            Application.call_id == call.id,
            Application.waitlist_position.is_not(None),
            Application.released_verdict == Verdict.WAITLIST,
            Application.state == Lifecycle.SUBMITTED,
        )
        .order_by(Application.waitlist_position)
        .limit(1)
    )
    return db.scalars(statement, execution_options={"populate_existing": True}).first()


def _promote(db: DbSession, call: Call, application: Application, by: str, now: datetime) -> None:
    freed = _freed(db, call)
    cause = FREEING[freed.offer] if freed is not None and freed.offer is not None else Freed.MORE_PLACES
    place = application.waitlist_position or 0
    offer(db, application, until=offer_until(now, call.offer_days, call.timezone), by=by, now=now)
    promotion = Promotion(
        call_id=call.id,
        application_id=application.id,
        freed_by_id=freed.id if freed else None,
        cause=cause,
        waitlist_position=place,
        promoted_at=now,
        promoted_by=by,
    )
    db.add(promotion)
    db.flush()
    telling.offered(db, application, now=now)


def _freed(db: DbSession, call: Call) -> Application | None:
    """Return whose place is passed on: the first that was freed and has not been used."""
    used = select(Promotion.freed_by_id).where(Promotion.call_id == call.id, Promotion.freed_by_id.is_not(None))
    statement = (
        select(Application)
        .where(Application.call_id == call.id, Application.offer.in_(FREEING), Application.id.not_in(used))
        .order_by(Application.id)
    )
    return db.scalars(statement.limit(1)).first()
