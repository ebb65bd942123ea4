"""What must be true of stored applications, whoever wrote them: states, answers, files, forms."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, func, or_, select, text

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import Shelf
from registrar.applications.models import Answer, Application
from registrar.applications.rules import Lifecycle
from registrar.calls.completeness import flaws
from registrar.calls.definition import Definition
from registrar.calls.models import FormVersion
from registrar.calls.rules import QuestionType
from registrar.db import DbSession

MOST_FILES = 2000
"""So many files are looked at on the disk, the newest."""
BATCH = 200
TRIGGERS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'form_version_immutable'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname = 'form_version_immutable' AND tgenabled <> 'D'",
}
"""Written with the migration that adds `form_version`."""


def doubled(db: DbSession) -> int:
    """Count the institutions with two open applications to one call."""
    twice = (
        select(Application.call_id)
        .where(Application.state != Lifecycle.WITHDRAWN)
        .group_by(Application.call_id, Application.institution_id)
        .having(func.count() > 1)
    )
    return db.scalar(select(func.count()).select_from(twice.subquery())) or 0


def impossible(db: DbSession) -> int:
    """Count the applications whose moments contradict their state, or to whom something was told too early."""
    submitted = Application.state == Lifecycle.SUBMITTED
    bad = or_(
        submitted & or_(Application.submitted_at.is_(None), Application.counted.is_(None)),
        (Application.state == Lifecycle.WITHDRAWN) != Application.withdrawn_at.is_not(None),
        Application.released_at.is_not(None) & Application.submitted_at.is_(None),
        Application.released_verdict.is_not(None) & Application.released_at.is_(None),
        Application.offer.is_not(None) & Application.released_verdict.is_(None),
        Application.enrolment.is_not(None) & (func.coalesce(Application.offer, "") != "accepted"),
    )
    return db.scalar(select(func.count(Application.id)).where(bad)) or 0


def incomplete(db: DbSession) -> int:
    """Count the submitted applications whose counting answers are not complete for the form they answered.

    People who were forgotten may be missing from a team.
    """
    return sum(not _is_complete(definition, counted) for definition, counted in _counted(db))


def unversioned(db: DbSession) -> int:
    """Count the answers without a version that a save can be checked against."""
    return db.scalar(select(func.count()).select_from(Answer).where(Answer.version < 1)) or 0


def misplaced_uploads(db: DbSession) -> int:
    """Count the answers that hold a number of a file which is not of their application and question."""
    files = _file_questions(db)
    statement = select(Answer.application_id, Answer.question, Answer.value).where(Answer.question.in_(files))
    theirs: dict[tuple[int, str], set[int]] = defaultdict(set)
    for application_id, question, number in db.execute(select(Upload.application_id, Upload.question, Upload.id)):
        theirs[application_id, question].add(number)
    found = db.execute(statement, execution_options={"yield_per": BATCH})
    return sum(_is_misplaced(value, theirs[number, question]) for number, question, value in found)


def missing_contents(db: DbSession, shelf: Shelf) -> int:
    """Count the newest files whose content is not on the shelf, or not of its size."""
    named = exists().where(Upload.file_id == StoredFile.id)
    newest = select(StoredFile.sha256, StoredFile.size).where(named).order_by(StoredFile.id.desc()).limit(MOST_FILES)
    return sum(_size(shelf, sha256) != size for sha256, size in db.execute(newest))


def forms_are_immutable(db: DbSession) -> bool:
    """Tell whether the trigger that keeps published forms as they are is in place."""
    return bool(db.scalar(text(TRIGGERS[db.get_bind().dialect.name])))


def _counted(db: DbSession) -> Iterator[tuple[Definition, dict[str, Any]]]:
    versions = {each.id: each.definition for each in db.scalars(select(FormVersion))}
    statement = select(Application.form_version_id, Application.counted).where(
        Application.state == Lifecycle.SUBMITTED, Application.counted.is_not(None)
    )
    for number, counted in db.execute(statement, execution_options={"yield_per": BATCH}):
        if number in versions and counted is not None:
            yield versions[number], counted


def _is_complete(definition: Definition, counted: dict[str, Any]) -> bool:
    types = {each.key: each.type for each in definition.questions()}
    return all(types[flaw.question] is QuestionType.TEAM for flaw in flaws(definition, counted))


def _file_questions(db: DbSession) -> set[str]:
    """Return the keys of the questions that are answered with files, in any form."""
    versions = db.scalars(select(FormVersion)).all()
    return {
        question.key
        for version in versions
        for question in version.definition.questions()
        if question.type is QuestionType.FILE
    }


def _is_misplaced(value: Any, theirs: set[int]) -> bool:
    return isinstance(value, list) and not {each for each in value if isinstance(each, int)} <= theirs


def _size(shelf: Shelf, sha256: str) -> int | None:
    try:
        return shelf.path_of(sha256).stat().st_size
    except FileNotFoundError:
        return None
