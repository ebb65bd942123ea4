"""How offers, the waiting list, promotions and the roster of a call stand, as one organiser may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred, reachable
from registrar.applications.models import Application
from registrar.applications.rules import OfferState
from registrar.calls.models import Call
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.cohorts.offers import TAKING
from registrar.db import DbSession
from registrar.people.models import Institution, Person


@dataclass(frozen=True)
class Moved:
    """A promotion: who moved up, because of whom (None: more places, or not to be seen), and by whom."""

    promotion: Promotion
    application: Application
    freed_by: Application | None


@dataclass(frozen=True)
class Standing:
    """The places of a call."""

    applications: Sequence[Application]
    waiting: Sequence[Application]
    promotions: Sequence[Moved]

    def with_offer(self, *states: OfferState) -> list[Application]:
        return [each for each in self.applications if each.offer in states]

    @property
    def taken(self) -> int:
        return len(self.with_offer(*TAKING))


def standing(db: DbSession, call: Call, staff: Staff) -> Standing:
    """Return offers, waiting list and promotions with four queries."""
    mine = select(Application).where(Application.call_id == call.id, reachable(staff))
    mine = mine.options(joinedload(Application.institution))
    offered = db.scalars(mine.where(Application.offer.is_not(None)).order_by(Application.offer_until, Application.id))
    waiting = db.scalars(mine.where(Application.waitlist_position.is_not(None)).order_by(Application.waitlist_position))
    return Standing(offered.all(), waiting.all(), _promotions(db, call, staff))


def _promotions(db: DbSession, call: Call, staff: Staff) -> list[Moved]:
    statement = select(Promotion).where(Promotion.call_id == call.id, Promotion.application_id.not_in(barred(staff)))
    found = db.scalars(statement.order_by(Promotion.id.desc())).all()
    numbers = {each.application_id for each in found} | {each.freed_by_id for each in found if each.freed_by_id}
    wanted = select(Application).where(Application.id.in_(numbers), reachable(staff))
    known = {each.id: each for each in db.scalars(wanted.options(joinedload(Application.institution)))}
    return [Moved(each, known[each.application_id], known.get(each.freed_by_id or 0)) for each in found]


def roster(db: DbSession, call: Call, staff: Staff) -> list[RosterEntry]:
    """Return the institutions of a call's cohort with their teams, by name."""
    statement = (
        select(RosterEntry)
        .join(RosterEntry.application)
        .join(RosterEntry.institution)
        .where(Application.call_id == call.id, reachable(staff))
        .options(
            joinedload(RosterEntry.institution),
            joinedload(RosterEntry.application).selectinload(Application.members),
        )
        .order_by(Institution.name, RosterEntry.id)
    )
    return list(db.scalars(statement))


def names_of(db: DbSession, actors: Iterable[str]) -> Mapping[str, str]:
    """Return the names behind `staff:3` and `person:12`."""
    wanted = set(actors)
    staff = select(Staff.id, Staff.name).where(Staff.id.in_(_numbers(wanted, "staff")))
    people = select(Person.id, Person.name).where(Person.id.in_(_numbers(wanted, "person")))
    found = {f"staff:{number}": name for number, name in db.execute(staff)}
    return found | {f"person:{number}": name for number, name in db.execute(people)}


def _numbers(actors: Iterable[str], kind: str) -> list[int]:
    return [int(each.partition(":")[2]) for each in actors if each.startswith(f"{kind}:")]
