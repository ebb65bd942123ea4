"""Removed uploads go after a month and content that nothing names after a day; what is named stays."""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files import cleaning, uploads
from registrar.applications.files.kinds import Kind
from registrar.applications.files.shelf import Shelf
from registrar.applications.files.uploads import Content
from registrar.applications.models import Application
from registrar.calls.definition import Question
from registrar.db import DbSession
from registrar.people.models import Person
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "uploads")


@pytest.fixture
def plan() -> Question:
    found = factories.FORM.question("plan")
    assert found
    return found


def add(db: DbSession, place: Shelf, application: Application, plan: Question, data: bytes, now: datetime) -> Upload:
    sha256, by = hashlib.sha256(data).hexdigest(), db.scalars(select(Person)).first()
    assert by
    with place.draft() as draft:
        draft.write(data)
        content = Content(draft, Kind.PDF, sha256, len(data), "plan.pdf")
        found = uploads.add(db, place, application, plan, content, most_bytes=10_000, by=by, now=now)
    db.commit()
    return found


def clean(db: DbSession, place: Shelf, now: datetime) -> tuple[int, int, int]:
    before = now - cleaning.UNNAMED_FOR
    done = (
        cleaning.remove_uploads(db, now - cleaning.REMOVED_FOR),
        cleaning.remove_contents(db, place, before),
        cleaning.remove_lost(db, place, before),
    )
    db.commit()
    return done


def lying(place: Shelf) -> list[str]:
    return sorted(sha256 for sha256, _ in place.contents())


def test_a_removed_upload_can_be_put_back_for_a_month_and_then_goes_with_its_content(
    db: DbSession, place: Shelf, application: Application, plan: Question, now: datetime
) -> None:
    upload = add(db, place, application, plan, b"one", now)
    kept = add(db, place, application, plan, b"two", now)
    upload.removed_at = now
    db.commit()

    assert clean(db, place, now + 30 * DAY) == (0, 0, 0)
    assert clean(db, place, now + 30 * DAY + timedelta(seconds=1)) == (1, 1, 0)
    assert list(db.scalars(select(Upload.id))) == [kept.id]
    assert lying(place) == [hashlib.sha256(b"two").hexdigest()]


def test_content_that_another_upload_names_stays(
    db: DbSession, place: Shelf, application: Application, plan: Question, now: datetime
) -> None:
    first = add(db, place, application, plan, b"same", now)
    add(db, place, application, plan, b"same", now)
    db.delete(first)
    db.commit()

    assert clean(db, place, now + 60 * DAY) == (0, 0, 0)
    assert lying(place) == [hashlib.sha256(b"same").hexdigest()]


def test_content_that_a_killed_process_left_goes_after_a_day(
    db: DbSession, place: Shelf, now: datetime, application: Application
) -> None:
    sha256 = hashlib.sha256(b"lost").hexdigest()
    with place.draft() as draft:
        draft.write(b"lost")
        place.place(draft, sha256)
    os.utime(place.path_of(sha256), (now.timestamp(), now.timestamp()))

    assert clean(db, place, now + DAY) == (0, 0, 0)
    assert clean(db, place, now + DAY + timedelta(seconds=1)) == (0, 0, 1)
    assert (lying(place), list(db.scalars(select(StoredFile)))) == ([], [])


def test_the_same_content_is_stored_anew_after_it_was_removed(
    db: DbSession, place: Shelf, application: Application, plan: Question, now: datetime
) -> None:
    upload = add(db, place, application, plan, b"again", now)
    db.delete(upload)
    db.commit()
    assert clean(db, place, now + 2 * DAY) == (0, 1, 0)

    add(db, place, application, plan, b"again", now)
    assert place.path_of(hashlib.sha256(b"again").hexdigest()).read_bytes() == b"again"


def test_drafts_that_were_left_behind_are_swept(place: Shelf, now: datetime) -> None:
    with place.draft() as draft:
        os.utime(draft.name, (now.timestamp(), now.timestamp()))
        assert (place.sweep(now), place.sweep(now + DAY)) == (0, 1)
        Path(draft.name).touch()


def test_the_worker_looks_once_an_hour(app: Flask, db: DbSession, context: None, now: datetime) -> None:
    app.extensions.pop(cleaning.EXTENSION, None)
    done = cleaning.clean(db, now)
    db.commit()

    assert done == 0
    assert app.extensions[cleaning.EXTENSION]["next_at"] == now + cleaning.PAUSE
