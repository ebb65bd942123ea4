"""What a scenario may set limits for: country, region, kind, tags, and the answers to questions with choices."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.desk_models import ApplicationTag
from registrar.applications.models import Application
from registrar.applications.rules import ConflictState, Verdict
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.reviews import board_queries
from registrar.reviews.board_queries import Entry
from registrar.reviews.continents import region
from registrar.reviews.decision_models import Scenario
from registrar.reviews.results import Panel
from registrar.reviews.scenarios import Candidate

COUNTRY, REGION, KIND = "country", "region", "kind"
TAG, ANSWER = "tag:", "answer:"
HAS = "yes"
"""The one value of a tag."""


@dataclass(frozen=True)
class Field:
    """Who may be chosen, by what they are."""

    entries: tuple[Entry, ...]
    traits: Mapping[int, Mapping[str, str]]

    def values(self) -> dict[str, dict[str, int]]:
        """Return the values of each trait, with how many applications have them."""
        found: dict[str, dict[str, int]] = {}
        for each in self.traits.values():
            for trait, value in each.items():
                counts = found.setdefault(trait, {})
                counts[value] = counts.get(value, 0) + 1
        return found


def field(db: DbSession, call: Call, staff: Staff) -> Field:
    """Return everybody who exists for this organiser."""
    entries = tuple(board_queries.entries(db, call, staff))
    traits = {each.number: _of(each) for each in entries}
    for number, tag in _tags(db, call):
        if number in traits:
            traits[number][f"{TAG}{tag}"] = HAS
    for key in questions(call):
        for number, answer in _answers(db, call, key):
            if number in traits and answer is not None:
                traits[number][f"{ANSWER}{key}"] = _word(answer)
    return Field(entries, traits)


def questions(call: Call) -> dict[str, str]:
    """Return the questions whose answer is one of a few, with their words in English."""
    definition = call.form_version.definition if call.form_version else None
    types = (QuestionType.SINGLE_CHOICE, QuestionType.YES_NO)
    return {each.key: each.label.en for each in definition.questions() if each.type in types} if definition else {}


def candidates(found: Field, panel: Panel, *, keeping: bool) -> list[Candidate]:
    """Return those who have a score; with `keeping`, the accepted are in and the declined are out."""
    return [
        Candidate(each.number, panel.estimates[each.number].score, found.traits[each.number], _fixed(each, keeping))
        for each in found.entries
        if each.number in panel.estimates
    ]


def seen(db: DbSession, call: Call, staff: Staff) -> list[Scenario]:
    """Return the saved scenarios, the newest first; one with an application in conflict does not exist."""
    barred = set(
        db.scalars(
            select(Conflict.application_id).where(
                Conflict.staff_id == staff.id, Conflict.state == ConflictState.CONFIRMED
            )
        )
    )
    statement = select(Scenario).where(Scenario.call_id == call.id).order_by(Scenario.id.desc())
    return [each for each in db.scalars(statement) if not barred & set(each.result["candidates"])]


def _fixed(entry: Entry, keeping: bool) -> bool | None:
    if not keeping:
        return None
    return {Verdict.ACCEPT.value: True, Verdict.DECLINE.value: False}.get(entry.verdict or "")


def _of(entry: Entry) -> dict[str, str]:
    place = region(entry.country)
    known = {COUNTRY: entry.country, REGION: place.value if place else "", KIND: entry.kind or ""}
    return {trait: value for trait, value in known.items() if value}


def _tags(db: DbSession, call: Call) -> list[tuple[int, str]]:
    statement = select(ApplicationTag.application_id, ApplicationTag.tag).join(
        Application, Application.id == ApplicationTag.application_id
    )
    return [(number, tag) for number, tag in db.execute(statement.where(Application.call_id == call.id))]


def _answers(db: DbSession, call: Call, key: str) -> list[tuple[int, object]]:
    statement = select(Application.id, Application.counted[key]).where(
        Application.call_id == call.id, Application.counted.is_not(None)
    )
    return [(number, answer) for number, answer in db.execute(statement)]


def _word(answer: object) -> str:
    """Write an answer as the key of its choice; SQLite says yes and no in numbers."""
    if isinstance(answer, str):
        return answer
    return "yes" if answer else "no"
