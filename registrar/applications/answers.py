"""The answers of an application: read, saved one by one with a version check, and counted when they are complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.applications.models import Answer, Application
from registrar.applications.rules import Lifecycle, may_edit
from registrar.calls.completeness import flaws
from registrar.calls.conditions import counting
from registrar.calls.definition import Question
from registrar.calls.models import Call, FormVersion
from registrar.calls.rules import CallState
from registrar.calls.values import Flaw, has_shape
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.people.models import Person
from registrar.programmes.timezones import country_codes

_OVER = N_("The deadline is over: what was saved before it counts.")
_CLOSED = N_("The organisers have closed this call: what was saved before counts.")


class StaleAnswer(Conflict):
    """Somebody else has saved the answer since it was read; `current` is what is stored."""

    def __init__(self, current: Answer) -> None:
        super().__init__(N_("Somebody else has changed this answer in the meantime."))
        self.current = current


class TooLate(Refusal):
    """Nothing can be saved any more: the deadline is over, or the application was withdrawn."""


@dataclass(frozen=True)
class Save:
    """What is to be saved: the answer to one question, and the version that its author knew (0: none)."""

    question: Question
    value: Any
    seen: int


def locked(db: DbSession, application_id: int) -> Application:
    """Return the application with its row locked until the end of the transaction, as it and its call are now."""
    whole = joinedload(Application.call, innerjoin=True).joinedload(Call.form_version)
    statement = select(Application).where(Application.id == application_id).options(whole)
    statement = statement.with_for_update(of=Application)
    return db.scalars(statement, execution_options={"populate_existing": True}).one()


def form_of(application: Application) -> FormVersion:
    """Return the version of the form that is answered: that of the call until it is submitted."""
    version = application.form_version or application.call.form_version
    if version is None:
        raise RuntimeError(f"The call {application.call_id} takes applications and has no form.")
    return version


def stored(db: DbSession, application: Application) -> dict[str, Answer]:
    """Return what is stored, by question, with who saved it; also what is hidden or no longer asked."""
    statement = select(Answer).where(Answer.application_id == application.id).options(joinedload(Answer.saved_by))
    return {answer.question: answer for answer in db.scalars(statement)}


def values(db: DbSession, application: Application) -> dict[str, Any]:
    """Return the stored values by question."""
    statement = select(Answer.question, Answer.value).where(Answer.application_id == application.id)
    return dict(db.execute(statement).all())


def versions(db: DbSession, application: Application) -> dict[str, int]:
    """Return the version of each answer by question."""
    statement = select(Answer.question, Answer.version).where(Answer.application_id == application.id)
    return dict(db.execute(statement).all())


def save(db: DbSession, application: Application, wanted: Save, *, by: Person, now: datetime) -> Answer:
    """Save one answer as it was typed, right or wrong; nothing is lost by saving the same value twice.

    Raise `TooLate` when nothing may be saved any more and `StaleAnswer` when somebody else was faster. The caller holds
    the application's row (`locked`).
    """
    refuse_if_over(application, now)
    if not has_shape(wanted.question, wanted.value):
        raise Refusal(N_("This is no answer to the question."))
    rows = _rows(db, application, wanted.question.key)
    answer = rows.get(wanted.question.key)
    if answer is not None and answer.value == wanted.value:
        return answer
    if answer is not None and answer.version != wanted.seen:
        raise StaleAnswer(answer)
    answer = _write(db, application, answer, wanted, by, now)
    if application.state is Lifecycle.SUBMITTED:
        _count(application, {**{key: each.value for key, each in rows.items()}, answer.question: answer.value}, now)
        db.flush()
    return answer


def refuse_if_over(application: Application, now: datetime) -> None:
    """Raise `TooLate` unless answers may still be saved."""
    call = application.call
    if application.state is Lifecycle.WITHDRAWN:
        raise TooLate(N_("This application was withdrawn. Reopen it to go on."))
    if not may_edit(application.state, call.saves_until, application.extended_until, now):
        closed = call.state is CallState.CLOSED and now < call.closes_at
        raise TooLate(_CLOSED if closed else _OVER)


def what_is_missing(db: DbSession, application: Application) -> list[Flaw]:
    """Return what stands in the way of submitting."""
    return flaws(form_of(application).definition, values(db, application), country_codes())


def count(db: DbSession, application: Application, *, now: datetime) -> bool:
    """Let the answers count as they are now, if they are complete; else what counted before goes on counting."""
    return _count(application, values(db, application), now)


def shown_of(db: DbSession, application: Application) -> dict[str, Any]:
    """Return the answers that others may look at: those that count once it was submitted, else those so far."""
    if application.counted is not None:
        return dict(application.counted)
    return counting(form_of(application).definition, values(db, application))


def _count(application: Application, found: Mapping[str, Any], now: datetime) -> bool:
    definition = form_of(application).definition
    if flaws(definition, found, country_codes()):
        return False
    application.counted, application.counted_at = counting(definition, found), now
    return True


def _rows(db: DbSession, application: Application, question: str) -> dict[str, Answer]:
    """Return the answer to a question as it is stored now; of a submitted application all, because all are counted."""
    statement = select(Answer).where(Answer.application_id == application.id)
    if application.state is not Lifecycle.SUBMITTED:
        statement = statement.where(Answer.question == question)
    return {each.question: each for each in db.scalars(statement, execution_options={"populate_existing": True})}


def _write(
    db: DbSession, application: Application, answer: Answer | None, wanted: Save, by: Person, now: datetime
) -> Answer:
    version = form_of(application)
    if answer is None:
        answer = Answer(application_id=application.id, question=wanted.question.key, version=0)
        db.add(answer)
    answer.value, answer.version = wanted.value, answer.version + 1
    answer.form_version_id, answer.saved_at, answer.saved_by_id = version.id, now, by.id
    db.flush()
    return answer
