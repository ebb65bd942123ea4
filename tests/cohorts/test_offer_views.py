"""A team answers its offer in the browser: GET shows, POST answers, once and in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, Lifecycle, OfferState, TeamRole, Verdict
from registrar.calls.models import Call
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.weekly.browsing import enter, press


@pytest.fixture
def ana(client: Client, db: DbSession, tokens: Tokens, clock: TestClock) -> Person:
    """Whose browser the client is; she lives in another zone than the call."""
    person = factories.person(db, name="Ana Silva", timezone="America/New_York")
    enter(client, tokens, person, clock)
    return person


@pytest.fixture
def call(db: DbSession) -> Call:
    return factories.call(db, places=1)


@pytest.fixture
def offered(db: DbSession, call: Call, ana: Person) -> Application:
    return factories.offered(db, call, lead=ana)


def answer(client: Client, application: Application, what: str, seen: int = 1) -> int:
    page = f"/applications/{application.reference}/offer"
    return press(client, page, seen_on="/applications/link", answer=what, seen=seen).status_code


def keys(db: DbSession, kind: str) -> list[str]:
    return list(db.scalars(select(OutboxMail.key).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def test_looking_shows_the_deadline_in_both_zones_and_changes_nothing(
    client: Client, db: DbSession, offered: Application
) -> None:
    page = client.get(f"/applications/{offered.reference}/offer")

    db.refresh(offered)
    assert (page.status_code, offered.offer, offered.version) == (200, OfferState.OPEN, 1)
    assert "Monday 18 January 2027, 04:00 New York (UTC−5) 10:00 Paris (UTC+1)" in text(page)


def test_accepting_gives_the_place_and_tells_the_team(
    client: Client, db: DbSession, offered: Application, ana: Person
) -> None:
    assert answer(client, offered, "accept") == 303

    db.refresh(offered)
    assert (offered.offer, offered.enrolment) == (OfferState.ACCEPTED, Enrolment.ENROLLED)
    assert len(db.scalars(select(RosterEntry)).all()) == 1
    assert keys(db, "cohorts.accepted") == [f"place-accepted:{offered.id}:2:{ana.id}"]
    assert "You accepted the place." in text(client.get(f"/applications/{offered.reference}"))


def test_declining_passes_the_place_on(client: Client, db: DbSession, call: Call, offered: Application) -> None:
    rui = factories.person(db)
    waiting = factories.waitlisted(db, call, 1, lead=rui)
    assert answer(client, offered, "decline") == 303

    db.refresh(waiting)
    assert waiting.offer is OfferState.OPEN
    assert [each.freed_by_id for each in db.scalars(select(Promotion))] == [offered.id]
    assert keys(db, "cohorts.offer") == [f"offer-of-place:{waiting.id}:2:{rui.id}"]


def test_who_is_too_late_is_told_kindly_and_nothing_changes(
    client: Client, db: DbSession, offered: Application, clock: TestClock
) -> None:
    offered.offer_until = clock.now + timedelta(minutes=1)
    db.commit()
    clock.advance(minutes=1)
    page = f"/applications/{offered.reference}/offer"
    said = press(client, page, seen_on="/applications/link", answer="accept", seen=1)

    db.refresh(offered)
    assert (said.status_code, offered.offer) == (409, OfferState.OPEN)
    assert "The time to answer this offer is over." in text(said)


def test_somebody_of_the_team_was_faster(client: Client, db: DbSession, offered: Application) -> None:
    answer(client, offered, "accept")
    page = f"/applications/{offered.reference}/offer"
    said = press(client, page, seen_on="/applications/link", answer="decline", seen=1)

    db.refresh(offered)
    assert (said.status_code, offered.offer) == (409, OfferState.ACCEPTED)
    assert "You accepted the place." in text(said)


def test_who_may_only_read_does_not_answer(client: Client, db: DbSession, call: Call, ana: Person) -> None:
    application = factories.offered(db, call)
    factories.member(db, application, ana, role=TeamRole.READER)

    assert answer(client, application, "accept") == 403
    page = text(client.get(f"/applications/{application.reference}/offer"))
    assert ("Accept the place" in page, "You can read this application." in page) == (False, True)


def test_before_the_release_accepted_and_declined_are_led_back_alike(
    client: Client, db: DbSession, call: Call, ana: Person
) -> None:
    found = []
    for verdict in (Verdict.ACCEPT, Verdict.DECLINE, None):
        application = factories.submitted(db, call, lead=ana)
        factories.decision(db, application, verdict)
        page = client.get(f"/applications/{application.reference}/offer")
        posted = answer(client, application, "accept")
        found.append((page.status_code, page.text.replace(application.reference, "REF"), posted))

    assert found == [found[0]] * 3
    assert found[0][0::2] == (303, 303)


def test_leaving_the_waiting_list_withdraws_the_application(
    client: Client, db: DbSession, call: Call, ana: Person
) -> None:
    waiting = factories.waitlisted(db, call, 1, lead=ana)
    assert answer(client, waiting, "leave") == 303

    db.refresh(waiting)
    assert (waiting.waitlist_position, waiting.state) == (None, Lifecycle.WITHDRAWN)


def test_dropping_out_keeps_the_record_of_the_roster(client: Client, db: DbSession, offered: Application) -> None:
    answer(client, offered, "accept")
    assert answer(client, offered, "drop_out", seen=2) == 303

    db.refresh(offered)
    entry = db.scalars(select(RosterEntry)).one()
    assert (offered.enrolment, entry.left_at is None) == (Enrolment.DROPPED_OUT, False)
