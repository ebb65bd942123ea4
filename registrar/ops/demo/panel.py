"""Who reviews a call of the demonstration, in which phases and by which criteria; and their conflicts of interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.world import read
from registrar.reviews.models import Criterion, Reviewer, ReviewerTie, ReviewPhase
from registrar.reviews.rules import Sees, Tie

LOAD = 36
IN_PANEL = 6


@dataclass(frozen=True)
class Critic:
    """A reviewer with their stored row and their habit: how much above the others they score, in levels."""

    row: dict[str, Any]
    habit: float

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def actor(self) -> str:
        return f"staff:{self.row['staff_id']}"


@dataclass(frozen=True)
class Panel:
    """The reviewers of a call, and what they score by."""

    critics: Sequence[Critic]
    criteria: Sequence[dict[str, Any]]
    begins_at: datetime
    """When they could start."""


def words() -> dict[str, Any]:
    """Return the data file of reviewing."""
    return read("reviewing.toml")


def panel(scene: Scene, staff: Sequence[Staff], begins_at: datetime) -> Panel:
    """Note the reviewers of a call and its rubric."""
    invited = begins_at - timedelta(days=20)
    critics = [_critic(scene, each, facts, invited) for each, facts in zip(staff, _facts(), strict=False)]
    return Panel(critics, [_criterion(scene, place, facts) for place, facts in _criteria()], begins_at)


def phases(scene: Scene, active: int | None, since: datetime, ends_at: datetime) -> None:
    """Note the phases of a review; `active` is the position of the one that is on."""
    plan = (
        ("Blind reading", "Lecture à l’aveugle", Sees.NEVER, {"scores": True}),
        ("Discussion and decision", "Discussion et décision", Sees.AFTER_OWN,
         {"sees_names": True, "scores": True, "discusses": True, "decides": True}),
        ("After the release", "Après la publication", Sees.AFTER_OWN, {"sees_names": True}),
    )  # fmt: skip
    may = dict.fromkeys(("sees_names", "scores", "discusses", "decides"), False)
    ends = (since, ends_at, None)
    for position, (english, french, sees, told) in enumerate(plan, start=1):
        row = scene.book.add(ReviewPhase, call_id=scene.call_id, position=position, name_en=english, name_fr=french)
        row |= {**may, **told, "sees_others": sees, "ends_at": ends[position - 1]}
        row["active_since"] = since if position == active else None


def conflicts(scene: Scene, panel: Panel, told: Sequence[Told]) -> set[tuple[int, int]]:
    """Note conflicts of interest: two confirmed, one that waits, one dismissed; return the pairs that never meet."""
    elif_, bruno, ada = panel.critics[5], panel.critics[2], panel.critics[1]
    _tie(scene, elif_, told[4], Tie.WORKS_AT)
    _tie(scene, bruno, told[12], Tie.COHORT)
    said = words()["words"]
    at = panel.begins_at - timedelta(days=2)
    first = (elif_, told[4], ConflictSource.REVIEWER, ConflictState.CONFIRMED, said["conflict_works"])
    second = (ada, told[9], ConflictSource.DOMAIN, ConflictState.CONFIRMED, said["conflict_domain"])
    third = (bruno, told[12], ConflictSource.COHORT, ConflictState.SUGGESTED, said["conflict_cohort"])
    conflict(scene, ada, told[15], ConflictSource.COHORT, ConflictState.DISMISSED, said["conflict_cohort"], at)
    return {conflict(scene, *each, at) for each in (first, second, third)}


def conflict(
    scene: Scene, critic: Critic, told: Told, source: ConflictSource, state: ConflictState, reason: str, at: datetime
) -> tuple[int, int]:
    """Note a conflict; return its application and reviewer."""
    own = source is ConflictSource.REVIEWER
    by = critic.actor if own else f"staff:{scene.staff_id}"
    row = {"staff_id": critic.row["staff_id"], "application_id": told.id, "source": source, "state": state}
    noted = scene.book.add(Conflict, **row, reason=reason, said_at=at, said_by=by)
    if state is not ConflictState.SUGGESTED:
        noted |= {"settled_at": at, "settled_by": by}
        scene.book.audit(by, f"conflict.{state}", Conflict, noted["id"], at, source=source)
    return told.id, critic.id


def _facts() -> list[dict[str, Any]]:
    return list(words()["reviewer"].values())


def _critic(scene: Scene, staff: Staff, facts: dict[str, Any], at: datetime) -> Critic:
    row = scene.book.add(Reviewer, call_id=scene.call_id, staff_id=staff.id, load=LOAD, invited_at=at)
    row |= {"languages": facts["languages"], "subjects": facts["subjects"]}
    return Critic(row, facts["habit"])


def _criteria() -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(words()["criterion"], start=1))


def _criterion(scene: Scene, place: int, facts: dict[str, Any]) -> dict[str, Any]:
    (title_en, title_fr), (help_en, help_fr) = facts["title"], facts["help"]
    levels = [
        {"value": value, "title": {"en": en, "fr": fr}, "text": {"en": text_en, "fr": text_fr}}
        for value, (en, fr, text_en, text_fr) in enumerate(facts["levels"], start=1)
    ]
    row = {"title_en": title_en, "title_fr": title_fr, "help_en": help_en, "help_fr": help_fr, "levels": levels}
    row |= {"weight": float(facts["weight"]), "required": facts["required"]}
    return scene.book.add(Criterion, call_id=scene.call_id, position=place, **row)


def _tie(scene: Scene, critic: Critic, told: Told, tie: Tie) -> None:
    institution = told.team.institution["id"]
    scene.book.add(ReviewerTie, reviewer_id=critic.id, institution_id=institution, tie=tie)
