"""What the team's own page shows: sections and their state, what counts, who is editing, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registrar.applications import answers, teams
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import Verdict, deadline, may_edit
from registrar.applications.status import Mark, Released, tracker
from registrar.calls.completeness import Progress, flaws, progress
from registrar.calls.definition import Definition, Section
from registrar.calls.values import Flaw
from registrar.db import DbSession
from registrar.programmes.timezones import country_codes


@dataclass(frozen=True)
class Task:
    """A section of the form and how far it is filled in."""

    section: Section
    progress: Progress


@dataclass(frozen=True)
class Overview:
    """An application as its team sees it at a moment."""

    application: Application
    definition: Definition
    tasks: Sequence[Task]
    missing: Sequence[Flaw]
    team: Sequence[Member]
    saved: Answer | None
    """What was saved last."""
    ends_at: datetime
    """The deadline that is told; what is on its way may arrive a little later."""
    editable: bool
    marks: Sequence[Mark]
    verdict: Verdict | None
    """Only once it was released."""

    @property
    def done(self) -> int:
        """How many sections are filled in."""
        return sum(task.progress is Progress.DONE for task in self.tasks)

    @property
    def asked(self) -> int:
        """How many sections ask anything."""
        return sum(task.progress is not Progress.SKIPPED for task in self.tasks)

    @property
    def next(self) -> Section | None:
        """The first section in which something is to do."""
        to_do = (Progress.NOT_STARTED, Progress.STARTED)
        return next((task.section for task in self.tasks if task.progress in to_do), None)

    @property
    def has_newer_changes(self) -> bool:
        """Tell whether something saved since does not count yet, because it is not complete."""
        counted_at = self.application.counted_at
        return bool(self.missing and counted_at and self.saved and self.saved.saved_at > counted_at)


def overview(db: DbSession, application: Application, now: datetime) -> Overview:
    """Return what the team's page shows."""
    stored = answers.stored(db, application)
    definition = answers.form_of(application).definition
    values = {key: answer.value for key, answer in stored.items()}
    call = application.call
    return Overview(
        application=application,
        definition=definition,
        tasks=_tasks(definition, values),
        missing=flaws(definition, values, country_codes()),
        team=teams.members(db, application),
        saved=max(stored.values(), key=lambda answer: answer.saved_at, default=None),
        ends_at=deadline(min(call.closes_at, call.saves_until), application.extended_until),
        editable=may_edit(application.state, call.saves_until, application.extended_until, now),
        marks=tracker(released(application), now),
        verdict=application.released_verdict,
    )


def released(application: Application) -> Released:
    """Return what the team may know of its application."""
    call = application.call
    return Released(
        state=application.state,
        submitted_at=application.submitted_at,
        last_change_at=deadline(call.saves_until, application.extended_until),
        verdict=application.released_verdict,
        released_at=application.released_at,
        offer=application.offer,
        enrolment=application.enrolment,
    )


def _tasks(definition: Definition, values: dict[str, Any]) -> list[Task]:
    found = (Task(each, progress(each, definition, values, country_codes())) for each in definition.sections)
    return list(found)
