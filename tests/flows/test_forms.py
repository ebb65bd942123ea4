"""Over any form, any edits, any versions and any answers: nothing is lost, nothing hidden is required."""

import json
from collections import Counter
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registrar.calls.completeness import flaws
from registrar.calls.conditions import asked, counting, holds
from registrar.calls.definition import Definition, Question, from_json, to_json
from registrar.calls.editing import (
    Place,
    Step,
    add_question,
    add_section,
    move_question,
    move_section,
    place_of,
    place_question,
    remove_question,
    remove_section,
    section_number,
)
from registrar.calls.form_changes import changes
from registrar.calls.form_checks import errors
from registrar.calls.values import has_shape, is_blank
from registrar.calls.wording import text
from tests.calls.drawn import answers, answers_to, benches, forms

MANY = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
DATA = st.data()


def forward(definition: Definition) -> set[str]:
    """Return the questions with a condition on one that does not come before them."""
    before: set[str] = set()
    found = set()
    for question in definition.questions():
        if any(each.question not in before for each in question.conditions):
            found.add(question.key)
        before.add(question.key)
    return found


def is_asked(definition: Definition, question: Question, given_answers: dict[str, Any]) -> bool:
    """Tell it again in other words: every condition holds, over answers to questions that are asked before."""
    order = [each.key for each in definition.questions()]

    def value(key: str) -> Any:
        about = definition.question(key)
        is_before = about is not None and order.index(key) < order.index(question.key)
        return given_answers.get(key) if about and is_before and is_asked(definition, about, given_answers) else None

    return all(holds(each, value(each.question)) for each in question.conditions)


@MANY
@given(DATA)
def test_an_answer_to_a_hidden_question_is_neither_required_nor_lost(data: st.DataObject) -> None:
    definition = data.draw(forms())
    mine = data.draw(answers(definition))
    kept = deepcopy(mine)
    hidden = {each.key for each in definition.questions()} - asked(definition, mine)

    assert hidden & {each.question for each in flaws(definition, mine)} == set()
    assert hidden & set(counting(definition, mine)) == set()
    assert mine == kept


@MANY
@given(DATA)
def test_an_answer_counts_again_when_its_question_is_asked_again(data: st.DataObject) -> None:
    definition = data.draw(forms())
    mine = data.draw(answers(definition))
    first = counting(definition, mine)
    if not mine:
        return
    key = data.draw(st.sampled_from(sorted(mine)))
    question = definition.question(key)
    others = mine | {key: data.draw(answers_to(question)) if question else None}

    counting(definition, others)

    assert counting(definition, others | {key: mine[key]}) == first


@MANY
@given(DATA)
def test_what_is_asked_follows_from_the_answers_to_earlier_questions_that_are_asked(data: st.DataObject) -> None:
    definition = data.draw(forms())
    mine = data.draw(answers(definition))
    found = asked(definition, mine)
    backwards = dict(reversed(mine.items()))

    assert found == {each.key for each in definition.questions() if is_asked(definition, each, mine)}
    assert asked(definition, backwards) == found
    assert asked(definition, {key: value for key, value in mine.items() if key in found}) == found


@MANY
@given(DATA)
def test_a_later_answer_changes_nothing_before_it(data: st.DataObject) -> None:
    definition = data.draw(forms())
    mine, others = data.draw(answers(definition)), data.draw(answers(definition))
    order = [each.key for each in definition.questions()]
    cut = data.draw(st.integers(0, len(order)))
    mixed = {key: (mine if key in order[:cut] else others).get(key) for key in order}

    assert asked(definition, mixed) & set(order[: cut + 1]) == asked(definition, mine) & set(order[: cut + 1])


@MANY
@given(DATA)
def test_exactly_the_answers_that_say_something_to_questions_that_are_asked_count(data: st.DataObject) -> None:
    definition = data.draw(forms())
    mine = data.draw(answers(definition))
    questions = [each for each in definition.questions() if is_asked(definition, each, mine)]

    assert counting(definition, mine) == {
        each.key: mine[each.key] for each in questions if each.key in mine and not is_blank(mine[each.key])
    }


@MANY
@given(forms())
def test_conditions_never_refer_forward_unless_it_is_told_and_keeps_the_form_back(definition: Definition) -> None:
    told = {each.question for each in errors(definition)}

    assert forward(definition) - told == set()


@MANY
@given(forms())
def test_a_form_comes_back_from_json_as_it_was(definition: Definition) -> None:
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


@MANY
@given(DATA)
def test_no_order_loses_a_question(data: st.DataObject) -> None:
    definition = data.draw(forms())
    before = Counter(definition.questions())
    for _ in range(data.draw(st.integers(1, 8))):
        if not before:
            return
        key = data.draw(st.sampled_from([each.key for each in definition.questions()]))
        home = data.draw(st.sampled_from(definition.sections)).key
        step = data.draw(st.sampled_from(Step))
        definition = data.draw(
            st.sampled_from(
                [
                    move_question(definition, key, step),
                    move_section(definition, home, step),
                    place_question(definition, key, Place(home, data.draw(st.integers(0, 9)))),
                ]
            )
        )

        assert Counter(definition.questions()) == before


@MANY
@given(DATA)
def test_a_removal_can_be_undone_at_once(data: st.DataObject) -> None:
    definition = data.draw(forms())
    for question in definition.questions():
        place = place_of(definition, question.key)
        assert add_question(remove_question(definition, question.key), question, place.section, place.at) == definition
    for section in definition.sections:
        at = section_number(definition, section.key)
        assert add_section(remove_section(definition, section.key), section, at) == definition


@MANY
@given(DATA)
def test_no_change_means_the_same_and_every_edit_is_told(data: st.DataObject) -> None:
    bench = data.draw(benches())
    before = bench.definition
    bench.draw = data.draw
    bench.step()

    assert (changes(before, bench.definition) == []) is (before == bench.definition)


@MANY
@given(DATA)
def test_answers_stay_readable_with_their_version_whatever_comes_later(data: st.DataObject) -> None:
    """Versions are kept as text, as the database keeps them; `Bench` proves that keys never come back."""
    bench = data.draw(benches())
    bench.draw = data.draw
    shelf = []
    for _ in range(data.draw(st.integers(1, 4))):
        for _step in range(data.draw(st.integers(0, 8))):
            bench.step()
        mine = data.draw(answers(bench.definition))
        shelf.append((json.dumps(to_json(bench.definition)), mine, read(bench.definition, mine)))

    for content, mine, words in shelf:
        version = from_json(json.loads(content))
        assert read(version, mine) == words
        for question in version.questions():
            assert has_shape(question, mine.get(question.key))
            assert bool(text(question, mine.get(question.key)).strip()) is not is_blank(mine.get(question.key))
    assert all(read(bench.definition, mine) is not None for _content, mine, _words in shelf)


def read(definition: Definition, mine: dict[str, Any]) -> dict[str, str]:
    return {each.key: text(each, mine.get(each.key)) for each in definition.questions()}
