"""What invented teams answer: something plausible for each question of a form, whatever it asks."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from registrar.calls.conditions import asked
from registrar.calls.definition import Definition, Question
from registrar.calls.rules import QuestionType
from registrar.ops.demo.teams import Team
from registrar.ops.demo.world import read
from registrar.people.rules import InstitutionKind

Words = Mapping[str, Any]
Upload = Callable[[Question], int]
FILE = [0]
"""Stands for a file until it is known that it is kept."""
"""Adds a file to the application and returns its number."""


def words() -> Words:
    """Return what the teams write with."""
    return read("applications.toml")


def answers(definition: Definition, team: Team, upload: Upload, rng: Random, share: float = 1) -> dict[str, Any]:
    """Answer the first `share` of what is asked, from above; the last text of a part of it breaks off."""
    given: dict[str, Any] = {}
    for question in definition.questions():
        if question.key in asked(definition, given):
            given[question.key] = answer(question, team, rng)
    kept = list(given)[: round(len(given) * share)]
    found = {key: given[key] for key in kept if given[key] is not None}
    for question in definition.questions():
        if question.type is QuestionType.FILE and question.key in found:
            found[question.key] = [upload(question)]
    return found if share == 1 else _broken_off(definition, found)


def answer(question: Question, team: Team, rng: Random) -> Any:
    """Return what this team answers; None where it leaves out what it may."""
    if not question.required and rng.random() < 0.4:
        return None
    match question.type:
        case QuestionType.LONG_TEXT:
            return _sentences(question, team, rng)
        case QuestionType.SINGLE_CHOICE | QuestionType.MULTIPLE_CHOICE:
            return _chosen(question, team, rng)
        case QuestionType.NUMBER:
            return _number(question, rng)
        case QuestionType.YES_NO:
            return rng.random() * 100 < words()["answered_yes"].get(question.key, 50)
        case QuestionType.FILE:
            return FILE
        case QuestionType.TEAM:
            return _people(question, team, rng)
    return _line(question, team, rng)


def _line(question: Question, team: Team, rng: Random) -> str:
    if question.type is QuestionType.COUNTRY:
        return str(team.institution["country"])
    if question.type is QuestionType.LINK:
        return str(team.institution["website"])
    if question.type is QuestionType.DATE:
        return "2027-02-01"
    return _in_language(rng.choice(words()["short"].get(question.key, words()["long"]["other"])), team)


def _sentences(question: Question, team: Team, rng: Random) -> str:
    """Put two or three sentences together, never more words than the question takes."""
    pool = words()["long"].get(question.key, words()["long"]["other"])
    chosen = [_in_language(each, team) for each in rng.sample(pool, k=min(len(pool), rng.choice((2, 2, 3))))]
    while len(chosen) > 1 and sum(len(each.split()) for each in chosen) > (question.words or 1000):
        chosen.pop()
    return " ".join(chosen)


def _in_language(pair: list[str], team: Team) -> str:
    return pair[team.locale == "fr"].replace("{name}", team.institution["name"])


def _chosen(question: Question, team: Team, rng: Random) -> Any:
    keys = [choice.key for choice in question.choices]
    if question.type is QuestionType.SINGLE_CHOICE:
        fitting = words()["form_kinds"].get(team.institution["kind"] or InstitutionKind.OTHER)
        return fitting if question.key == "institution_kind" and fitting in keys else rng.choice(keys[:-1] or keys)
    least = max(question.least or 1, 1)
    most = min(question.most or 3, len(keys))
    keys = keys if question.least == len(keys) else keys[:-1] or keys
    picked = rng.sample(keys, k=min(rng.randint(least, max(most, least)), len(keys)))
    return sorted(picked, key=keys.index)


def _number(question: Question, rng: Random) -> str:
    low, high = words()["numbers"].get(question.key, (question.least or 0, question.most or 100))
    return str(int(low + (high - low) * rng.random() ** 3))


def _people(question: Question, team: Team, rng: Random) -> list[dict[str, str]]:
    """Name the members, and as many others as the question asks for at least."""
    named = [(each.profile.name, each.profile.email) for each in team.people]
    others = iter((("Noor Haddad", ""), ("Jo Lindqvist", ""), ("Sam Okafor", "")))
    while len(named) < (question.least or 1):
        named.append(next(others))
    roles = rng.sample(words()["desk"]["roles"], k=len(words()["desk"]["roles"]))
    rows = zip(named[: question.most], roles, strict=False)
    return [{"name": name, "role": _in_language(role, team), "email": email} for (name, email), role in rows]


def _broken_off(definition: Definition, found: dict[str, Any]) -> dict[str, Any]:
    """Let the last text end in the middle, as when somebody was called away."""
    texts = [each.key for each in definition.questions() if each.type is QuestionType.LONG_TEXT and each.key in found]
    if texts:
        found[texts[-1]] = " ".join(found[texts[-1]].split()[:6])
    return found
