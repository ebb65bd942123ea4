"""The reviewer's dashboard: by call what waits, what is done, and what to do when there is nothing."""

from datetime import timedelta

import pytest

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.rules import Lifecycle
from registrar.db import DbSession
from registrar.reviews.models import Reviewer
from registrar.reviews.rules import Sees
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import START, Client
from tests.pages import links, text
from tests.reviews.reading import conftest as made
from tests.reviews.reading.conftest import Panel


@pytest.fixture
def me(db: DbSession, client: Client, tokens: Tokens) -> Staff:
    """A reviewer without any call, signed in."""
    staff = factories.staff(db, Role.REVIEWER, name="Rita")
    sign_in(client, tokens, staff)
    return staff


def rooms(client: Client, query: str = "") -> list[str]:
    """Return the references in the queue, in its order."""
    found = [link for link in links(client.get(f"/reviews{query}")) if link.startswith("/reviews/")]
    return [link.removeprefix("/reviews/") for link in found]


def test_without_a_call_the_page_says_what_comes(client: Client, me: Staff) -> None:
    assert "There is nothing to review yet." in text(client.get("/reviews"))


def test_without_a_phase_the_page_says_so(client: Client, db: DbSession, me: Staff) -> None:
    made.reviewer(db, factories.call(db), me)

    assert "The review is not open at the moment" in text(client.get("/reviews"))


def test_without_an_application_the_page_says_so(client: Client, db: DbSession, me: Staff) -> None:
    call = factories.call(db)
    made.phase(db, call)
    made.reviewer(db, call, me)

    assert "No application waits for you" in text(client.get("/reviews"))


def test_a_season_that_is_over_asks_for_nothing(client: Client, db: DbSession, panel: Panel) -> None:
    panel.phase.active_since = None
    panel.call.frozen_at = START

    assert "There is nothing to review yet." in text(client.get("/reviews"))


def test_the_page_counts_what_is_done_and_the_days_left(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3})
    page = text(client.get("/reviews"))

    assert "Assigned to you 2 Submitted 1 To do 1 Days left 7" in page
    panel.phase.ends_at = START + timedelta(hours=3)
    assert "Days left Last day" in text(client.get("/reviews"))
    panel.phase.ends_at = START - timedelta(hours=3)
    assert "Days left Over" in text(client.get("/reviews"))


def test_who_has_done_everything_is_thanked(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3})
    second = made.assigned(db, factories.submitted(db, panel.call), panel.other)
    made.review(db, second, {panel.impact.id: 3})
    panel.second.state, panel.second.withdrawn_at = Lifecycle.WITHDRAWN, START

    assert "All of your reviews are submitted. Thank you." in text(client.get("/reviews"))


def test_what_is_next_comes_first_and_only_ones_own_is_listed(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3})
    first, second = panel.first.reference, panel.second.reference

    assert rooms(client) == [second, second, first]  # the button, then the queue
    assert rooms(client, "?show=open") == [second, second]
    assert rooms(client, "?show=done") == [second, first]
    assert rooms(client, "?q=musee+du") == [second, first]
    assert rooms(client, "?q=far+away") == [second]
    assert "Nothing found" in text(client.get("/reviews?q=far+away"))
    assert rooms(client, "?sort=name") == [second, second, first]


def test_organisers_find_the_way_back_to_the_console(client: Client, db: DbSession, panel: Panel) -> None:
    as_reviewer = links(client.get("/reviews"))
    panel.me.role = Role.ORGANISER
    db.commit()

    assert [("/console" in found) for found in (as_reviewer, links(client.get("/reviews")))] == [False, True]


def test_a_blind_queue_knows_no_name(client: Client, db: DbSession, panel: Panel) -> None:
    panel.phase.sees_names = False

    page = client.get("/reviews").text
    assert [name for name in ("Musée", "Glass House", "France") if name in page] == []
    assert "Nothing found" in text(client.get("/reviews?q=glass"))


def test_levels_stand_beside_the_others_on_what_both_scored(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 2})
    assert "Your mean" not in text(client.get("/reviews"))
    made.review(db, panel.theirs, {panel.impact.id: 5})

    assert "Impact 1: 0, 2: 1, 3: 0, 4: 0, 5: 0 2.0 1: 0, 2: 0, 3: 0, 4: 0, 5: 1 5.0" in text(client.get("/reviews"))
    panel.phase.sees_others = Sees.NEVER
    assert "Your mean" not in text(client.get("/reviews"))


def test_shortcuts_are_switched_off_and_on(client: Client, db: DbSession, panel: Panel) -> None:
    send(client, "/reviews/shortcuts", "/reviews", shortcuts="off")
    db.expire_all()
    assert db.get_one(Reviewer, panel.seat.id).shortcuts is False
    assert '"shortcuts": false' in client.get(panel.url()).text

    send(client, "/reviews/shortcuts", "/reviews", shortcuts="on")
    db.expire_all()
    assert db.get_one(Reviewer, panel.seat.id).shortcuts is True


def test_only_reviewers_have_the_page(client: Client) -> None:
    assert client.get("/reviews").location.startswith("/sign-in")
