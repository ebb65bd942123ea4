"""Two texts for one answer: what differs, and what both together are."""

import random
from typing import Any

import pytest

from registrar.applications.merging import Piece, both, differences
from registrar.calls.definition import Question, Words
from registrar.calls.rules import QuestionType

WORDS = ("we", "show", "art", "\n", " ", "  ", "and", "music.")


def test_the_words_that_differ_are_marked_in_both_texts() -> None:
    assert differences("We show old art.", "We show new art here.") == (
        [Piece("We show ", False), Piece("old art.", True)],
        [Piece("We show ", False), Piece("new art here.", True)],
    )
    assert differences("Same.", "Same.") == ([Piece("Same.", False)], [Piece("Same.", False)])
    assert differences("", "New.") == ([], [Piece("New.", True)])


def test_pieces_together_are_the_text_and_what_is_not_marked_is_in_both() -> None:
    chance = random.Random(4)
    for _ in range(300):
        one, other = ("".join(chance.choices(WORDS, k=chance.randint(0, 12))) for _ in range(2))
        left, right = differences(one, other)
        assert ("".join(each.text for each in left), "".join(each.text for each in right)) == (one, other)
        common = ["".join(each.text for each in side if not each.own) for side in (left, right)]
        assert common[0] == common[1]


def test_long_texts_are_compared_line_by_line() -> None:
    same = "word " * 5_000 + "\n"
    left, right = differences(same + "one more", same + "one less")

    assert (left, right) == (
        [Piece(same, False), Piece("one more", True)],
        [Piece(same, False), Piece("one less", True)],
    )


@pytest.mark.parametrize(
    ("kind", "theirs", "mine", "together"),
    [
        (QuestionType.LONG_TEXT, "Theirs.", "Mine.", "Theirs.\n\nMine."),
        (QuestionType.SHORT_TEXT, "Theirs", "Mine", "Theirs / Mine"),
        (QuestionType.MULTIPLE_CHOICE, ["a", "b"], ["b", "c"], ["a", "b", "c"]),
        (QuestionType.TEAM, [{"name": "Ada"}], [{"name": "Bo"}, {"name": "Ada"}], [{"name": "Ada"}, {"name": "Bo"}]),
        (QuestionType.YES_NO, True, False, None),
        (QuestionType.NUMBER, "1", "2", None),
        (QuestionType.SINGLE_CHOICE, "a", "b", None),
        (QuestionType.LONG_TEXT, None, "Mine.", None),
        (QuestionType.LONG_TEXT, "Theirs.", None, None),
    ],
)
def test_both_stand_where_an_answer_can_hold_them(kind: QuestionType, theirs: Any, mine: Any, together: Any) -> None:
    assert both(Question("q", kind, Words("?")), theirs, mine) == together
