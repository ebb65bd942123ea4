"""The letters of a change as some of their readers will get them, for the organiser to read before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.rendering import words
from registrar.people.models import Person
from registrar.programmes.models import Programme
from registrar.web.links import absolute
from registrar.weekly.planner.changes import Add, Cancel, Change, Slot, Step
from registrar.weekly.planner.notices import Meeting, letter, meeting
from registrar.weekly.planner.planning import Preview
from registrar.weekly.planner.telling import Told


@dataclass(frozen=True)
class Sample:
    """One letter in words; `name` is the person whose letter it is."""

    name: str
    locale: str
    subject: str
    text: str


def samples(db: DbSession, programme: Programme, change: Change, shown: Preview) -> list[Sample]:
    """Write an example of each kind of letter in each language."""
    ids = [told.person_id for told in shown.telling.samples]
    people = {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}
    return [_sample(programme, change, shown.steps, told, people[told.person_id]) for told in shown.telling.samples]


def _sample(programme: Programme, change: Change, steps: Sequence[Step], told: Told, person: Person) -> Sample:
    by_session = {step.session.id if step.session else None: step for step in steps}
    meetings = [_meeting(programme, change, by_session[id_], known, person) for id_, known in told.known.items()]
    draft = letter(told.notice, person, programme.title, meetings)
    subject, text, _ = words(draft, current_app.extensions["registrar.settings"])
    return Sample(person.name, person.locale, subject, text)


def _meeting(programme: Programme, change: Change, step: Step, known: Slot, person: Person) -> Meeting:
    slot = step.after or step.shown
    if isinstance(change, Add):
        return _added(programme, change, slot, person.locale)
    assert step.session is not None  # noqa: S101 - only an addition has none
    found = meeting(step.session, known, slot, person.locale)
    return replace(found, reason=_reason(change, person.locale)) if isinstance(change, Cancel) else found


def _added(programme: Programme, change: Add, slot: Slot, locale: str) -> Meeting:
    first, second = change.title_en, change.title_fr
    title = ((second or first) if locale == "fr" else (first or second)) or programme.title
    return Meeting(title, slot, slot, programme.timezone, absolute("weekly.series", programme=programme.slug))


def _reason(change: Cancel, locale: str) -> str:
    first, second = change.reason_en, change.reason_fr
    return (second or first) if locale == "fr" else (first or second)
