"""The doctor finds what is wrong with stored applications."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import shelf
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.ops.application_checks import applications
from registrar.ops.findings import Level
from registrar.people.models import Institution
from tests import factories

Examine = Callable[[], list[str]]
CONTENT, SHA256 = b"A plan.", "ab" * 32


@pytest.fixture
def examine(app: Flask, db: DbSession, now: datetime) -> Examine:
    """Run the checks and return what is wrong."""

    def examine() -> list[str]:
        db.flush()
        with app.app_context():
            found = list(applications(db, app.extensions["registrar.settings"], now))
        return [each.text for each in found if each.level is not Level.OK]

    return examine


@pytest.fixture
def sent(app: Flask, db: DbSession, now: datetime) -> Application:
    """A submitted application with a file."""
    found = factories.submitted(db, factories.call(db), lead=factories.person(db))
    file = StoredFile(sha256=SHA256, size=len(CONTENT), media_type="application/pdf", created_at=now)
    upload = Upload(application_id=found.id, question="plan", file_id=factories.stored(db, file).id, name="Plan.pdf")
    upload.uploaded_at = now
    factories.answer(db, found, "plan", [factories.stored(db, upload).id])
    with shelf(app).draft() as draft:
        draft.write(CONTENT)
        shelf(app).place(draft, SHA256)
    return found


def without_checks(db: DbSession) -> None:
    """Let the database take what it would refuse."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    for name in ("submitted", "withdrawn", "released", "released_submitted", "offer_released"):
        db.execute(text(f"ALTER TABLE application DROP CONSTRAINT IF EXISTS ck_application_{name}"))


def test_a_sound_application_is_no_finding(examine: Examine, sent: Application) -> None:
    assert examine() == []


def test_two_open_applications_of_one_institution_are_a_failure(
    examine: Examine, db: DbSession, sent: Application
) -> None:
    db.execute(text("DROP INDEX uq_application_open"))
    factories.application(db, sent.call, institution_id=sent.institution_id)

    assert examine() == ["1 institutions have two open applications to a call."]


def test_a_state_that_its_moments_contradict_is_a_failure(
    examine: Examine, db: DbSession, sent: Application, now: datetime
) -> None:
    without_checks(db)
    db.execute(text("UPDATE application SET withdrawn_at = submitted_at"))
    db.expire_all()

    assert examine() == ["1 applications contradict themselves."]


def test_what_counts_without_being_complete_is_a_failure(examine: Examine, sent: Application) -> None:
    sent.counted = {**factories.ANSWERS, "why": ""}

    assert examine() == ["1 submitted applications are not complete."]


def test_a_team_that_somebody_forgotten_has_left_is_none(examine: Examine, sent: Application) -> None:
    sent.counted = {**factories.ANSWERS, "people": []}

    assert examine() == []


def test_an_answer_without_a_version_is_a_failure(examine: Examine, db: DbSession, sent: Application) -> None:
    db.execute(text("UPDATE answer SET version = 0 WHERE question = 'why'"))

    assert examine() == ["1 answers have no version."]


def test_a_file_of_another_application_is_a_failure(examine: Examine, db: DbSession, sent: Application) -> None:
    other = factories.application(db, sent.call, institution_id=factories.institution(db).id)
    number = db.execute(text("SELECT id FROM upload")).scalar()
    factories.answer(db, other, "plan", [number])

    assert examine() == ["1 answers hold files that are not theirs."]


@pytest.mark.parametrize("left", [None, b"A pl"], ids=["gone", "cut off"])
def test_content_that_is_not_on_the_disk_is_a_failure(
    app: Flask, examine: Examine, sent: Application, left: bytes | None
) -> None:
    path = shelf(app).path_of(SHA256)
    path.unlink()
    if left:
        path.write_bytes(left)

    assert examine() == ["1 files have lost their content."]


def test_a_form_that_could_change_is_a_failure(examine: Examine, db: DbSession, sent: Application) -> None:
    of = "" if db.get_bind().dialect.name == "sqlite" else " ON form_version"
    db.execute(text(f"DROP TRIGGER form_version_immutable{of}"))

    assert examine() == ["Published forms can be altered."]


def test_institutions_alone_are_no_finding(examine: Examine, db: DbSession, now: datetime) -> None:
    factories.stored(db, Institution(name="Museum", country="FR", created_at=now))

    assert examine() == []
