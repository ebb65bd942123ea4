"""The history of a call, its export without what a conflict hides, and the frozen season."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, Verdict
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.reviews import deciding
from registrar.reviews.models import Criterion, Review, ReviewScore
from registrar.reviews.rules import ReviewState
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.reviews import scenes

PAGE = "/console/calls/wac-museums/history"
WEEK = timedelta(weeks=1)


@pytest.fixture
def call(db: DbSession, organiser: Staff, clock: TestClock) -> Call:
    times = {"opens_at": clock.now - 9 * WEEK, "closes_at": clock.now - WEEK}
    return factories.call(db, slug="wac-museums", places=2, **times)


@pytest.fixture
def reviewed(db: DbSession, call: Call, clock: TestClock) -> list[Application]:
    """Two offered applications, each with a review that says a word of its own."""
    levels = [{"value": 3, "title": {"en": "Good"}, "text": {"en": "Convincing"}}]
    criterion = Criterion(call_id=call.id, position=1, title_en="Idea", title_fr="", weight=1, levels=levels)
    factories.stored(db, criterion)
    reviewer = scenes.reviewer(db, call, clock.now, staff_id=factories.staff(db, Role.REVIEWER, name="Rui").id)
    found = []
    for name in ("Amber", "Basalt"):
        museum = factories.institution(db, name=f"Museum of {name}")
        found.append(factories.offered(db, call, institution_id=museum.id))
        assigned = scenes.assignment(db, found[-1], reviewer, clock.now)
        facts = {"assignment_id": assigned.id, "state": ReviewState.SUBMITTED, "submitted_at": clock.now}
        said = {"comment": f"{name} comment", "private_note": f"{name} secret", "feedback": f"{name} feedback"}
        review = factories.stored(db, Review(**facts, **said, saved_at=clock.now))
        db.add(ReviewScore(review_id=review.id, criterion_id=criterion.id, value=3))
        deciding.decide(db, call, [found[-1]], Verdict.WAITLIST, by="staff:1", now=clock.now)
    db.commit()
    return found


def conflict(db: DbSession, staff: Staff, application: Application) -> None:
    facts = {"source": ConflictSource.ORGANISER, "state": ConflictState.CONFIRMED, "said_at": factories.NOW}
    db.add(Conflict(staff_id=staff.id, application_id=application.id, said_by="staff:1", **facts))


def export(client: Client) -> dict[str, str]:
    answer = send(client, f"{PAGE}/export", page=PAGE)
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_history_names_what_was_done_to_which_application(client: Client, reviewed: list[Application]) -> None:
    said = text(client.get(f"{PAGE}?what=decisions"))

    assert "Verdict set Museum of Basalt Robin verdict: waitlist" in said
    assert "Nothing of this kind yet" in text(client.get(f"{PAGE}?what=offers"))


def test_the_export_holds_everything_but_private_notes(
    client: Client, db: DbSession, reviewed: list[Application]
) -> None:
    files = export(client)

    names = ["applications", "reviews", "scores", "decisions", "offers", "promotions", "history"]
    assert list(files) == [*(f"{each}.csv" for each in names), "call.json"]
    found = json.loads(files["call.json"])
    assert [each["comment"] for each in found["reviews"]] == ["Amber comment", "Basalt comment"]
    assert [(each["criterion"], each["value"]) for each in found["scores"]] == [("Idea", 3), ("Idea", 3)]
    assert "secret" not in "".join(files.values())
    assert db.scalars(select(AuditEntry.action).where(AuditEntry.action == "call.export")).all() == ["call.export"]


def test_a_conflict_keeps_the_application_out_of_history_and_export(
    client: Client, db: DbSession, reviewed: list[Application], organiser: Staff
) -> None:
    conflict(db, organiser, reviewed[0])
    everything = "".join(export(client).values()) + text(client.get(PAGE))

    hidden, seen = reviewed
    assert [word in everything for word in ("Amber", hidden.reference, "Basalt", seen.reference)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_a_frozen_call_refuses_every_change(
    client: Client, db: DbSession, call: Call, reviewed: list[Application], clock: TestClock
) -> None:
    assert send(client, f"{PAGE}/freeze", page=PAGE).status_code == 303
    db.refresh(call)

    assert call.frozen_at == clock.now
    with pytest.raises(Refusal, match="The season is over"):
        offers.accept(db, reviewed[0].id, seen=reviewed[0].version, actor="person:1", now=clock.now)
    with pytest.raises(Refusal, match="The season is over"):
        deciding.decide(db, call, reviewed, Verdict.ACCEPT, by="staff:1", now=clock.now)
    db.rollback()
    assert offers.lapse(db, clock.now + 9 * WEEK) == 0
    places = send(client, "/console/calls/wac-museums/offers/places", page=PAGE, places="9", seen="1")
    assert places.status_code == 409


def test_only_an_administrator_lets_it_change_again_and_says_why(
    client: Client, db: DbSession, call: Call, tokens: Tokens, clock: TestClock
) -> None:
    call.frozen_at = clock.now
    assert send(client, f"{PAGE}/thaw", page=PAGE, reason="A mistake").status_code == 403
    sign_in(client, tokens, factories.staff(db, Role.ADMIN))
    assert send(client, f"{PAGE}/thaw", page=PAGE, reason="").status_code == 422
    assert send(client, f"{PAGE}/thaw", page=PAGE, reason="A mistake").status_code == 303

    db.refresh(call)
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "call.thaw")).one()
    assert (call.frozen_at is None, entry.details) == (True, {"reason": "A mistake"})


def test_a_call_that_is_open_is_not_frozen(client: Client, db: DbSession, call: Call, clock: TestClock) -> None:
    call.closes_at = clock.now + WEEK
    assert send(client, f"{PAGE}/freeze", page=PAGE).status_code == 409
