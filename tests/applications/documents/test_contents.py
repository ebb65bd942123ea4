"""What a document says depends on who reads it: reviewers see less, blind reviewers nothing that tells who applies."""

import pytest

from registrar.applications.documents.contents import Reader, contents
from registrar.calls.definition import Condition, Definition, Question, Section, Words
from registrar.calls.rules import Audience, Operator, QuestionType

FORM = Definition(
    (
        Section(
            "museum",
            Words("Your museum", "Votre musée"),
            questions=(
                Question("name", QuestionType.SHORT_TEXT, Words("Its name"), identifying=True),
                Question("new", QuestionType.YES_NO, Words("New?")),
                Question(
                    "past", QuestionType.LONG_TEXT, Words("Past"), conditions=(Condition("new", Operator.IS, "no"),)
                ),
                Question("plan", QuestionType.FILE, Words("A plan")),
            ),
        ),
        Section(
            "us",
            Words("You and us"),
            questions=(
                Question("budget", QuestionType.NUMBER, Words("Budget"), audience=Audience.ORGANISERS),
                Question("people", QuestionType.TEAM, Words("People")),
            ),
        ),
    )
)
ANSWERS = {"name": "Salt", "new": True, "past": "Hidden.", "plan": [4], "budget": "10", "people": [{"name": "Ada"}]}


def shown(reader: Reader) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    return [
        (part.section.key, [(each.question.key, [line.text for line in each.lines]) for each in part.entries])
        for part in contents(FORM, ANSWERS, {4: "Salt's plan.pdf"}, reader)
    ]


@pytest.mark.usefixtures("context")
def test_the_team_and_organisers_read_everything_that_is_asked() -> None:
    museum = [("name", ["Salt"]), ("new", ["Yes"]), ("plan", ["Salt's plan.pdf"])]
    assert shown(Reader.TEAM) == [("museum", museum), ("us", [("budget", ["10"]), ("people", ["Ada"])])]


@pytest.mark.usefixtures("context")
def test_reviewers_do_not_read_what_only_organisers_see() -> None:
    museum = [("name", ["Salt"]), ("new", ["Yes"]), ("plan", ["Salt's plan.pdf"])]
    assert shown(Reader.REVIEWERS) == [("museum", museum), ("us", [("people", ["Ada"])])]


@pytest.mark.usefixtures("context")
def test_blind_reviewers_read_nothing_that_tells_who_applies() -> None:
    assert shown(Reader.BLIND_REVIEWERS) == [("museum", [("new", ["Yes"]), ("plan", ["File 1"])])]
