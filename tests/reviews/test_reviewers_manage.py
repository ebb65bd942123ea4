"""Reviewers of a call: invited by mail, changed, bound to institutions, gone and back."""

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.reviews.models import Reviewer, ReviewerTie
from registrar.reviews.rules import Tie
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.reviews.panel import assignment, conflict, reviewer

URL = "/console/calls/wac-museums/reviewers"
NEW = {"member": "0", "name": "Ama", "email": "Ama@Glass.example", "locale": "fr", "load": "12"}


def mails(db: DbSession) -> list[tuple[str, int | None]]:
    return [(each.kind, each.staff_id) for each in db.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def test_somebody_new_becomes_staff_who_may_only_review_and_is_invited_by_mail(
    client: Client, db: DbSession, call: Call
) -> None:
    answer = send(client, URL, **NEW, languages=["fr"], subjects="Climate, collections,climate")
    ama = db.scalars(select(Staff).where(Staff.email_key == "ama@glass.example")).one()
    found = db.scalars(select(Reviewer)).one()

    assert answer.status_code == 303
    assert (ama.role, ama.locale) == (Role.REVIEWER, "fr")
    assert (found.staff_id, found.languages, found.subjects, found.load) == (
        ama.id, ["fr"], ["climate", "collections"], 12
    )  # fmt: skip
    assert mails(db) == [("accounts.invitation", ama.id), ("reviews.invitation", ama.id)]


def test_one_of_the_team_is_invited_once(client: Client, db: DbSession, call: Call) -> None:
    known = factories.staff(db, Role.ORGANISER, name="Noor")
    first = send(client, URL, member=known.id, load="5", locale="en")
    second = send(client, URL, **{**NEW, "email": known.email})

    assert (first.status_code, second.status_code) == (303, 422)
    assert "Noor reviews this call already." in second.text
    assert mails(db) == [("reviews.invitation", known.id)]


def test_an_invitation_without_anybody_says_what_is_missing(client: Client, db: DbSession, call: Call) -> None:
    answer = send(client, URL, member="0", load="5")

    assert answer.status_code == 422
    assert "Enter a name." in answer.text
    assert "Enter an e-mail address." in answer.text


def test_what_a_reviewer_takes_on_is_changed(client: Client, db: DbSession, call: Call) -> None:
    found = reviewer(db, call)
    answer = send(client, f"{URL}/{found.id}", load="3", languages=["en", "fr"], subjects="")
    db.refresh(found)

    assert answer.status_code == 303
    assert (found.load, found.languages, found.subjects) == (3, ["en", "fr"], [])


def test_a_tie_needs_a_known_institution_and_is_taken_back(client: Client, db: DbSession, call: Call) -> None:
    found, salt = reviewer(db, call), factories.institution(db, name="Salt Museum", country="FR")
    unknown = send(client, f"{URL}/{found.id}/ties", institution="Nobody", tie="works_at")
    noted = send(client, f"{URL}/{found.id}/ties", institution="salt museum (FR)", tie="works_at")
    tie = db.scalars(select(ReviewerTie)).one()
    said = (tie.institution_id, tie.tie)
    removed = send(client, f"{URL}/{found.id}/ties/{tie.id}/remove")

    assert (unknown.status_code, noted.status_code, removed.status_code) == (422, 303, 303)
    assert said == (salt.id, Tie.WORKS_AT)
    assert db.scalars(select(ReviewerTie)).all() == []


def test_of_two_institutions_of_one_name_the_country_is_asked(client: Client, db: DbSession, call: Call) -> None:
    found = reviewer(db, call)
    for country in ("FR", "GH"):
        factories.institution(db, name="City Museum", country=country)
    answer = send(client, f"{URL}/{found.id}/ties", institution="City Museum", tie="mentored")

    assert answer.status_code == 422
    assert "City Museum (FR), City Museum (GH)" in answer.text


def test_a_reviewer_leaves_and_comes_back(client: Client, db: DbSession, call: Call) -> None:
    found = reviewer(db, call)
    send(client, f"{URL}/{found.id}/leave")
    db.refresh(found)
    left = found.left_at
    send(client, f"{URL}/{found.id}/come-back")
    db.refresh(found)

    assert left is not None
    assert found.left_at is None


def test_work_on_what_does_not_exist_for_the_organiser_is_not_counted(
    client: Client, db: DbSession, call: Call, organiser: Staff
) -> None:
    found = reviewer(db, call)
    for each in [factories.submitted(db, call) for _ in range(3)]:
        assignment(db, each, found)
    before = client.get(URL).text
    conflict(db, organiser, each)
    after = client.get(URL).text

    assert ("3 of 10" in before, "2 of 10" in after) == (True, True)


def test_a_reviewer_of_another_call_is_not_found(client: Client, db: DbSession, call: Call) -> None:
    found = reviewer(db, factories.call(db, slug="other"))

    assert client.get(f"{URL}/{found.id}").status_code == 404
