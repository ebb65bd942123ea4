"""Drafts of forms as they are stored: one change at a time, nothing overwritten, removals undone, keys given once."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.calls import form_operations, form_queries, versions
from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.editing import Gone, Step, first_number, move_question
from registrar.calls.form_operations import Edit, StaleForm, StaleQuestion, StaleSection
from registrar.calls.models import ApplicationForm
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.errors import Refusal
from tests.factories import FORM

WHO = "staff:1"
ASK = Question("", QuestionType.DATE, Words("When?", "Quand ?"))
MOVE = Edit("form.move_question", partial(move_question, key="new", step=Step.UP), {"question": "new"})


@pytest.fixture
def form(db: DbSession, now: datetime) -> ApplicationForm:
    found = form_operations.create(db, "Museums", FORM, by=WHO, now=now)
    db.commit()
    return found


def order(form: ApplicationForm) -> list[str]:
    return [each.key for each in form.draft_definition.questions()]


def why(form: ApplicationForm) -> Question:
    found = form.draft_definition.question("why")
    assert found
    return found


def test_a_form_begins_with_what_it_is_given(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    assert (form.draft_definition, form.draft_number, form.updated_by) == (FORM, 1, WHO)
    with pytest.raises(Refusal, match="There is a form of this name already"):
        form_operations.create(db, "Museums", Definition(), by=WHO, now=now)


def test_each_change_raises_the_number_and_is_told(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    form_operations.change(db, form.id, MOVE, seen=1, by="staff:2", now=now)

    assert (order(form)[:2], form.draft_number, form.updated_by) == (["new", "why"], 2, "staff:2")
    assert [(each.action, each.details) for each in form_queries.since(db, form, 1)] == [
        ("form.move_question", {"number": 2, "question": "new"})
    ]


def test_what_changes_nothing_is_no_change(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    stay = Edit("form.move_question", partial(move_question, key="why", step=Step.UP))
    form_operations.change(db, form.id, stay, seen=1, by=WHO, now=now)

    assert form.draft_number == 1


def test_a_move_in_a_form_that_has_changed_is_refused(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    form_operations.add_new_question(db, form.id, ASK, "team", by="staff:2", now=now)

    with pytest.raises(StaleForm):
        form_operations.change(db, form.id, MOVE, seen=1, by=WHO, now=now)


def test_two_organisers_change_two_questions(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    plan = form.draft_definition.question("plan")
    assert plan
    mine, theirs = replace(why(form), words=50), replace(plan, required=True)
    form_operations.save_question(db, form.id, theirs, seen=plan, by="staff:2", now=now)
    form_operations.save_question(db, form.id, mine, seen=why(form), by=WHO, now=now)

    assert [form.draft_definition.question(key) for key in ("why", "plan")] == [mine, theirs]


def test_two_organisers_changing_one_question_are_told(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    seen = why(form)
    theirs = replace(seen, words=200)
    form_operations.save_question(db, form.id, theirs, seen=seen, by="staff:2", now=now)
    form_operations.save_question(db, form.id, theirs, seen=seen, by=WHO, now=now)

    with pytest.raises(StaleQuestion) as refused:
        form_operations.save_question(db, form.id, replace(seen, words=50), seen=seen, by=WHO, now=now)
    assert refused.value.current == theirs


def test_a_question_that_another_has_removed_is_not_changed(
    db: DbSession, form: ApplicationForm, now: datetime
) -> None:
    seen = why(form)
    form_operations.take_out_question(db, form.id, "why", seen=1, by="staff:2", now=now)

    with pytest.raises(Gone):
        form_operations.save_question(db, form.id, replace(seen, words=50), seen=seen, by=WHO, now=now)


def test_words_of_a_section_are_not_overwritten(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    seen = form.draft_definition.section("you")
    assert seen
    theirs, mine = replace(seen, title=Words("Theirs")), replace(seen, title=Words("Mine"))
    form_operations.save_section(db, form.id, theirs, seen=seen, by="staff:2", now=now)
    form_operations.add_new_question(db, form.id, ASK, "you", by="staff:2", now=now)

    with pytest.raises(StaleSection) as refused:
        form_operations.save_section(db, form.id, mine, seen=seen, by=WHO, now=now)
    form_operations.save_section(db, form.id, mine, seen=refused.value.current, by=WHO, now=now)
    saved = form.draft_definition.section("you")
    assert saved
    assert (saved.title, len(saved.questions)) == (Words("Mine"), 4)


@pytest.mark.parametrize("key", ["why", "new", "plan"])
def test_a_removed_question_comes_back_to_its_place(
    db: DbSession, form: ApplicationForm, now: datetime, key: str
) -> None:
    entry = form_operations.take_out_question(db, form.id, key, seen=1, by=WHO, now=now)
    assert key not in order(form)
    form_operations.bring_back(db, form.id, entry, by=WHO, now=now)

    assert (form.draft_definition, form.draft_number) == (FORM, 3)
    with pytest.raises(Refusal, match="in the form already"):
        form_operations.bring_back(db, form.id, entry, by=WHO, now=now)


def test_a_removed_section_comes_back_with_its_questions(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    entry = form_operations.take_out_section(db, form.id, "you", seen=1, by=WHO, now=now)
    assert order(form) == ["people", "plan"]
    form_operations.bring_back(db, form.id, entry, by=WHO, now=now)

    assert form.draft_definition == FORM


def test_a_question_whose_section_is_gone_comes_back_to_the_last_one(
    db: DbSession, form: ApplicationForm, now: datetime
) -> None:
    entry = form_operations.take_out_question(db, form.id, "why", seen=1, by=WHO, now=now)
    form_operations.take_out_section(db, form.id, "you", seen=2, by=WHO, now=now)
    form_operations.bring_back(db, form.id, entry, by=WHO, now=now)

    assert order(form) == ["why", "people", "plan"]


def test_only_what_was_removed_from_this_form_can_be_brought_back(
    db: DbSession, form: ApplicationForm, now: datetime
) -> None:
    other = form_operations.create(db, "Factory", FORM, by=WHO, now=now)
    entry = form_operations.take_out_question(db, other.id, "why", seen=1, by=WHO, now=now)
    created = db.scalars(select(AuditEntry).where(AuditEntry.action == "form.create")).first()
    assert created

    assert form_queries.removal(db, other, entry.id) is entry
    assert (form_queries.removal(db, form, entry.id), form_queries.removal(db, other, created.id)) == (None, None)


def test_keys_never_come_back(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    given = []
    for _ in range(3):
        made = form_operations.add_new_question(db, form.id, ASK, "you", by=WHO, now=now)
        given.append(made.key)
        versions.publish(db, form.id, by=WHO, now=now)
        form_operations.take_out_question(db, form.id, made.key, seen=None, by=WHO, now=now)
    section = form_operations.add_new_section(db, form.id, Section("", Words("End")), by=WHO, now=now)

    assert (given, section.key) == (["q1", "q3", "q5"], "s7")


def test_a_copied_form_counts_on(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    form_operations.add_new_question(db, form.id, ASK, "you", by=WHO, now=now)
    copied = form_operations.create(db, "Copy", form.draft_definition, by=WHO, now=now)

    assert copied.draft_number == first_number(form.draft_definition) == 2
    assert form_operations.add_new_question(db, copied.id, ASK, "you", by=WHO, now=now).key == "q2"


def test_a_form_is_renamed(db: DbSession, form: ApplicationForm, now: datetime) -> None:
    form_operations.create(db, "Factory", FORM, by=WHO, now=now)
    form_operations.rename(db, form, "Museums 2027", by=WHO, now=now)
    with pytest.raises(Refusal, match="There is a form of this name already"):
        form_operations.rename(db, form, "Factory", by=WHO, now=now)

    assert form.name == "Museums 2027"
