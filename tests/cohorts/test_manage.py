"""Organisers see how places stand, prolong and take back offers, add places, and keep the roster."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, OfferState
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.cohorts.models import Promotion
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from tests import factories
from tests.browsing import send
from tests.conftest import Client, TestClock
from tests.pages import text

PAGE = "/console/calls/wac-museums/offers"


@pytest.fixture
def call(db: DbSession, organiser: Staff) -> Call:
    return factories.call(db, slug="wac-museums", places=1)


@pytest.fixture
def offered(db: DbSession, call: Call) -> Application:
    return factories.offered(db, call, institution_id=factories.institution(db, name="Musée du Sel").id)


@pytest.fixture
def waiting(db: DbSession, call: Call) -> Application:
    museum = factories.institution(db, name="Glass House")
    return factories.waitlisted(db, call, 1, institution_id=museum.id, lead=factories.person(db))


def press(client: Client, application: Application, what: str, **fields: object) -> int:
    url = f"{PAGE}/{application.reference}/{what}"
    return send(client, url, page=PAGE, seen=application.version, **fields).status_code


def test_a_prolonged_offer_ends_with_the_day_in_the_zone_of_the_call(
    client: Client, db: DbSession, offered: Application
) -> None:
    assert press(client, offered, "prolong", last_day="2027-01-31") == 303

    db.refresh(offered)
    assert str(offered.offer_until) == "2027-01-31 23:00:00+00:00"


def test_a_day_that_is_over_prolongs_nothing(client: Client, db: DbSession, offered: Application) -> None:
    before = offered.offer_until
    assert press(client, offered, "prolong", last_day="2027-01-10") == 409

    db.refresh(offered)
    assert offered.offer_until == before


def test_taking_an_offer_back_passes_the_place_on_and_says_who_why_and_when(
    client: Client, db: DbSession, offered: Application, waiting: Application, organiser: Staff
) -> None:
    assert press(client, offered, "withdraw") == 303

    db.refresh(waiting)
    found = db.scalars(select(Promotion)).one()
    assert (waiting.offer, found.freed_by_id, found.promoted_by) == (
        OfferState.OPEN, offered.id, f"staff:{organiser.id}",
    )  # fmt: skip
    assert "Glass House 1 Musée du Sel : offer withdrawn Mon 11 Jan, 10:00 Robin" in text(client.get(PAGE))


def test_a_new_place_is_offered_at_once(
    client: Client, db: DbSession, offered: Application, waiting: Application
) -> None:
    assert send(client, f"{PAGE}/places", page=PAGE, places="2", seen="1").status_code == 303

    db.refresh(waiting)
    assert waiting.offer is OfferState.OPEN
    assert db.scalars(select(OutboxMail.kind)).all() == ["cohorts.offer"]


def test_fewer_places_than_are_taken_are_refused(
    client: Client, db: DbSession, call: Call, offered: Application
) -> None:
    call.places = 2
    factories.offered(db, call)
    answer = send(client, f"{PAGE}/places", page=PAGE, places="1", seen="1")

    db.refresh(call)
    assert (answer.status_code, call.places) == (409, 2)
    assert "More places than that are offered or accepted already." in text(answer)


def test_a_lapsed_offer_opens_again_only_while_a_place_is_free(
    client: Client, db: DbSession, offered: Application, waiting: Application, clock: TestClock
) -> None:
    offered.offer_until = clock.advance(minutes=1)
    offers.lapse(db, clock.now)
    db.commit()
    db.refresh(offered)
    assert press(client, offered, "prolong", last_day="2027-02-10") == 409
    offers.decline(db, waiting.id, seen=waiting.version, actor="person:1", now=clock.now)
    db.commit()
    assert press(client, offered, "prolong", last_day="2027-02-10") == 303

    db.refresh(offered)
    assert offered.offer is OfferState.OPEN


def test_the_roster_keeps_who_has_left(client: Client, db: DbSession, offered: Application) -> None:
    offers.accept(db, offered.id, seen=1, actor="person:1", now=factories.NOW)
    page = "/console/calls/wac-museums/roster"
    db.commit()
    assert "Musée du Sel Takes part since" in text(client.get(page))
    send(client, f"{page}/{offered.reference}/left", page=page, seen=offered.version)

    assert "Musée du Sel Has left" in text(client.get(page))


def test_a_conflict_hides_the_application_from_every_list(
    client: Client, db: DbSession, offered: Application, waiting: Application, organiser: Staff, clock: TestClock
) -> None:
    facts = {"source": ConflictSource.ORGANISER, "state": ConflictState.CONFIRMED, "said_at": clock.now}
    db.add(Conflict(staff_id=organiser.id, application_id=offered.id, said_by="staff:1", **facts))
    offers.decline(db, offered.id, seen=1, actor="person:1", now=clock.now)
    said = text(client.get(PAGE))

    assert ("Musée du Sel" in said, "Glass House" in said) == (False, True)
    assert press(client, offered, "withdraw") == 404
    assert press(client, waiting, "prolong", last_day=str((clock.now + timedelta(days=20)).date())) == 303
