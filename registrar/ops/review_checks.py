"""The doctor's look at reviews, decisions and offers."""

from collections.abc import Iterator
from datetime import datetime

from registrar.db import DbSession
from registrar.ops import review_invariants as invariants
from registrar.ops.findings import FAULT, Finding, expect, fail, ok
from registrar.settings import Settings


def reviews(db: DbSession, _settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Check what must be true of reviews and decisions."""
    one, several = "No call is in two phases at once", "{n} calls are in several phases of review at once."
    yield expect(invariants.doubled_phases(db), one, several, FAULT)
    single, double = "Every assignment has one review at most", "{n} assignments have several reviews."
    yield expect(invariants.doubled_reviews(db), single, double, FAULT)
    apart, met = "Nobody reviews in a conflict of interest", "{n} assignments go on in a conflict of interest."
    yield expect(invariants.conflicted_assignments(db), apart, met, FAULT)
    decided, not_so = "What was released was decided", "{n} teams were told what nobody decided."
    yield expect(invariants.released_undecided(db), decided, not_so, FAULT)
    yield (
        ok("Conflicts, places and decisions are held by the database")
        if invariants.triggers_are_there(db)
        else fail("The database no longer holds conflicts, places or decisions.", "Restore them from 0017 and 0018.")
    )


def offers(db: DbSession, _settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Check what must be true of offers, waiting lists and rosters."""
    fits, over = "No call offers more than its places", "{n} calls offer more than their places."
    yield expect(invariants.overfull(db), fits, over, FAULT)
    ordered, jumped = "Waiting lists of calls moved in order", "{n} promotions passed somebody over."
    yield expect(invariants.out_of_order(db), ordered, jumped, FAULT)
    listed, missing = "Rosters hold who accepted", "{n} applications contradict the roster."
    yield expect(invariants.unenrolled(db), listed, missing, FAULT)
    served, left = "No team waits beside a free place", "In {n} calls a team waits although a place is free."
    yield expect(invariants.left_waiting(db), served, left, "Start a worker: it makes the offers.")
