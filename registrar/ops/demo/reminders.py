"""The reminders of the past: a finished plan per session and rule, and what became of each letter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from registrar.mail.models import Suppression
from registrar.mail.rules import Lane, SuppressionReason
from registrar.mail.suppression import address_hash
from registrar.ops.demo.book import Book
from registrar.ops.demo.ledger import (
    IN_DOUBT,
    MAILBOX_FULL,
    MAILS_A_SECOND,
    SENT,
    SUPERSEDED,
    SUPPRESSED,
    UNKNOWN_ADDRESS,
    UNSUBSCRIBED,
    WITHDRAWN,
    Ending,
    Ledger,
    Post,
)
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import NEXT, Times, Week
from registrar.ops.demo.seats import Place
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import Anchor, PlanState, due_at, expires_at, kind_of
from registrar.weekly.rules import Subscription

SETTLED = timedelta(minutes=3)
"""A reminder that is due only now is left to the worker."""
SERVED_BY_CONFIRMATION = timedelta(minutes=30)
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
FULL_IN_WEEK, FULL_PLACES = 5, {17, 111}
DOUBTFUL_IN_WEEK, DOUBTFUL_PLACE = 8, 40
SUBSCRIPTIONS = {Anchor.START: Subscription.REMINDERS, Anchor.PUBLISHED: Subscription.FOLLOW_UPS}


class Past:
    """Tells the reminders that were due before now, rule by rule, session by session."""

    def __init__(self, book: Book, ledger: Ledger, members: list[Member], found: Times) -> None:
        self._book = book
        self._ledger = ledger
        self._members = members
        self._now = found.now

    def tell(self, weeks: list[Week], made: list[Place], rules: Sequence[ReminderRule]) -> None:
        """Note every plan that was due, in the order of time."""
        dues = [
            (due, week, rule)
            for week in weeks[:NEXT]
            for rule in rules
            if (due := due_at(rule, week)) and due + SETTLED < self._now
        ]
        for due, week, rule in sorted(dues, key=lambda each: (each[0], each[1].number)):
            held = [place for place in made if place.week is week and _is_meant(place, rule, due)]
            for number, place in enumerate(held):
                self._remind(place, rule, due, number)
            self._plan(week, rule, due, len(held))

    def _plan(self, week: Week, rule: ReminderRule, due: datetime, count: int) -> None:
        known = [each.registration_id for each in self._members if each.confirmed_at <= due]
        plan = self._book.add(ReminderPlan, session_id=week.id, rule_id=rule.id, revision=0, state=PlanState.DONE)
        plan |= {
            "queued": count,
            "due_at": due,
            "expires_at": expires_at(rule.anchor, due, week.starts_at),
            "cursor": max(known),
        }
        plan["finished_at"] = due + timedelta(seconds=1 + count // MAILS_A_SECOND)

    def _remind(self, place: Place, rule: ReminderRule, due: datetime, number: int) -> None:
        week, member = place.week, place.member
        ending = _ending(place, rule, due, number)
        post = Post(
            key=f"reminder:{week.id}:{member.registration_id}:{rule.id}:g0",
            kind=kind_of(rule.anchor, rule.audience),
            at=due,
            lane=Lane.REMINDER,
            useful=expires_at(rule.anchor, due, week.starts_at) - due,
            about={"session_id": week.id, "rule_id": rule.id, "revision": 0},
            place_in_queue=number,
        )
        row = self._ledger.to_member(member, post, ending)
        if ending is UNKNOWN_ADDRESS:
            member.bounced_at = row["finished_at"]
            self._suppress(member.profile.email, row["finished_at"])

    def _suppress(self, address: str, at: datetime) -> None:
        self._book.add(Suppression, address_hash=address_hash(address), reason=SuppressionReason.BOUNCE, created_at=at)


def _is_meant(place: Place, rule: ReminderRule, due: datetime) -> bool:
    """Tell whether the fan-out of that time found this seat."""
    if rule.anchor is Anchor.PUBLISHED:
        return place.holds(place.week.ends_at) and not place.came and not _had_left(place.member, due)
    return place.holds(due)


def _had_left(member: Member, at: datetime) -> bool:
    return member.cancelled_at is not None and member.cancelled_at <= at


def _ending(place: Place, rule: ReminderRule, due: datetime, number: int) -> Ending:
    member, week = place.member, place.week
    wanted_until = member.unsubscribed.get(SUBSCRIPTIONS[rule.anchor])
    before_start = rule.anchor is Anchor.START
    if wanted_until and wanted_until <= due:
        return UNSUBSCRIBED
    if member.bounced_at and member.bounced_at <= due:
        return SUPPRESSED
    if before_start and place.given_up_at and place.given_up_at <= due + timedelta(minutes=1):
        return WITHDRAWN
    if before_start and rule.lead == HOUR and member.confirmed_at > due - SERVED_BY_CONFIRMATION:
        return SUPERSEDED
    return _fault(member, week, rule, number)


def _fault(member: Member, week: Week, rule: ReminderRule, number: int) -> Ending:
    """Return how the mail server answered: nearly always well."""
    if rule.lead == DAY and member.bounces_in and week.number >= member.bounces_in:
        return UNKNOWN_ADDRESS
    if rule.lead == DAY and week.number == FULL_IN_WEEK and number in FULL_PLACES:
        return MAILBOX_FULL
    if rule.lead == HOUR and week.number == DOUBTFUL_IN_WEEK and number == DOUBTFUL_PLACE:
        return IN_DOUBT
    return SENT
