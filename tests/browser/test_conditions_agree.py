"""The browser and the server decide alike: which questions are asked, what a number is, how many words a text has."""

import random
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page

from registrar.calls.conditions import asked
from registrar.calls.definition import Condition, Definition, Question, Section, Words, to_json
from registrar.calls.rules import Operator, QuestionType
from registrar.calls.values import count_words, is_blank, number_of
from tests.browser.conftest import Visit
from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("template", ["sqlite"], indirect=True)]
"""No database is asked."""
CASES = 3_000
GAPS = " \t\n\u00a0\u202f\u2009\u3000\u0085\ufeff'’"
SIGNS = "0123456789٣.,+-eE_ab" + GAPS
BOUNDS = ["0", "1", "-1", "2.5", "0.30", "12,500", "1e3", "x", "", "9007199254740993"]
VALUES = ["a", "b", "yes", "no", "", " ", "\u0085", "0.3", "1", "2,5", "12 500", "9007199254740992", "None"]
SCRIPT = """async ([cases, texts]) => {
  const { asked, numberOf } = await import("/static/js/conditions.js");
  const { isBlank } = await import("/static/js/fields.js");
  const { countWords } = await import("/static/js/words.js");
  return [
    cases.map(({ questions, values }) => [...asked(questions, values)].sort()),
    texts.map((text) => [numberOf(text)?.toString() ?? null, isBlank(text), countWords(text)]),
  ];
}"""


@pytest.fixture
def page(open_house: House, visit: Visit) -> Page:
    found = visit()
    found.goto(f"{open_house.url}/privacy")
    return found


def case(chance: random.Random) -> tuple[Definition, dict[str, Any]]:
    """Return a form of a few questions with conditions on earlier ones, and answers of every kind."""
    keys = [f"q{number}" for number in range(chance.randint(2, 7))]
    questions = [
        Question(key, QuestionType.SHORT_TEXT, Words(key), conditions=conditions(keys[:number], chance))
        for number, key in enumerate(keys)
    ]
    return Definition((Section("all", Words("All"), questions=tuple(questions)),)), {
        key: value(chance) for key in keys if chance.random() < 0.8
    }


def conditions(earlier: list[str], chance: random.Random) -> tuple[Condition, ...]:
    count = chance.choice((0, 1, 1, 2)) if earlier else 0
    wanted = [*BOUNDS, *VALUES]
    return tuple(
        Condition(chance.choice(earlier), chance.choice(list(Operator)), chance.choice(wanted)) for _ in range(count)
    )


def value(chance: random.Random) -> Any:
    kinds = (
        lambda: chance.choice(VALUES),
        lambda: chance.choice((True, False, None)),
        lambda: chance.sample(VALUES, chance.randint(0, 3)),
        lambda: [{"name": chance.choice(VALUES), "role": "", "email": ""}],
        lambda: "".join(chance.choices(SIGNS, k=chance.randint(1, 6))),
    )
    return chance.choice(kinds)()


def written(number: Decimal | None) -> str | None:
    """Write a number as the browser holds it: a whole number of its fortieth decimals."""
    return None if number is None else str(int(number.scaleb(40)))


def test_the_browser_and_the_server_decide_alike(page: Page) -> None:
    chance = random.Random(4)
    cases = [case(chance) for _ in range(CASES)]
    texts = ["".join(chance.choices(SIGNS, k=chance.randint(0, 9))) for _ in range(CASES)]
    sent = [{"questions": [to_json(each) for each in form.questions()], "values": answers} for form, answers in cases]
    shown, read = page.evaluate(SCRIPT, [sent, texts])

    assert shown == [sorted(asked(form, answers)) for form, answers in cases]
    assert read == [[written(number_of(each)), is_blank(each), count_words(each)] for each in texts]
    assert len({len(each) for each in shown}) > 4
