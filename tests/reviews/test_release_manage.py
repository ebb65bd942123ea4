"""The page of a release: dry run, fresh sign-in, typed count, and what an organiser with a conflict sees."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.reviews import ready_letters
from registrar.reviews.decision_models import Release
from registrar.reviews.rules import ReleaseState
from tests import factories
from tests.browsing import send
from tests.conftest import Client, TestClock
from tests.pages import text

WEEK = timedelta(days=7)


@pytest.fixture
def call(app: Flask, db: DbSession, clock: TestClock, organiser: Staff) -> Call:
    """A call that is over, with its letters, two teams accepted and one declined."""
    now = clock.now
    found = factories.call(db, slug="wac-museums", places=2, opens_at=now - 9 * WEEK, closes_at=now - WEEK)
    with app.app_context():
        ready_letters.make_ready(db, found, by="staff:1", now=now)
    return found


@pytest.fixture
def teams(db: DbSession, call: Call) -> list[Application]:
    made = []
    for number, verdict in enumerate((Verdict.ACCEPT, Verdict.ACCEPT, Verdict.DECLINE)):
        museum = factories.institution(db, name=f"Museum of {'ABC'[number]}")
        lead = factories.person(db, name=f"Lead {'ABC'[number]}", locale="fr" if number else "en")
        made.append(factories.submitted(db, call, lead=lead, institution_id=museum.id))
        factories.decision(db, made[-1], verdict)
    db.commit()
    return made


PAGE = "/console/calls/wac-museums/release"


def fingerprint(client: Client) -> str:
    return client.get(PAGE).text.partition('name="fingerprint" value="')[2].partition('"')[0]


def release(client: Client, **fields: str) -> tuple[int, str]:
    typed = {"until_on": "2027-01-20", "until_at": "18:00", "fingerprint": fingerprint(client), "typed": "3"}
    answer = send(client, PAGE, page=f"{PAGE}?lang=en", **{**typed, **fields})
    return answer.status_code, text(answer)


def test_the_dry_run_says_what_would_happen_and_changes_nothing(
    client: Client, db: DbSession, teams: list[Application]
) -> None:
    said = text(client.get(PAGE))

    assert "This is a dry run: nothing has happened yet." in said
    assert [db.get_one(Application, each.id).released_at for each in teams] == [None] * 3
    assert "Type the number of teams: 3." in said


def test_a_letter_is_read_as_the_team_reads_it(client: Client, teams: list[Application]) -> None:
    address = f"{PAGE}/letters/{teams[1].reference}?until_on=2027-01-20&until_at=18:00"
    said = text(client.get(address))

    assert "Bonjour Lead B," in said
    assert "avant le mercredi 20 janvier 2027 à 18:00, Paris (UTC+1)" in said


def test_releasing_tells_everybody_at_once(client: Client, db: DbSession, teams: list[Application]) -> None:
    status, _ = release(client, place_in_line="y")

    found = db.scalars(select(Release)).one()
    assert (status, found.state, found.figures["letters"], found.figures["place_in_line"]) == (
        303, ReleaseState.DONE, 3, True,
    )  # fmt: skip
    assert found.offers_until.isoformat() == "2027-01-20T17:00:00+00:00"
    assert len(db.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews.decision")).all()) == 3
    assert "Everything that is decided is released." in text(client.get(PAGE))


def test_a_wrong_number_releases_nothing(client: Client, db: DbSession, teams: list[Application]) -> None:
    status, said = release(client, typed="2")

    assert (status, db.scalars(select(Release)).all()) == (422, [])
    assert "Type the number of teams that are told, to confirm that you mean it." in said


def test_an_old_sign_in_releases_nothing_and_offers_a_fresh_link(
    client: Client, db: DbSession, teams: list[Application], clock: TestClock
) -> None:
    seen = fingerprint(client)
    clock.advance(minutes=15)
    status, said = release(client, fingerprint=seen)

    assert (status, db.scalars(select(Release)).all()) == (422, [])
    assert "You signed in more than 15 minutes ago." in said
    assert send(client, f"{PAGE}/sign-in-link", page=PAGE).status_code == 303
    assert db.scalars(select(OutboxMail.kind)).all() == ["accounts.sign_in"]


def test_decisions_that_have_changed_since_are_not_released(
    client: Client, db: DbSession, teams: list[Application]
) -> None:
    status, said = release(client, fingerprint="0123456789abcdef")

    assert (status, db.scalars(select(Release)).all()) == (409, [])
    assert "The decisions have changed since the dry run." in said


def test_for_an_organiser_with_a_conflict_the_application_is_not_in_the_page(
    client: Client, db: DbSession, teams: list[Application], organiser: Staff, clock: TestClock
) -> None:
    facts = {"source": ConflictSource.ORGANISER, "state": ConflictState.CONFIRMED, "said_at": clock.now}
    db.add(Conflict(staff_id=organiser.id, application_id=teams[0].id, said_by="staff:1", **facts))
    said = text(client.get(PAGE))
    letter = client.get(f"{PAGE}/letters/{teams[0].reference}")

    assert ("Museum of A" in said, "Type the number of teams: 2." in said, letter.status_code) == (False, True, 404)
    assert release(client, typed="2")[0] == 303
    assert [db.get_one(Application, each.id).released_verdict for each in teams] == [
        Verdict.ACCEPT, Verdict.ACCEPT, Verdict.DECLINE,
    ]  # fmt: skip


def test_ready_letters_are_written_once(client: Client, db: DbSession, teams: list[Application]) -> None:
    said = text(client.get("/console/calls/wac-museums/letters"))

    assert ("Write the ready letters" in said, "is invited to" in said) == (False, True)
