"""Whatever a form asks and a team answers, a reader finds nothing that is not for them."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registrar.applications.documents.contents import Reader
from registrar.applications.visibility import Source, View, view
from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.rules import Audience, QuestionType
from registrar.folding import fold
from registrar.people.rules import InstitutionKind

FREE = (QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT, QuestionType.LINK, QuestionType.TEAM, QuestionType.FILE)


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Draw an application in which each answer holds a word of its own that says who may read it."""
    questions: list[Question] = []
    answers: dict[str, Any] = {}
    files: dict[int, str] = {}
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(FREE))
        audience, identifying = draw(st.sampled_from(Audience)), draw(st.booleans())
        key = f"q{number}"
        questions.append(Question(key, kind, Words(key), audience=audience, identifying=identifying))
        answers[key] = _answer(kind, _word(number, kind, audience, identifying), number)
        files |= {number: f"file-canary-{key}.pdf"} if kind is QuestionType.FILE else {}
    cut = draw(st.integers(0, len(questions)))
    parts = (Section("a", Words("A"), questions=tuple(questions[:cut])),
             Section("b", Words("B"), questions=tuple(questions[cut:])))  # fmt: skip
    who = ("place-canary", "FR", draw(st.sampled_from(InstitutionKind)), ("person-canary",))
    return Source("WAC-1", *who, Definition(parts), answers, files)


def _word(number: int, kind: QuestionType, audience: Audience, identifying: bool) -> str:
    if audience is Audience.ORGANISERS:
        return f"organisers-canary-{number}"
    return f"who-canary-{number}" if identifying or kind is QuestionType.TEAM else f"open-word-{number}"


def _answer(kind: QuestionType, word: str, number: int) -> Any:
    if kind is QuestionType.TEAM:
        return [{"name": word, "role": "", "email": f"{word}@example.org"}]
    return [number] if kind is QuestionType.FILE else word


def shown(seen: View) -> str:
    """Return everything of a view that a page could show: all but the questions themselves and raw values."""
    entries = [entry for part in seen.parts for entry in part.entries]
    lines = [f"{line.text} {line.url}" for entry in entries for line in entry.lines]
    lines += [str(entry.value) for entry in entries]
    return " ".join([seen.reference, seen.institution, seen.country, str(seen.kind), *seen.people, *lines])


@settings(deadline=None)
@given(sources())
def test_blind_readers_find_no_name(source: Source) -> None:
    seen = shown(view(source, Reader.BLIND_REVIEWERS))

    assert "canary" not in seen


@settings(deadline=None)
@given(sources(), st.sampled_from(["Place-Canary", "PERSON-canary", "Pèrson-Cànary", "who-canary-9@example.org"]))
def test_names_are_struck_out_of_what_people_write(source: Source, name: str) -> None:
    question = Question("open", QuestionType.LONG_TEXT, Words("Open"))
    definition = Definition((*source.definition.sections, Section("c", Words("C"), questions=(question,))))
    written = {**source.answers, "open": f"We are {name}, and glad.\nWrite to {name} soon."}
    seen = shown(view(replace(source, definition=definition, answers=written), Reader.BLIND_REVIEWERS))

    assert "canary" not in fold(seen)  # type: ignore[operator]  # text, so folded text
    assert "We are […], and glad." in seen


@settings(deadline=None)
@given(sources())
def test_readers_find_nothing_that_is_the_organisers(source: Source) -> None:
    seen = view(source, Reader.REVIEWERS)

    assert "organisers-canary" not in shown(seen)
    assert seen.people == ()


@settings(deadline=None)
@given(sources())
def test_what_is_for_a_reader_is_all_there(source: Source) -> None:
    texts = {reader: sum(f"open-word-{n}" in shown(view(source, reader)) for n in range(8)) for reader in Reader}
    whole = shown(view(source, Reader.TEAM))
    words = [str(value) for value in source.answers.values() if isinstance(value, str)]

    assert texts[Reader.TEAM] == texts[Reader.REVIEWERS] == texts[Reader.BLIND_REVIEWERS]
    assert [word for word in words if word not in whole] == []


@settings(deadline=None)
@given(sources())
def test_only_files_that_may_be_seen_may_be_opened(source: Source) -> None:
    for reader in Reader:
        seen = view(source, reader)
        asked = {entry.question.key for part in seen.parts for entry in part.entries}
        assert seen.uploads == {number for number in source.files if f"q{number}" in asked}
