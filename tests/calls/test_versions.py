"""Published forms: versions that never change, and calls that ask one of them."""

from datetime import datetime

import pytest

from registrar.applications import answers
from registrar.calls import form_operations, form_queries, versions
from registrar.calls.definition import Definition, Question, Words, to_json
from registrar.calls.form_changes import Change, Kind
from registrar.calls.form_operations import StaleForm
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import QuestionType
from registrar.calls.versions import Unfinished
from registrar.calls.wording import text
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from tests import factories
from tests.factories import ANSWERS, FORM

WHO = "staff:1"
ASK = Question("", QuestionType.DATE, Words("When?", "Quand ?"))


@pytest.fixture
def call(db: DbSession) -> Call:
    """A call that asks version 1 of a form whose draft says the same."""
    return factories.call(db)


def grow(db: DbSession, form: ApplicationForm, now: datetime) -> Question:
    return form_operations.add_new_question(db, form.id, ASK, "you", by=WHO, now=now)


def test_a_version_holds_the_draft_as_it_was(db: DbSession, call: Call, now: datetime) -> None:
    made = grow(db, call.form, now)
    version = versions.publish(db, call.form.id, seen=call.form.draft_number, by=WHO, now=now)
    content = dict(version.content)
    form_operations.take_out_question(db, call.form.id, made.key, seen=None, by=WHO, now=now)
    db.commit()
    db.expire_all()

    assert (version.number, version.content, version.published_by) == (2, content, WHO)
    assert call.form_version
    assert call.form_version.number == 1


def test_only_what_differs_is_published(db: DbSession, call: Call, now: datetime) -> None:
    with pytest.raises(Refusal, match="Nothing has changed since version 1"):
        versions.publish(db, call.form.id, by=WHO, now=now)
    assert versions.unpublished(call.form) == []
    grow(db, call.form, now)

    assert versions.unpublished(call.form) == [Change(Kind.ADDED, ASK.label, key="q1")]


def test_a_form_with_errors_is_not_published(db: DbSession, call: Call, now: datetime) -> None:
    form_operations.take_out_question(db, call.form.id, "new", seen=None, by=WHO, now=now)
    with pytest.raises(Unfinished):
        versions.publish(db, call.form.id, by=WHO, now=now)
    empty = form_operations.create(db, "Empty", Definition(), by=WHO, now=now)

    with pytest.raises(Unfinished):
        versions.publish(db, empty.id, by=WHO, now=now)


def test_a_draft_that_has_moved_on_is_looked_at_again(db: DbSession, call: Call, now: datetime) -> None:
    grow(db, call.form, now)

    with pytest.raises(StaleForm):
        versions.publish(db, call.form.id, seen=1, by=WHO, now=now)


def test_the_first_version_of_a_form(db: DbSession, now: datetime) -> None:
    form = form_operations.create(db, "Museums", FORM, by=WHO, now=now)
    version = versions.publish(db, form.id, seen=1, by=WHO, now=now)

    assert (version.number, version.definition, versions.newest(form)) == (1, FORM, version)
    assert [each.is_ahead for each in form_queries.listing(db)] == [False]


def test_drafts_follow_the_version_of_their_call_and_what_was_submitted_does_not(
    db: DbSession, call: Call, now: datetime
) -> None:
    draft = factories.application(db, call, lead=factories.person(db))
    for key, value in ANSWERS.items():
        factories.answer(db, draft, key, value)
    submitted = factories.submitted(db, call)
    made = grow(db, call.form, now)
    version = versions.publish(db, call.form.id, by=WHO, now=now)
    versions.use(db, call.id, version, seen=1, by=WHO, now=now)
    db.commit()

    assert (call.version, call.updated_at) == (2, now)
    assert [each.question for each in answers.what_is_missing(db, draft)] == [made.key]
    assert answers.form_of(submitted).number == 1
    assert answers.values(db, draft) == ANSWERS


def test_answers_stay_readable_with_the_version_they_answered(db: DbSession, call: Call, now: datetime) -> None:
    submitted = factories.submitted(db, call)
    read = answers.form_of(submitted).definition
    for key in ("why", "past", "people"):
        form_operations.take_out_question(db, call.form.id, key, seen=None, by=WHO, now=now)
    version = versions.publish(db, call.form.id, by=WHO, now=now)
    versions.use(db, call.id, version, seen=1, by=WHO, now=now)
    db.commit()
    db.expire_all()

    found = answers.form_of(submitted).definition
    assert found == read
    assert [text(each, answers.shown_of(db, submitted).get(each.key)) for each in found.questions()] == [
        "Because.", "Yes", "", "Ada", "",
    ]  # fmt: skip


def test_a_call_that_somebody_has_changed_is_looked_at_again(db: DbSession, call: Call, now: datetime) -> None:
    grow(db, call.form, now)
    version = versions.publish(db, call.form.id, by=WHO, now=now)

    with pytest.raises(Conflict):
        versions.use(db, call.id, version, seen=7, by=WHO, now=now)


def test_a_call_asks_only_versions_of_its_form(db: DbSession, call: Call, now: datetime) -> None:
    with pytest.raises(Refusal, match="another form"):
        versions.use(db, call.id, factories.form_version(db), seen=1, by=WHO, now=now)
    assert call.form_version
    assert call.form_version.content == to_json(FORM)
