"""Forms, edits and answers drawn at random, for tests over all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from registrar.calls.conditions import OPERATORS, YES_NO, earlier
from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.editing import (
    Place,
    Step,
    add_question,
    add_section,
    duplicate_question,
    fresh_key,
    keys,
    move_question,
    move_section,
    place_question,
    remove_question,
    remove_section,
    update_question,
)
from registrar.calls.form_checks import CHOICES, LIMITED, WORDED
from registrar.calls.rules import Audience, QuestionType

SMALL = st.integers(0, 6)
TEXT = st.text("ab é–\n", max_size=8)
WORDS = st.builds(Words, TEXT, TEXT)
COUNTS = st.none() | st.integers(-1, 4)


@st.composite
def questions(draw: st.DrawFn, key: str = "q") -> Question:
    """A question of any type, right or wrong."""
    kind = draw(st.sampled_from(QuestionType))
    count = draw(st.integers(0, 3)) if kind in CHOICES else 0
    return Question(
        key, kind, draw(WORDS), draw(WORDS),
        required=draw(st.booleans()), audience=draw(st.sampled_from(Audience)), identifying=draw(st.booleans()),
        choices=tuple(Choice(f"c{number}", draw(WORDS)) for number in range(count)),
        words=draw(COUNTS) if kind in WORDED else None,
        least=draw(COUNTS) if kind in LIMITED else None, most=draw(COUNTS) if kind in LIMITED else None,
    )  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn, about: Question) -> Condition:
    """A condition such as the builder offers for this question."""
    values = [*(each.key for each in about.choices), *YES_NO, "FR", "2", ""]
    return Condition(about.key, draw(st.sampled_from(OPERATORS[about.type])), draw(st.sampled_from(values)))


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Anything that may be stored as an answer to the question, or nothing."""
    texts = TEXT | st.sampled_from(["FR", "2", "1,5", "2027-01-31", "https://example.org"])
    people = st.fixed_dictionaries({}, optional={"name": TEXT, "role": TEXT, "email": TEXT})
    options = [each.key for each in question.choices]
    shapes: dict[QuestionType, st.SearchStrategy[Any]] = {
        QuestionType.YES_NO: st.booleans(),
        QuestionType.FILE: st.lists(st.integers(1, 9), max_size=3),
        QuestionType.TEAM: st.lists(people, max_size=3),
        QuestionType.SINGLE_CHOICE: st.sampled_from([*options, "gone"]),
        QuestionType.MULTIPLE_CHOICE: st.lists(st.sampled_from(options), max_size=len(options))
        if options
        else st.just([]),
        QuestionType.SHORT_TEXT: TEXT,
    }
    return shapes.get(question.type, texts) | st.none()


@st.composite
def answers(draw: st.DrawFn, definition: Definition) -> dict[str, Any]:
    """Answers to some questions of a form, and to one that it does not ask."""
    found = {each.key: draw(answers_to(each)) for each in definition.questions() if draw(st.integers(0, 3))}
    return found | ({"gone": draw(TEXT)} if draw(st.booleans()) else {})


@dataclass
class Bench:
    """A form under the hands of organisers who do anything that the builder lets them do."""

    draw: Any
    """What draws: hypothesis gives it in two shapes."""
    definition: Definition = field(default_factory=Definition)
    number: int = 1
    ever: set[str] = field(default_factory=set)
    """Every key that was ever given."""

    def step(self) -> None:
        """Do one thing, drawn at random."""
        acts: list[Callable[[], None]] = [self.add_section, self.add_question, self.add_condition, self.add_condition]
        acts += [self._move, self._place, self._copy, self._reword, self._move_section, self._take_out]
        self.draw(st.sampled_from(acts))()

    def _key(self, letter: str) -> str:
        """Give a key as the builder does; it knows what is there now, and the number of the draft tells the rest."""
        self.number += 1
        found = fresh_key(letter, self.number, set(keys(self.definition)))
        assert found not in self.ever
        self.ever.add(found)
        return found

    def _some(self) -> Question | None:
        found = list(self.definition.questions())
        return self.draw(st.sampled_from(found)) if found else None

    def _home(self) -> Section | None:
        return self.draw(st.sampled_from(self.definition.sections)) if self.definition.sections else None

    def add_section(self) -> None:
        self.definition = add_section(self.definition, Section(self._key("s"), self.draw(WORDS)))

    def add_question(self) -> None:
        if home := self._home():
            made = self.draw(questions(self._key("q")))
            self.definition = add_question(self.definition, made, home.key, self.draw(SMALL))

    def add_condition(self) -> None:
        """Add a condition on an earlier question: the builder offers no other."""
        question = self._some()
        before = earlier(self.definition, question.key) if question else []
        if question and before:
            made = self.draw(conditions(self.draw(st.sampled_from(before))))
            self.definition = update_question(
                self.definition, replace(question, conditions=(*question.conditions, made))
            )

    def _move(self) -> None:
        if question := self._some():
            self.definition = move_question(self.definition, question.key, self.draw(st.sampled_from(Step)))

    def _place(self) -> None:
        question, home = self._some(), self._home()
        if question and home:
            self.definition = place_question(self.definition, question.key, Place(home.key, self.draw(SMALL)))

    def _copy(self) -> None:
        if question := self._some():
            self.definition = duplicate_question(self.definition, question.key, self._key("q"))

    def _reword(self) -> None:
        if question := self._some():
            other = self.draw(questions(question.key))
            kept = replace(question, label=other.label, required=other.required, choices=question.choices[:2])
            self.definition = update_question(self.definition, kept)

    def _move_section(self) -> None:
        if home := self._home():
            self.definition = move_section(self.definition, home.key, self.draw(st.sampled_from(Step)))

    def _take_out(self) -> None:
        question, home = self._some(), self._home()
        if question and self.draw(st.booleans()):
            self.definition = remove_question(self.definition, question.key)
        elif home:
            self.definition = remove_section(self.definition, home.key)


@st.composite
def benches(draw: st.DrawFn) -> Bench:
    """A form with a few questions and conditions, and what organisers have made of it since."""
    bench = Bench(draw)
    for _ in range(draw(st.integers(1, 2))):
        bench.add_section()
    for _ in range(draw(st.integers(2, 6))):
        bench.add_question()
        bench.add_condition()
    for _ in range(draw(st.integers(0, 5))):
        bench.step()
    return bench


@st.composite
def forms(draw: st.DrawFn) -> Definition:
    """Any form that can be built."""
    found: Definition = draw(benches()).definition
    return found
