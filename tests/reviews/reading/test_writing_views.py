"""A reviewer saves, submits, hands back and declares a conflict of interest."""

from typing import Any

from sqlalchemy import select

from registrar.applications.conflict_models import Conflict
from registrar.applications.rules import ConflictState
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.reviews.models import Assignment, Review
from registrar.reviews.rules import AssignmentState, ReviewState
from tests.browsing import csrf_token, send
from tests.conftest import Client
from tests.pages import text
from tests.reviews.reading import conftest as made
from tests.reviews.reading.conftest import Panel


def stored(db: DbSession, panel: Panel) -> Review:
    db.expire_all()
    return db.scalars(select(Review).where(Review.assignment_id == panel.own.id)).one()


def by_script(client: Client, panel: Panel, version: int, **value: Any) -> Any:
    token = csrf_token(client, panel.url())
    body = {"value": {"scores": {}, "comment": "", "private_note": "", "feedback": "", **value}, "version": version}
    return client.post(panel.url(action="/save"), json=body, headers={"X-CSRFToken": token})


def test_a_draft_is_saved_without_a_script_and_shown_again(client: Client, db: DbSession, panel: Panel) -> None:
    saved = send(client, panel.url(action="/save"), panel.url(), **panel.fields(craft="", private_note="Mine."))
    page = text(client.get(panel.url()))

    assert (saved.status_code, saved.location) == (303, panel.url())
    assert (stored(db, panel).state, stored(db, panel).comment) == (ReviewState.DRAFT, "Good.")
    assert "Mine." in page
    assert "4.00" in page  # craft is blank, not zero


def test_what_the_script_saves_is_counted_up(client: Client, db: DbSession, panel: Panel) -> None:
    scores = {str(panel.impact.id): 4, str(panel.craft.id): 2, str(panel.bonus.id): None}
    answer = by_script(client, panel, 0, scores=scores)

    assert answer.json == {
        "version": 1, "saved_at": "2027-01-11T09:00:00+00:00", "at": "10:00", "total": "3.50", "submitted": False
    }  # fmt: skip
    assert {each.criterion_id: each.value for each in stored(db, panel).scores} == {
        panel.impact.id: 4, panel.craft.id: 2
    }  # fmt: skip


def test_a_save_that_knows_an_older_version_is_told_what_is_stored(client: Client, db: DbSession, panel: Panel) -> None:
    by_script(client, panel, 0, comment="First window")
    answer = by_script(client, panel, 0, comment="Second window")

    assert (answer.status_code, answer.json["version"]) == (409, 1)
    assert answer.json["value"]["comment"] == "First window"
    assert stored(db, panel).comment == "First window"


def test_without_a_script_both_texts_are_on_the_page(client: Client, db: DbSession, panel: Panel) -> None:
    by_script(client, panel, 0, comment="First window")
    answer = send(client, panel.url(action="/save"), panel.url(), **panel.fields(comment="Second window"))

    assert answer.status_code == 409
    assert "First window" in answer.text
    assert "Second window" in answer.text
    assert stored(db, panel).comment == "First window"


def test_what_is_no_level_and_no_review_is_refused(client: Client, db: DbSession, panel: Panel) -> None:
    assert by_script(client, panel, 0, scores={str(panel.impact.id): 9}).status_code == 422
    assert by_script(client, panel, 0, scores={"x": 1}).status_code == 400
    assert by_script(client, panel, 0, comment="a\x00b").status_code == 422
    assert send(client, panel.url(action="/save"), panel.url(), **panel.fields(impact="all")).status_code == 422
    assert db.scalar(select(Review)) is None


def test_a_review_is_submitted_and_the_next_one_opens(client: Client, db: DbSession, panel: Panel) -> None:
    answer = send(client, panel.url(action="/submit"), panel.url(), **panel.fields(then="next"))

    assert answer.location == panel.url(panel.second)
    assert stored(db, panel).state is ReviewState.SUBMITTED
    assert db.scalars(select(AuditEntry.action)).all()[-1] == "review.submit"


def test_what_is_missing_is_said_at_the_criterion_and_the_rest_is_saved(
    client: Client, db: DbSession, panel: Panel
) -> None:
    answer = send(client, panel.url(action="/submit"), panel.url(), **panel.fields(craft=""))

    assert answer.status_code == 422
    assert f'href="#score-{panel.craft.id}-1">Craft' in answer.text
    assert f'id="criterion-{panel.craft.id}-error"' in answer.text
    assert f'id="criterion-{panel.impact.id}-error"' not in answer.text
    assert (stored(db, panel).state, stored(db, panel).comment) == (ReviewState.DRAFT, "Good.")
    again = send(client, panel.url(action="/submit"), panel.url(), **panel.fields(version=stored(db, panel).version))
    assert again.status_code == 303


def test_a_submitted_review_may_be_changed_while_scores_are_open(client: Client, db: DbSession, panel: Panel) -> None:
    send(client, panel.url(action="/submit"), panel.url(), **panel.fields())
    version = stored(db, panel).version
    send(client, panel.url(action="/submit"), panel.url(), **panel.fields(impact=1, version=version))

    assert {each.value for each in stored(db, panel).scores} == {1, 2}
    panel.phase.scores = False
    db.commit()
    late = send(client, panel.url(action="/submit"), "/reviews", **panel.fields(version=stored(db, panel).version))
    assert late.status_code == 422
    assert "Scores are not open at the moment." in text(late)
    assert {each.value for each in stored(db, panel).scores} == {1, 2}


def test_who_abstains_says_why_and_may_take_it_up_again(client: Client, db: DbSession, panel: Panel) -> None:
    wordless = send(client, panel.url(action="/abstain"), panel.url(), reason=" ")
    answer = send(client, panel.url(action="/abstain"), panel.url(), reason="Not my field.")

    assert wordless.status_code == 422
    assert answer.location == "/reviews"
    assert client.get(panel.url()).status_code == 404
    assert "Not my field." in text(client.get("/reviews"))
    assert send(client, panel.url(action="/take-again"), "/reviews").location == panel.url()
    assert client.get(panel.url()).status_code == 200


def test_who_steps_back_is_recused(client: Client, db: DbSession, panel: Panel) -> None:
    send(client, panel.url(action="/recuse"), panel.url(), reason="Not fair.")
    db.expire_all()

    assert db.get_one(Assignment, panel.own.id).state is AssignmentState.RECUSED


def test_after_a_conflict_nothing_of_the_application_is_left(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3, panel.craft.id: 3})
    made.review(db, panel.theirs, {panel.impact.id: 5}, comment="OttosComment")
    answer = send(client, panel.url(action="/conflict"), panel.url(), reason="My sister works there.")
    db.expire_all()

    assert answer.location == "/reviews"
    assert db.scalars(select(Conflict.state)).all() == [ConflictState.CONFIRMED]
    for page in ("/reviews", "/reviews?q=Sel", panel.url(panel.second)):
        seen = client.get(page).text
        assert [word for word in ("Musée du", panel.first.reference, "OttosComment") if word in seen] == []
    for action in ("", "/files/1"):
        assert client.get(panel.url(action=action)).status_code == 404
    for action in ("/save", "/submit", "/abstain", "/conflict", "/discussion"):
        assert send(client, panel.url(action=action), "/reviews", reason="x", text="x").status_code == 404
    assert send(client, panel.url(action="/take-again"), "/reviews").location == "/reviews"


def test_a_conflict_looks_like_what_does_not_exist(client: Client, db: DbSession, panel: Panel) -> None:
    send(client, panel.url(action="/conflict"), panel.url(), reason="My sister works there.")
    client.get("/reviews")  # shows the thanks
    missing = panel.first.reference[:-1] + ("1" if panel.first.reference[-1] != "1" else "2")

    def seen(reference: str) -> tuple[int, str]:
        answer = client.get(f"/reviews/{reference}")
        return answer.status_code, text(answer).replace(reference, "")

    assert seen(panel.first.reference) == seen(missing) == seen(panel.foreign.reference)
