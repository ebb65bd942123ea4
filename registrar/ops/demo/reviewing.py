"""Who reviewed what in the demonstration: assignments, reviews from hidden qualities and habits, some to write."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from registrar.applications.desk_models import ApplicationTag
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.panel import Critic, Panel, conflict, words
from registrar.reviews.assigning import Paper, Reader, assign
from registrar.reviews.models import Assignment, Review, ReviewScore
from registrar.reviews.rules import AssignmentState, ReviewState, Weighed, total

EACH = 3
NOISE = 0.6
BLANK_EVERY = 4
"""How often the criterion that may stay empty does."""
UNFINISHED = {0: (7, 3), 1: (2, 1), 3: (3, 1), 4: (1, 1)}
"""By place in the panel: how many reviews are not submitted, and how many of those are drafts."""


@dataclass(frozen=True)
class Task:
    """An assignment with its stored row."""

    row: dict[str, Any]
    critic: Critic
    told: Told


def reviewed(scene: Scene, panel: Panel, told: Sequence[Told], quality: Mapping[int, float]) -> dict[int, list[float]]:
    """Note that everything was reviewed, as in a call that is over; return the totals by application."""
    tasks = _assign(scene, panel, told, set())
    return _write(scene, panel, tasks, quality)


def in_review(
    scene: Scene, panel: Panel, told: Sequence[Told], quality: Mapping[int, float], barred: Collection[tuple[int, int]]
) -> dict[int, list[float]]:
    """Note a review that is nearly done: some are drafts, some not begun, some handed back, one ended by a conflict."""
    _tag(scene, told)
    by_critic: dict[int, list[Task]] = defaultdict(list)
    for task in _assign(scene, panel, told, barred):
        by_critic[task.critic.id].append(task)
    done = []
    for place, critic in enumerate(panel.critics):
        open_, drafts = UNFINISHED.get(place, (0, 0))
        mine = _handed_back(scene, place, by_critic[critic.id])
        done += mine[open_:]
        for task in mine[:drafts]:
            _draft(scene, panel, task, quality)
    return _write(scene, panel, done, quality)


def _tag(scene: Scene, told: Sequence[Told]) -> None:
    """Say what the applications are about, so that reviewers get what they know."""
    subjects = words()["words"]["subjects"]
    for number, each in enumerate(told):
        scene.book.add(ApplicationTag, application_id=each.id, tag=subjects[number % len(subjects)])


def _assign(scene: Scene, panel: Panel, told: Sequence[Told], barred: Collection[tuple[int, int]]) -> list[Task]:
    subjects = words()["words"]["subjects"]
    papers = [
        Paper(each.id, each.team.locale, frozenset({subjects[number % len(subjects)]}))
        for number, each in enumerate(told)
    ]
    readers = [
        Reader(each.id, each.row["load"], frozenset(each.row["languages"]), frozenset(each.row["subjects"]))
        for each in panel.critics
    ]
    plan = assign(papers, readers, EACH, conflicts=set(barred), kept=set())
    applications, critics = {each.id: each for each in told}, {each.id: each for each in panel.critics}
    return [
        _task(scene, panel, critics[reviewer], applications[number]) for number, reviewer in sorted(plan.pairs)
    ]  # fmt: skip


def _task(scene: Scene, panel: Panel, critic: Critic, told: Told) -> Task:
    made = {"assigned_at": panel.begins_at, "assigned_by": f"staff:{scene.staff_id}", "state_at": panel.begins_at}
    row = scene.book.add(Assignment, application_id=told.id, reviewer_id=critic.id, **made)
    return Task(row, critic, told)


def _handed_back(scene: Scene, place: int, tasks: list[Task]) -> list[Task]:
    """Note who abstained, recused themselves or found a conflict late; return what remains to be done."""
    said = words()["words"]
    states = {
        0: (AssignmentState.CONFLICTED, ""),
        2: (AssignmentState.ABSTAINED, said["abstained"]),
        3: (AssignmentState.RECUSED, said["recused"]),
    }
    if place not in states:
        return tasks
    last, (state, reason) = tasks[-1], states[place]
    at = scene.moment(last.row["assigned_at"])
    last.row.update(state=state, reason=reason, state_at=at)
    if state is AssignmentState.CONFLICTED:
        facts = (ConflictSource.REVIEWER, ConflictState.CONFIRMED, said["conflict_late"])
        conflict(scene, last.critic, last.told, *facts, at)
    else:
        scene.book.audit(last.critic.actor, f"assignment.{state}", Assignment, last.row["id"], at)
    return tasks[:-1]


def _write(
    scene: Scene, panel: Panel, tasks: Sequence[Task], quality: Mapping[int, float]
) -> dict[int, list[float]]:  # fmt: skip
    """Note submitted reviews; return their totals by application."""
    totals: dict[int, list[float]] = defaultdict(list)
    for task in tasks:
        review, scores = _review(scene, panel, task, quality)
        review |= {"state": ReviewState.SUBMITTED, "submitted_at": review["saved_at"]}
        submitted = {str(criterion): value for criterion, value in scores.items()}
        scene.book.audit(
            task.critic.actor, "review.submit", Assignment, task.row["id"], review["saved_at"], scores=submitted
        )
        weighed = [Weighed(each["weight"], each["required"], scores.get(each["id"])) for each in panel.criteria]
        totals[task.told.id].append(total(weighed) or 0.0)
    return totals


def _draft(scene: Scene, panel: Panel, task: Task, quality: Mapping[int, float]) -> None:
    """Note a review that was begun: the first criterion is scored, the comment is half a sentence."""
    at = scene.moment(panel.begins_at)
    half = str(scene.rng.choice(words()["words"]["comments"])).partition(",")[0][:60]
    review = scene.book.add(Review, assignment_id=task.row["id"], comment=half, saved_at=at)
    value = _level(scene, task, quality)
    scene.book.add(ReviewScore, review_id=review["id"], criterion_id=panel.criteria[0]["id"], value=value)


def _review(
    scene: Scene, panel: Panel, task: Task, quality: Mapping[int, float]
) -> tuple[dict[str, Any], dict[int, int]]:
    said, rng = words()["words"], scene.rng
    at = scene.moment(panel.begins_at + timedelta(hours=6))
    review = scene.book.add(Review, assignment_id=task.row["id"], version=rng.randint(3, 9), saved_at=at)
    review["comment"] = rng.choice(said["comments"])
    review["private_note"] = rng.choice(said["notes"]) if rng.random() < 0.2 else ""
    review["feedback"] = rng.choice(said["feedback"]) if rng.random() < 0.5 else ""
    scores = {
        int(each["id"]): _level(scene, task, quality)
        for each in panel.criteria
        if each["required"] or rng.randrange(BLANK_EVERY)
    }
    for criterion, value in scores.items():
        scene.book.add(ReviewScore, review_id=review["id"], criterion_id=criterion, value=value)
    return review, scores


def _level(scene: Scene, task: Task, quality: Mapping[int, float]) -> int:
    """Return a level from 1 to 5: the application's quality, the reviewer's habit, and chance."""
    return min(max(round(quality[task.told.id] + task.critic.habit + scene.rng.gauss(0, NOISE)), 1), 5)
