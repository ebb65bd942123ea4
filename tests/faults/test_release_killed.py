"""A process killed before any statement of a release or a promotion leaves all of it or nothing, on both databases."""

from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.applications.models import Application
from registrar.applications.rules import OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.cohorts.models import Promotion
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.ops import review_checks
from registrar.ops.findings import Level
from registrar.reviews import releasing
from registrar.reviews.decision_models import CallLetter, Release
from registrar.reviews.rehearsing import dry_run
from tests import factories
from tests.faults.dying import Work, killed_before
from tests.reviews.scenes import decision_letter

pytestmark = pytest.mark.faults
VERDICTS = (Verdict.ACCEPT, Verdict.ACCEPT, Verdict.WAITLIST, Verdict.WAITLIST, Verdict.DECLINE)
UNTIL = factories.NOW + timedelta(days=60)
Facts = tuple[int, int, int, int, int]


@pytest.fixture
def call(db: DbSession, now: datetime) -> Call:
    """A call with two places whose deadline is over, and a letter for each verdict."""
    found = factories.call(db, places=2, closes_at=now - timedelta(days=1))
    template = decision_letter(db, now).template_id
    for verdict in Verdict:
        factories.stored(db, CallLetter(call_id=found.id, verdict=verdict, template_id=template))
    return found


def facts(db: DbSession) -> Facts:
    """Return how many verdicts, offers, places in line, letters and promotions there are."""
    db.rollback()
    verdicts, offered, waiting = db.execute(
        select(
            func.count(Application.released_verdict),
            func.count(Application.offer),
            func.count(Application.waitlist_position),
        )
    ).one()
    mails, moved = (db.scalar(select(func.count()).select_from(each)) or 0 for each in (OutboxMail, Promotion))
    db.rollback()
    return verdicts, offered, waiting, mails, moved


def kill_everywhere(app: Flask, db: DbSession, work: Work, step: int) -> tuple[Facts, int]:
    """Kill the work before every `step`-th statement until it is done; return what it left and where it was done.

    Until then nothing of it may be there. Killed in the middle of its commit it may be done, or not.
    """
    before = facts(db)
    for number in count(1, step):
        was_killed = killed_before(app, work, number)
        after = facts(db)
        if not was_killed or after != before:
            return after, number
    raise AssertionError


def wrong(app: Flask, db: DbSession, now: datetime) -> list[str]:
    settings = app.extensions["registrar.settings"]
    found = [*review_checks.reviews(db, settings, now), *review_checks.offers(db, settings, now)]
    return [each.text for each in found if each.level is not Level.OK]


def test_a_release_that_is_killed_leaves_all_or_nothing(app: Flask, db: DbSession, call: Call, now: datetime) -> None:
    for place, verdict in enumerate(VERDICTS, start=1):
        made = factories.submitted(db, call, lead=factories.person(db))
        factories.decision(db, made, verdict, waitlist_position=place if verdict is Verdict.WAITLIST else None)
    db.commit()
    with app.app_context():
        run = dry_run(db, call, offers_until=UNTIL, now=now)
    about = {"fingerprint": run.fingerprint, "offers_until": UNTIL, "by": "staff:1", "now": now}
    end, statements = kill_everywhere(app, db, partial(_release, call.id, about), step=4)

    assert statements > 30
    assert end == (5, 2, 2, 5, 0)
    assert db.scalar(select(func.count(Release.id))) == 1
    assert wrong(app, db, now) == []


def test_a_promotion_that_is_killed_leaves_all_or_nothing(app: Flask, db: DbSession, call: Call, now: datetime) -> None:
    one, _ = (factories.offered(db, call, lead=factories.person(db), offer_until=UNTIL) for _ in range(2))
    for place in (1, 2):
        factories.waitlisted(db, call, place, lead=factories.person(db))
    db.commit()
    end, statements = kill_everywhere(app, db, partial(_decline, one.id, now), step=1)

    assert statements > 10
    assert end == (4, 3, 1, 1, 1)
    assert wrong(app, db, now) == []


def test_a_clock_that_is_killed_leaves_all_or_nothing(app: Flask, db: DbSession, call: Call, now: datetime) -> None:
    for _ in range(2):
        factories.offered(db, call, lead=factories.person(db), offer_until=now)
    for place in (1, 2, 3):
        factories.waitlisted(db, call, place, lead=factories.person(db))
    db.commit()
    end, statements = kill_everywhere(app, db, partial(_lapse, now), step=2)

    assert statements > 20
    assert end == (5, 4, 1, 4, 2)
    states = db.scalars(select(Application.offer).order_by(Application.id)).all()
    assert states == [OfferState.LAPSED, OfferState.LAPSED, OfferState.OPEN, OfferState.OPEN, None]
    assert wrong(app, db, now) == []


def _release(call_id: int, about: dict[str, object], db: DbSession) -> None:
    releasing.release(db, call_id, **about)  # type: ignore[arg-type]  # as `release` names them


def _decline(number: int, now: datetime, db: DbSession) -> None:
    offers.decline(db, number, seen=1, actor="person:1", now=now)


def _lapse(now: datetime, db: DbSession) -> None:
    offers.lapse(db, now)
