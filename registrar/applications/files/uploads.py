"""The uploads of an application: which there are, how one is added, removed and put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from registrar.applications import answers
from registrar.applications.answers import Save
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.kinds import Kind, RefusedFile
from registrar.applications.files.shelf import Shelf
from registrar.applications.models import Answer, Application
from registrar.calls.definition import Question
from registrar.calls.wording import FileNames
from registrar.db import DbSession, insert_missing
from registrar.errors import N_
from registrar.people.models import Person

MOST_FILES = 10
"""Of a question that says nothing about it."""
MOST_WITH_REMOVED = 4
"""How many times the room of an application its removed files may take as well, until they go."""


@dataclass(frozen=True)
class Content:
    """A file that was checked: what it is, and its bytes in a draft on the shelf's disk."""

    draft: IO[bytes]
    kind: Kind
    sha256: str
    size: int
    name: str


def of(db: DbSession, application: Application) -> Sequence[Upload]:
    """Return the uploads of an application, also removed ones, in the order in which they were added."""
    statement = select(Upload).where(Upload.application_id == application.id).order_by(Upload.id)
    return db.scalars(statement.options(joinedload(Upload.file), joinedload(Upload.uploaded_by))).all()


def names(uploads: Sequence[Upload]) -> FileNames:
    """Return the names of the uploads that were not removed, by their number."""
    return {upload.id: upload.name for upload in uploads if upload.removed_at is None}


def find(db: DbSession, application: Application, number: int) -> Upload | None:
    """Return an upload of this application, also a removed one."""
    statement = select(Upload).where(Upload.id == number, Upload.application_id == application.id)
    return db.scalar(statement.options(joinedload(Upload.file)))


def add(
    db: DbSession, shelf: Shelf, application: Application, question: Question, content: Content, *, most_bytes: int,
    by: Person, now: datetime,
) -> Upload:  # fmt: skip
    """Let a file answer a question, and put its content on the shelf. The caller holds the application's row.

    Raise `TooLate` when nothing may be saved any more and `RefusedFile` when there are too many or they are too large.
    """
    answers.refuse_if_over(application, now)
    _refuse_too_many(_present(db, application, question), question)
    _refuse_too_large(db, application, content.size, most_bytes)
    file = _stored(db, content, now)
    shelf.place(content.draft, content.sha256)
    upload = Upload(application_id=application.id, question=question.key, file_id=file.id, name=content.name)
    upload.uploaded_at, upload.uploaded_by_id = now, by.id
    db.add(upload)
    db.flush()
    _answer(db, application, question, by=by, now=now)
    return upload


def remove(
    db: DbSession, application: Application, question: Question, upload: Upload, *, by: Person, now: datetime
) -> None:
    """Take a file out of its answer; it can be put back for a while. The caller holds the application's row."""
    upload.removed_at = upload.removed_at or now
    db.flush()
    _answer(db, application, question, by=by, now=now)


def restore(
    db: DbSession, application: Application, question: Question, upload: Upload, *, most_bytes: int, by: Person,
    now: datetime,
) -> None:  # fmt: skip
    """Put a removed file back. The caller holds the application's row."""
    if upload.removed_at is None:
        return
    answers.refuse_if_over(application, now)
    _refuse_too_many(_present(db, application, question), question)
    _refuse_too_large(db, application, upload.file.size, most_bytes)
    upload.removed_at = None
    db.flush()
    _answer(db, application, question, by=by, now=now)


def _present(db: DbSession, application: Application, question: Question) -> list[int]:
    """Return the numbers of the files that answer a question."""
    mine = (Upload.application_id == application.id, Upload.question == question.key, Upload.removed_at.is_(None))
    return list(db.scalars(select(Upload.id).where(*mine).order_by(Upload.id)))


def _refuse_too_many(present: Sequence[int], question: Question) -> None:
    most = question.most or MOST_FILES
    if len(present) >= most:
        raise RefusedFile(N_("There are already as many files as this question takes: %(most)s."), most=most)


def _refuse_too_large(db: DbSession, application: Application, size: int, most_bytes: int) -> None:
    sizes = select(func.coalesce(func.sum(StoredFile.size), 0)).join(Upload, Upload.file_id == StoredFile.id)
    mine = sizes.where(Upload.application_id == application.id)
    used, with_removed = db.scalars(mine.where(Upload.removed_at.is_(None))).one(), db.scalars(mine).one()
    if with_removed + size > MOST_WITH_REMOVED * most_bytes:
        raise RefusedFile(N_("So much was added and removed here that nothing more fits for a while. Write to us."))
    if used + size > most_bytes:
        message = N_("All files of an application together may have %(size)s MB. Remove one, or add a smaller one.")
        raise RefusedFile(message, size=most_bytes // 1_000_000)


def _stored(db: DbSession, content: Content, now: datetime) -> StoredFile:
    """Return the row of this content, locked until the end of the transaction, so that nobody removes it meanwhile."""
    values = {"sha256": content.sha256, "size": content.size, "media_type": str(content.kind), "created_at": now}
    statement = select(StoredFile).where(StoredFile.sha256 == content.sha256).with_for_update()
    while True:
        insert_missing(db, StoredFile, [values])
        if file := db.scalar(statement):  # none: it was being removed, and is gone now
            return file


def _answer(db: DbSession, application: Application, question: Question, *, by: Person, now: datetime) -> None:
    """Save which files answer the question now; nobody is overwritten, since the row is held."""
    stored = db.get(Answer, (application.id, question.key), populate_existing=True)
    wanted = Save(question, _present(db, application, question) or None, stored.version if stored else 0)
    answers.save(db, application, wanted, by=by, now=now)
