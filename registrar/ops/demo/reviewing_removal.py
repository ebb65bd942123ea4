"""Take the reviewing of the demonstration out again: panels, rubrics, decisions, releases, rosters, letters."""

from sqlalchemy import Select, delete, select
from sqlalchemy.sql.elements import ColumnElement

from registrar.applications.models import Application
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.db import Base, DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.mail.models import OutboxMail
from registrar.reviews.decision_models import CallLetter, Decision, Release, Scenario
from registrar.reviews.models import Assignment, Criterion, Reviewer, ReviewPhase


def remove(db: DbSession, calls: Select[int]) -> None:
    """Delete what stands beside the applications to these calls, before the applications themselves."""
    applications = select(Application.id).where(Application.call_id.in_(calls))
    templates = list(db.scalars(select(CallLetter.template_id).where(CallLetter.call_id.in_(calls)).distinct()))
    _delete(db, OutboxMail, OutboxMail.application_id.in_(applications))
    for model in (Promotion, Decision, Scenario, Release, CallLetter):
        _delete(db, model, model.call_id.in_(calls))
    _delete(db, RosterEntry, RosterEntry.application_id.in_(applications))
    _delete(db, Assignment, Assignment.application_id.in_(applications))
    for of_panel in (Reviewer, Criterion, ReviewPhase):
        _delete(db, of_panel, of_panel.call_id.in_(calls))
    _forget_letters(db, templates)


def _forget_letters(db: DbSession, templates: list[int]) -> None:
    kept = set(db.scalars(select(CallLetter.template_id)))
    gone = [each for each in templates if each not in kept]
    versions = select(LetterVersion.id).where(LetterVersion.template_id.in_(gone))
    _delete(db, OutboxMail, OutboxMail.letter_version_id.in_(versions))
    _delete(db, LetterVersion, LetterVersion.template_id.in_(gone))
    _delete(db, LetterTemplate, LetterTemplate.id.in_(gone))


def _delete(db: DbSession, model: type[Base], condition: ColumnElement[bool]) -> None:
    db.execute(delete(model).where(condition), execution_options={"synchronize_session": False})
