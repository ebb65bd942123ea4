"""An application beside its rubric: what is seen, what is hidden, and what waits for one's own review."""

from typing import Any

import pytest
from flask import Flask

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import shelf
from registrar.db import DbSession
from registrar.people.rules import InstitutionKind
from registrar.reviews.access import seat
from registrar.reviews.decision_models import Contribution
from registrar.reviews.reading import others
from registrar.reviews.rules import AssignmentState, Hearing, ReviewState, Sees
from tests import factories
from tests.applications.desk.test_reading_manage import CANARY, IDENTITY
from tests.browsing import send
from tests.conftest import START, Client
from tests.pages import links, text
from tests.reviews.reading import conftest as made
from tests.reviews.reading.conftest import Panel

OTHERS = ["OttosComment", "Otto Other", "OttosWord"]
PRIVATE = ["OttosNote", "OttosFeedback", "OrganisersWord"]


@pytest.fixture
def said(db: DbSession, panel: Panel) -> Panel:
    """The other reviewer has submitted, and spoken to the committee; an organiser spoke to organisers."""
    words = {"comment": "OttosComment", "private_note": "OttosNote", "feedback": "OttosFeedback"}
    made.review(db, panel.theirs, {panel.impact.id: 5, panel.craft.id: 1}, **words)
    for hearing, word in ((Hearing.COMMITTEE, "OttosWord"), (Hearing.ORGANISERS, "OrganisersWord")):
        about = {"application_id": panel.first.id, "staff_id": panel.other.staff_id, "created_at": START}
        db.add(Contribution(**about, hearing=hearing, text=word))
    db.commit()
    return panel


def seen(page: str, words: list[str]) -> list[str]:
    return [word for word in words if word in page]


def test_the_application_stands_beside_its_rubric(client: Client, panel: Panel) -> None:
    page = text(client.get(panel.url()))

    assert "Musée du Sel" in page
    assert "Why? Because." in page
    assert "Impact 75 % of the total" in page
    assert "Bonus optional, not counted" in page
    assert "4 Level 4 Means 4." in page


def test_neighbours_are_ones_own_applications(client: Client, panel: Panel) -> None:
    found = {link for page in (panel.url(), panel.url(panel.second)) for link in links(client.get(page))}

    assert {link for link in found if link.startswith("/reviews/") and "?" not in link} == {
        panel.url(),
        panel.url(panel.second),
    }


@pytest.mark.parametrize("sees", list(Sees))
def test_ones_own_review_comes_first(client: Client, db: DbSession, said: Panel, sees: Sees) -> None:
    said.phase.sees_others = sees
    made.review(db, said.own, {said.impact.id: 3}, state=ReviewState.DRAFT, submitted_at=None)

    for page in (said.url(), "/reviews"):
        assert seen(client.get(page).text, OTHERS + PRIVATE) == []
    answer = send(client, said.url(action="/discussion"), said.url(), text="Let me in")
    assert answer.status_code == 422
    assert seen(answer.text, OTHERS + PRIVATE) == []


def test_nothing_is_read_before_ones_own(db: DbSession, said: Panel) -> None:
    found = seat(db, said.me, said.first.reference)
    assert found is not None
    assert (others.said(db, found), list(others.thread(db, found))) == ([], [])

    made.review(db, said.own, {said.impact.id: 3, said.craft.id: 3})
    db.expire_all()
    assert [each.name for each in others.said(db, found)] == ["Otto Other"]
    assert [each.text for each in others.thread(db, found)] == ["OttosWord"]


def test_after_ones_own_the_others_are_heard_but_not_their_private_notes(
    client: Client, db: DbSession, said: Panel
) -> None:
    made.review(db, said.own, {said.impact.id: 3, said.craft.id: 3})
    page = client.get(said.url())

    assert seen(page.text, OTHERS) == OTHERS
    assert seen(page.text, PRIVATE) == []
    assert "Impact 3 5" in text(page)
    assert "Total 3.00 4.00" in text(page)


def test_where_nobody_sees_the_others_they_stay_hidden(client: Client, db: DbSession, said: Panel) -> None:
    made.review(db, said.own, {said.impact.id: 3, said.craft.id: 3})
    said.phase.sees_others = Sees.NEVER

    for page in (said.url(), "/reviews"):
        assert seen(client.get(page).text, OTHERS + PRIVATE) == []


def test_a_review_of_who_stepped_back_is_not_shown(client: Client, db: DbSession, said: Panel) -> None:
    made.review(db, said.own, {said.impact.id: 3, said.craft.id: 3})
    said.theirs.state, said.theirs.reason = AssignmentState.RECUSED, "x"

    assert seen(client.get(said.url()).text, ["OttosComment"]) == []


def test_a_draft_of_another_is_not_shown(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3, panel.craft.id: 3})
    made.review(db, panel.theirs, {}, state=ReviewState.DRAFT, submitted_at=None, comment="OttosComment")

    assert seen(client.get(panel.url()).text, OTHERS) == []


def test_reviewers_discuss_and_take_back_their_own_words_only(client: Client, db: DbSession, said: Panel) -> None:
    made.review(db, said.own, {said.impact.id: 3, said.craft.id: 3})
    send(client, said.url(action="/discussion"), said.url(), text="RitasWord")
    mine = db.query(Contribution).filter_by(text="RitasWord").one()
    theirs = db.query(Contribution).filter_by(text="OttosWord").one()
    assert (mine.hearing, mine.staff_id) == (Hearing.COMMITTEE, said.me.id)
    assert seen(client.get(said.url()).text, ["RitasWord"]) == ["RitasWord"]

    assert send(client, said.url(action="/discussion"), said.url(), remove=theirs.id).status_code == 422
    assert send(client, said.url(action="/discussion"), said.url(), remove=mine.id).status_code == 303
    assert seen(client.get(said.url()).text, ["RitasWord", "OttosWord"]) == ["OttosWord"]


def test_while_scores_are_closed_one_reads_what_one_wrote(client: Client, db: DbSession, panel: Panel) -> None:
    made.review(db, panel.own, {panel.impact.id: 3, panel.craft.id: 5}, comment="MyComment")
    panel.phase.scores = False
    page = client.get(panel.url())

    assert "Scores are closed at the moment." in text(page)
    assert "MyComment" in page.text
    assert 'id="review"' not in page.text


@pytest.fixture
def blind(app: Flask, db: DbSession, panel: Panel) -> tuple[str, int]:
    """The reference of an application full of names in a blind review, and the number of its file."""
    panel.phase.sees_names = False
    kind, version = InstitutionKind.MUSEUM, factories.form_version(db, CANARY)
    place = factories.institution(db, name="InstitutionCanary", country="FR", kind=kind)
    lead = factories.person(db, name="MemberCanary", email="canary@mail.example")
    counted: dict[str, Any] = {"name": "NameCanary", "size": "12", "kind": "s", "budget": "BudgetCanary"}
    counted |= {"idea": "InstitutionCanary and MemberCanary write to canary@mail.example with TeamCanary."}
    counted |= {"team": [{"name": "TeamCanary", "role": "", "email": ""}]}
    found = factories.submitted(
        db, panel.call, institution_id=place.id, lead=lead, counted=counted, form_version_id=version.id
    )
    stored = StoredFile(sha256="ab" * 32, size=3, media_type="application/pdf", created_at=START)
    plan = Upload(application_id=found.id, question="plan", file_id=factories.stored(db, stored).id)
    plan.name, plan.uploaded_at = "PlanCanary.pdf", START
    number = factories.stored(db, plan).id
    found.counted = counted | {"plan": [number]}
    made.assigned(db, found, panel.seat)
    with app.app_context():
        path = shelf(app).path_of("ab" * 32)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7 << /Author (MemberCanary) >>")
    db.commit()
    return found.reference, number


def test_a_blind_reviewer_meets_no_name_anywhere(client: Client, blind: tuple[str, int]) -> None:
    reference, number = blind
    pages = [f"/reviews/{reference}", f"/reviews/{reference}/files/{number}", "/reviews", "/reviews?sort=name"]
    forbidden = [*IDENTITY, "BudgetCanary"]

    for page in pages:
        answer = client.get(page, buffered=True)
        assert answer.status_code == 200
        assert seen(answer.text + str(answer.headers), forbidden) == []
    answer = send(client, f"/reviews/{reference}/abstain", f"/reviews/{reference}", reason="Not mine.")
    assert seen(client.get("/reviews").text, forbidden) == []


def test_files_bear_neutral_names_where_the_review_is_blind_only(
    client: Client, db: DbSession, panel: Panel, blind: tuple[str, int]
) -> None:
    reference, number = blind
    hidden = client.get(f"/reviews/{reference}/files/{number}", buffered=True).headers["Content-Disposition"]
    panel.phase.sees_names = True
    shown = client.get(f"/reviews/{reference}/files/{number}", buffered=True).headers["Content-Disposition"]

    assert hidden == f"attachment; filename={reference}-{number}.pdf"
    assert shown == "attachment; filename=PlanCanary.pdf"


def test_a_file_that_counts_for_nothing_is_not_there(
    client: Client, db: DbSession, blind: tuple[str, int], panel: Panel
) -> None:
    reference, number = blind
    known = db.get_one(Upload, number)
    added = Upload(application_id=known.application_id, question="plan", file_id=known.file_id, name="Later.pdf")
    added.uploaded_at = START
    later = factories.stored(db, added).id

    assert client.get(f"/reviews/{reference}/files/{later}").status_code == 404


def test_files_of_others_are_not_there(client: Client, panel: Panel, blind: tuple[str, int]) -> None:
    _, number = blind

    assert client.get(panel.url(action=f"/files/{number}")).status_code == 404
    assert client.get(panel.url(panel.foreign, f"/files/{number}")).status_code == 404


def test_without_an_active_phase_there_is_nothing(client: Client, panel: Panel) -> None:
    panel.phase.active_since = None

    assert client.get(panel.url()).status_code == 404


def test_who_left_the_committee_has_no_room(client: Client, panel: Panel) -> None:
    panel.seat.left_at = START

    assert client.get(panel.url()).status_code == 404
