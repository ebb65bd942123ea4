"""Where an application stands, as its team may know it: a pure function of what is the team's and what was released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registrar.applications.rules import Enrolment, Lifecycle, OfferState, Step, Verdict


class Reached(StrEnum):
    """How far a step of the way is."""

    DONE = "done"
    CURRENT = "current"
    COMING = "coming"


@dataclass(frozen=True)
class Released:
    """All that a team may know; nothing that organisers decide in private is among it."""

    state: Lifecycle
    submitted_at: datetime | None
    last_change_at: datetime
    """Until when the team may change its answers; then the review begins."""
    verdict: Verdict | None = None
    released_at: datetime | None = None
    offer: OfferState | None = None
    enrolment: Enrolment | None = None


@dataclass(frozen=True)
class Mark:
    """One step of the way, and when it was reached where that is known."""

    step: Step
    reached: Reached
    at: datetime | None = None


def tracker(facts: Released, now: datetime) -> list[Mark]:
    """Return the steps of the way as far as they concern this team; before the release they are the same for all."""
    if facts.submitted_at is None or facts.state is not Lifecycle.SUBMITTED:
        return []
    received = Mark(Step.RECEIVED, Reached.DONE, facts.submitted_at)
    if facts.released_at is None:
        reviewing = Reached.CURRENT if now >= facts.last_change_at else Reached.COMING
        to_come = (Step.DECISION, Step.OFFER, Step.ENROLLED)
        return [received, Mark(Step.IN_REVIEW, reviewing), *(Mark(step, Reached.COMING) for step in to_come)]
    decided = [received, Mark(Step.IN_REVIEW, Reached.DONE), Mark(Step.DECISION, Reached.DONE, facts.released_at)]
    if facts.verdict is Verdict.DECLINE:
        return decided
    return [*decided, Mark(Step.OFFER, _offer(facts)), Mark(Step.ENROLLED, _enrolled(facts))]


def _offer(facts: Released) -> Reached:
    if facts.offer is None:
        return Reached.COMING
    return Reached.CURRENT if facts.offer is OfferState.OPEN else Reached.DONE


def _enrolled(facts: Released) -> Reached:
    return Reached.DONE if facts.enrolment else Reached.COMING


class Standing(StrEnum):
    """An application in one word, as its team may know it."""

    DRAFT = "draft"
    MISSED = "missed"
    """A draft after its deadline."""
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


def standing(facts: Released, now: datetime) -> Standing:
    """Return where an application stands at `now`."""
    over = now >= facts.last_change_at
    if facts.state is Lifecycle.WITHDRAWN:
        return Standing.WITHDRAWN
    if facts.state is Lifecycle.DRAFT:
        return Standing.MISSED if over else Standing.DRAFT
    if facts.released_at is not None:
        return Standing.DECIDED
    return Standing.IN_REVIEW if over else Standing.RECEIVED


@dataclass(frozen=True)
class Criterion:
    """What reviewers said about one criterion in the rubric's own words, never who said it."""

    titles: Mapping[str, str]
    """By language."""
    levels: Sequence[Mapping[str, str]]
    """The words of each level that was given, by language, the most frequent first."""

    def title(self, locale: str) -> str:
        return self.titles.get(locale) or next(iter(self.titles.values()), "")

    def words(self, locale: str) -> list[str]:
        return [each.get(locale) or next(iter(each.values()), "") for each in self.levels]


@dataclass(frozen=True)
class AfterRelease:
    """What organisers share beyond the verdict, if they wish: the place in line, and feedback."""

    place: int | None = None
    levels: Sequence[Criterion] = ()
    texts: Sequence[str] = ()

    @property
    def feedback(self) -> bool:
        return bool(self.levels or self.texts)
