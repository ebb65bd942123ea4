"""Calls that are decided, for the pages of letters, release, offers, cohort and history."""

from datetime import timedelta
from itertools import count

from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.reviews import ready_letters, rehearsing, releasing
from tests import factories
from tests.browser.house import House

_numbers = count(1)
VERDICTS = (Verdict.ACCEPT, Verdict.ACCEPT, Verdict.WAITLIST, Verdict.DECLINE)


def decided(db: DbSession, house: House) -> tuple[Call, list[Application]]:
    """Make a call of two places that is over: two teams accepted, one waits, one is declined, and its letters."""
    now = house.clock.now
    times = {"opens_at": now - timedelta(days=60), "closes_at": now - timedelta(days=9)}
    call = factories.call(db, slug=f"decided-{next(_numbers)}", places=2, **times)
    ready_letters.make_ready(db, call, by="staff:1", now=now)
    teams = []
    for verdict in VERDICTS:
        lead = factories.person(db, locale="fr" if verdict is Verdict.ACCEPT else "en")
        teams.append(factories.submitted(db, call, lead=lead))
        factories.decision(db, teams[-1], verdict, waitlist_position=1 if verdict is Verdict.WAITLIST else None)
    return call, teams


def releases(house: House) -> list[str]:
    """Return the pages of one call before its release, and of another after it, with an acceptance and a promotion."""
    now = house.clock.now
    with house.app.app_context(), house.db() as db:
        before, _teams = decided(db, house)
        after, teams = decided(db, house)
        until = now + timedelta(days=7)
        seen = rehearsing.dry_run(db, after, offers_until=until, now=now).fingerprint
        releasing.release(db, after.id, fingerprint=seen, offers_until=until, by="staff:1", now=now)
        offers.accept(db, teams[0].id, seen=teams[0].version, actor="staff:1", now=now)
        offers.decline(db, teams[1].id, seen=teams[1].version, actor="staff:1", now=now)
        db.commit()
        base = [f"/console/calls/{each.slug}" for each in (before, after)]
    pages = ("letters", "release", "offers", "roster", "history")
    return [*(f"{each}/{page}" for each in base for page in pages), f"{base[1]}/history?what=conflicts"]
