"""105 answers to 15 offers at once over real HTTP while workers let 5 others lapse: every place once, in order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from registrar.applications.models import Application
from registrar.applications.rules import OfferState
from registrar.cohorts import offers
from registrar.cohorts.models import Promotion
from registrar.db import DbSession, engine_options, prepare
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.faults.browser import Browser, filled, form
from tests.faults.processes import until
from tests.faults.site import Site

pytestmark = pytest.mark.faults
PLACES, WAITING, WINDOWS = 20, 40, 7
DAY = timedelta(days=1)


@pytest.fixture
def site(empty_url: str, tmp_path: Path) -> Iterator[Site]:
    found = Site(tmp_path, empty_url)
    yield found
    found.stop()


@pytest.fixture
def db(empty_url: str) -> Iterator[DbSession]:
    engine = create_engine(empty_url, **engine_options(empty_url))
    prepare(engine)
    with DbSession(engine) as session:
        yield session
    engine.dispose()


def fill(db: DbSession) -> tuple[list[Application], list[Application]]:
    """Store 20 offers, every fourth of them over by now, and a waiting list of 40."""
    now = datetime.now(UTC)
    factories.organisation(db)
    call = factories.call(db, places=PLACES, opens_at=now - 60 * DAY, closes_at=now - 30 * DAY)
    offered = []
    for number in range(PLACES):
        ends = now + (DAY if number % 4 else -DAY)
        offered.append(factories.offered(db, call, lead=factories.person(db), offer_until=ends))
    waiting = [factories.waitlisted(db, call, place, lead=factories.person(db)) for place in range(1, WAITING + 1)]
    db.commit()
    return offered, waiting


def answer(port: int, door: str, reference: str, numbers: range) -> list[int]:
    """Answer an offer from several windows at once, some with "accept", some with "decline"; return the statuses."""
    browser, page = Browser(port), f"/applications/{reference}/offer"
    browser.post(door, form(browser.get(door), "csrf_token"))
    offer = browser.get(page)
    browser.close()
    if 'name="answer"' not in offer.text:
        return [offer.status]
    shown, windows = form(offer, "answer"), [browser.twin() for _ in numbers]
    with ThreadPoolExecutor(len(windows)) as hands:
        sent = [
            hands.submit(window.post, page, filled(shown, answer="decline" if number % 2 else "accept"))
            for window, number in zip(windows, numbers, strict=True)
        ]
    for window in windows:
        window.close()
    return [each.result().status for each in sent]


def door(site: Site, one: Application) -> str:
    """Return the address behind which the lead of a team comes in, as a mail brings it."""
    lead, tokens = one.members[0].person, Tokens([site.environ["REGISTRAR_SECRET_KEYS"]])
    ends = datetime.now(UTC) + DAY
    return f"/applications/enter/{tokens.make(Purpose.PERSONAL, lead.id, counter=lead.link_number, expires_at=ends)}"


def is_settled(db: DbSession, one: Application) -> bool:
    """Tell whether no offer is over without having lapsed, and every place is taken."""
    db.rollback()
    late = (Application.offer == OfferState.OPEN, Application.offer_until < datetime.now(UTC))
    found = db.scalars(select(Application.id).where(*late)).all(), offers.taken(db, one.call)
    db.rollback()
    return found == ([], PLACES)


def test_answers_at_once_over_http_fill_every_place_once_and_in_order(site: Site, db: DbSession) -> None:
    offered, waiting = fill(db)
    site.start_smtp("[]")
    site.start(mail_workers=2)
    doors = {each.reference: door(site, each) for each in offered}
    db.rollback()
    with ThreadPoolExecutor(PLACES) as teams:
        asked = [
            teams.submit(answer, site.port, path, reference, range(number, number + WINDOWS))
            for number, (reference, path) in enumerate(doors.items())
        ]
        statuses = {status for each in asked for status in each.result()}
    until(lambda: is_settled(db, offered[0]), "the workers to move the waiting list")

    over = [each for number, each in enumerate(offered) if number % 4 == 0]
    answered = [each for each in offered if each not in over]
    moved = db.scalars(select(Promotion).order_by(Promotion.id)).all()
    freed = [each.id for each in offered if each.offer in (OfferState.DECLINED, OfferState.LAPSED)]
    assert statuses == {200, 303, 409}
    assert {each.offer for each in over} == {OfferState.LAPSED}
    assert {each.offer for each in answered} <= {OfferState.ACCEPTED, OfferState.DECLINED}
    assert [each.application_id for each in moved] == [each.id for each in waiting[: len(freed)]]
    assert sorted(each.freed_by_id or 0 for each in moved) == sorted(freed)
