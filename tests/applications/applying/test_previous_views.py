"""Starting from the answers of an earlier season: what fits fills in what is blank, and nothing else changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.applications import answers
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Answer, Application
from registrar.calls.definition import Choice, Definition, Question, Section, Words
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.people.models import Person
from tests import factories
from tests.conftest import Client
from tests.pages import text
from tests.weekly.browsing import press


def form(*questions: Question) -> Definition:
    return Definition((Section("all", Words("All"), questions=questions),))


def choice(key: str, kind: QuestionType, *options: str) -> Question:
    return Question(key, kind, Words(key), choices=tuple(Choice(each, Words(each)) for each in options))


THEN = form(
    *(Question(key, QuestionType.SHORT_TEXT, Words(key)) for key in ("kept", "mine", "gone", "changed", "blank")),
    choice("one", QuestionType.SINGLE_CHOICE, "a", "b"),
    choice("lost", QuestionType.SINGLE_CHOICE, "a", "b"),
    choice("many", QuestionType.MULTIPLE_CHOICE, "a", "b", "c"),
    Question("plan", QuestionType.FILE, Words("plan")),
)
TODAY = form(
    *(Question(key, QuestionType.SHORT_TEXT, Words(key)) for key in ("kept", "mine", "blank", "new")),
    Question("changed", QuestionType.YES_NO, Words("changed")),
    choice("one", QuestionType.SINGLE_CHOICE, "a", "b"),
    choice("lost", QuestionType.SINGLE_CHOICE, "b"),
    choice("many", QuestionType.MULTIPLE_CHOICE, "a", "c", "d"),
    Question("plan", QuestionType.FILE, Words("plan")),
)
GIVEN: dict[str, Any] = {"kept": "As then.", "mine": "As then.", "gone": "Old.", "changed": "Yes.", "blank": " "}
GIVEN |= {"one": "b", "lost": "a", "many": ["a", "b"]}


def call_of(db: DbSession, definition: Definition, line: str, **given: Any) -> Call:
    programme = factories.cohort(db, line=line, slug=f"{line}-{id(definition)}")
    version = factories.form_version(db, definition)
    return factories.call(db, form_version_id=version.id, programme_id=programme.id, **given)


@pytest.fixture
def earlier(db: DbSession, ana: Person) -> Application:
    """What Ana's museum answered last year, with a file that is there and one that was removed."""
    closed = {"opens_at": factories.NOW - timedelta(days=400), "closes_at": factories.NOW - timedelta(days=365)}
    museum = factories.institution(db, name="Musée du Sel")
    found = factories.application(db, call_of(db, THEN, "wac-museums", **closed), lead=ana, institution_id=museum.id)
    file = factories.stored(
        db, StoredFile(sha256="ab" * 32, size=3, media_type="application/pdf", created_at=factories.NOW)
    )
    numbers = [
        factories.stored(
            db,
            Upload(application_id=found.id, question="plan", file_id=file.id, name=name, uploaded_at=factories.NOW,
                   removed_at=removed_at),
        ).id
        for name, removed_at in (("plan.pdf", None), ("old.pdf", factories.NOW))
    ]  # fmt: skip
    for key, value in {**GIVEN, "plan": numbers}.items():
        factories.answer(db, found, key, value)
    return found


@pytest.fixture
def today(db: DbSession, ana: Person, earlier: Application) -> Application:
    """This year's draft, with one answer of its own."""
    call = call_of(db, TODAY, "wac-museums")
    found = factories.application(db, call, lead=ana, institution_id=earlier.institution_id)
    factories.answer(db, found, "mine", "New.")
    return found


def take(client: Client, application: Application, earlier: Application) -> int:
    page = f"/applications/{application.reference}/previous"
    return press(client, page, seen_on="/applications/link", **{"from": earlier.reference}).status_code


def test_the_page_says_what_would_be_taken_over_and_changes_nothing(
    client: Client, db: DbSession, today: Application, earlier: Application
) -> None:
    shown = text(client.get(f"/applications/{today.reference}/previous"))

    rows = ["kept Will be taken over", "mine Answered already", "changed Does not fit any more",
            "one Will be taken over", "lost Does not fit any more",
            "many Will be taken over", "plan Will be taken over"]  # fmt: skip
    assert [row for row in rows if row not in shown] == []
    assert ["Take over 4 answers" in shown, "blank Will" in shown, answers.values(db, today)] == [
        True, False, {"mine": "New."},
    ]  # fmt: skip


def test_what_fits_is_copied_into_what_is_blank(
    client: Client, db: DbSession, today: Application, earlier: Application, ana: Person
) -> None:
    assert take(client, today, earlier) == 303

    db.expire_all()
    found = answers.values(db, today)
    copies = db.scalars(select(Upload).where(Upload.application_id == today.id)).all()
    assert found.pop("plan") == [copy.id for copy in copies]
    assert found == {"kept": "As then.", "mine": "New.", "one": "b", "many": ["a"]}
    assert [(copy.name, copy.question, copy.uploaded_by_id) for copy in copies] == [("plan.pdf", "plan", ana.id)]
    assert today.previous_id == earlier.id
    assert answers.values(db, earlier)["kept"] == "As then."


def test_taking_over_twice_changes_nothing_more(
    client: Client, db: DbSession, today: Application, earlier: Application
) -> None:
    take(client, today, earlier)
    before = [(each.question, each.version) for each in answers.stored(db, today).values()]

    assert take(client, today, earlier) == 409
    db.expire_all()
    assert [(each.question, each.version) for each in answers.stored(db, today).values()] == before


def test_an_answer_that_was_emptied_is_filled_in_with_its_next_version(
    client: Client, db: DbSession, today: Application, earlier: Application
) -> None:
    factories.answer(db, today, "kept", "", version=3)
    take(client, today, earlier)

    db.expire_all()
    assert db.get_one(Answer, (today.id, "kept")).version == 4


def test_only_applications_of_the_institution_in_whose_team_one_was_are_offered(
    client: Client, db: DbSession, today: Application, earlier: Application
) -> None:
    stranger = factories.application(db, earlier.call, institution_id=factories.institution(db).id)
    colleague = factories.application(
        db,
        call_of(db, replace(THEN), "other-line"),
        lead=today.members[0].person,
        institution_id=earlier.institution_id,
    )
    shown = text(client.get(f"/applications/{today.reference}/previous"))

    assert [each.reference in shown for each in (earlier, stranger, colleague)] == [True, False, False]
    assert [take(client, today, each) for each in (stranger, colleague)] == [404, 404]


def test_without_an_earlier_application_the_page_says_so(client: Client, application: Application) -> None:
    shown = text(client.get(f"/applications/{application.reference}/previous"))

    assert "There is no earlier application to start from." in shown
