"""Calibration: published check values, recovery of what a panel was made from, and when it should not be trusted."""

import numpy as np
import pytest

from registrar.reviews.calibration import Calibration, Score, Variances, calibrate
from tests.reviews.panels import panel, recall

CHECK = [Score(0, "A", 2), Score(1, "A", 3), Score(2, "B", 4), Score(3, "B", 5), Score(1, "B", 5), Score(2, "A", 2)]
"""The example of the design: λ is 1 for applications and reviewers."""


@pytest.fixture(scope="module")
def checked() -> Calibration:
    return calibrate(CHECK, 2, Variances(1, 1, 1))


def test_the_published_example(checked: Calibration) -> None:
    assert {key: round(each.score, 4) for key, each in checked.applications.items()} == {
        0: 3.1429,
        1: 3.8333,
        2: 3.1667,
        3: 3.8571,
    }
    assert {key: round(each, 4) for key, each in checked.reviewers.items()} == {"A": -0.7857, "B": 0.7857}


def test_the_raw_mean_stands_beside_it(checked: Calibration) -> None:
    assert [each.raw for each in checked.applications.values()] == [2, 4, 3, 5]


def test_one_connected_panel_with_two_reviewers_who_have_said_little(checked: Calibration) -> None:
    assert (checked.groups, checked.few) == (1, ("A", "B"))


def test_reviewers_without_a_common_application_cannot_be_compared() -> None:
    found = calibrate([Score(0, "A", 2), Score(1, "A", 3), Score(2, "B", 4), Score(3, "B", 5)], 2)
    assert found.groups == 2


def test_the_same_scores_give_the_same_chances() -> None:
    assert calibrate(CHECK, 2) == calibrate(CHECK, 2)


def test_the_chances_add_up_to_the_places() -> None:
    found = calibrate(panel(3).scores, 20)
    assert sum(each.in_top for each in found.applications.values()) == pytest.approx(20)


@pytest.mark.parametrize(("top", "chances"), [(0, {0.0}), (4, {1.0}), (9, {1.0})])
def test_no_place_and_a_place_for_everybody_are_certain(top: int, chances: set[float]) -> None:
    assert {each.in_top for each in calibrate(CHECK, top, Variances(1, 1, 1)).applications.values()} == chances


def test_one_more_review_settles_most_where_the_place_is_most_open() -> None:
    scores = [Score(n, r, value) for n, value in enumerate([5, 5, 3, 1, 1]) for r in "AB"] + [Score(2, "A", 4)]
    found = calibrate(scores, 3, Variances(2, 0.1, 0.5))
    assert found.settles_most is None
    assert calibrate([*scores, Score(5, "A", 3)], 3, Variances(2, 0.1, 0.5)).settles_most == 5


def test_nothing_is_open_where_everybody_has_a_place() -> None:
    assert calibrate(CHECK, 4).settles_most is None


def test_there_must_be_scores() -> None:
    with pytest.raises(ValueError, match="no scores"):
        calibrate([], 1)


def test_a_single_score_is_its_own_estimate() -> None:
    assert calibrate([Score("x", "A", 4)], 1).applications["x"].score == pytest.approx(4)


def test_habits_of_reviewers_are_recovered() -> None:
    made = panel(11, applications=300, reviewers=6, noise=0.3, habits=1.0)
    found = calibrate(made.scores, 20)
    order = np.array([found.reviewers[number] for number in range(6)])
    assert np.corrcoef(order, made.habits)[0, 1] > 0.97


def test_calibrated_order_recalls_the_best_better_than_the_raw_one_where_habits_differ() -> None:
    pairs = [recall(panel(seed, habits=0.8), 20) for seed in range(10)]
    raw, calibrated = (sum(each[side] for each in pairs) for side in (0, 1))
    assert calibrated > raw


def test_eliminating_the_applications_gives_the_solution_of_the_whole_system() -> None:
    scores, given = panel(5, applications=40, reviewers=6).scores[:-1], Variances(0.9, 0.3, 0.5)
    design = np.zeros((len(scores), 47))
    for row, each in enumerate(scores):
        design[row, [0, 1 + int(str(each.application)), 41 + int(str(each.reviewer))]] = 1.0
    penalties = np.array([0.0, *[0.5 / 0.9] * 40, *[0.5 / 0.3] * 6])
    inverse = np.linalg.inv(design.T @ design + np.diag(penalties))
    solution = inverse @ design.T @ np.array([each.value for each in scores])
    found = calibrate(scores, 10, given).applications
    spread = [0.5 * (inverse[0, 0] + 2 * inverse[0, 1 + n] + inverse[1 + n, 1 + n]) for n in range(40)]
    assert [found[n].score for n in range(40)] == pytest.approx(list(solution[0] + solution[1:41]))
    assert [found[n].high - found[n].score for n in range(40)] == pytest.approx(list(1.959964 * np.sqrt(spread)))
