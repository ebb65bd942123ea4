"""Whether a form is filled in."""

from typing import Any

import pytest

from registrar.calls.completeness import Progress, flaws, progress
from tests.factories import ANSWERS, FORM


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, []),
        ({"why": ""}, ["why"]),
        ({"new": False}, ["past"]),
        ({"new": False, "past": "A website."}, []),
        ({"new": None}, ["new"]),
        ({"people": []}, ["people"]),
        ({"past": "Hidden, and \n wrong"}, []),
    ],
)
def test_what_is_asked_and_required_stands_in_the_way(changed: dict[str, Any], missing: list[str]) -> None:
    assert [each.question for each in flaws(FORM, ANSWERS | changed)] == missing


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, [Progress.NOT_STARTED, Progress.NOT_STARTED]),
        ({"why": "Because."}, [Progress.STARTED, Progress.NOT_STARTED]),
        ({"past": "Hidden"}, [Progress.NOT_STARTED, Progress.NOT_STARTED]),
        ({"plan": [1]}, [Progress.NOT_STARTED, Progress.STARTED]),
        (ANSWERS, [Progress.DONE, Progress.DONE]),
        (ANSWERS | {"new": False}, [Progress.STARTED, Progress.DONE]),
    ],
)
def test_a_section_tells_how_far_it_is(answers: dict[str, Any], expected: list[Progress]) -> None:
    assert [progress(section, FORM, answers) for section in FORM.sections] == expected
