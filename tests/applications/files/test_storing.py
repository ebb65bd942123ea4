"""Files come in whole or not at all: a full disk is told, nobody's file is lost, garbage breaks nothing."""

import hashlib
import io
import random
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from registrar.applications import answers
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files import pictures, uploads
from registrar.applications.files.kinds import PICTURES, Kind, RefusedFile
from registrar.applications.files.recognising import recognise
from registrar.applications.files.shelf import Shelf
from registrar.applications.files.uploads import Content
from registrar.applications.models import Answer, Application
from registrar.calls.definition import Question, Words
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from registrar.people.models import Person
from tests.applications.files import samples
from tests.browsing import csrf_token
from tests.conftest import Client
from tests.weekly.test_seats import engine_of, in_threads

PLAN = Question("plan", QuestionType.FILE, Words("A plan"), most=9)
SAMPLES = [content for content, _ in samples.harmless().values()]


@contextmanager
def disk_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size (setrlimit(2), EFBIG): for a writer the same as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def on_its_way(app: Flask) -> list[Path]:
    return list((app.extensions["registrar.settings"].data_dir / "uploads" / "incoming").glob("*"))


def test_a_full_disk_is_told_kindly_stores_nothing_and_heals_by_itself(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    content = samples.pdf().replace(b"trailer", b"% " + b"x" * 4_000_000 + b"\ntrailer")
    form = {"csrf_token": csrf_token(client, "/my/link"), "file-plan": FileStorage(io.BytesIO(content), "plan.pdf")}
    boundary, body = encode_multipart(form)
    sent = {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
    url = f"/applications/{application.reference}/files/plan"
    with disk_for(2_000_000):
        full = client.post(url, **sent)

    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    assert "The file could not be stored just now." in full.text
    assert (on_its_way(app), list(db.scalars(select(Upload)))) == ([], [])
    assert client.post(url, **sent).status_code == 303
    assert (on_its_way(app), len(list(db.scalars(select(Upload))))) == ([], 1)


def test_files_that_are_added_at_once_all_answer_the_question_up_to_its_limit(
    db: DbSession, tmp_path: Path, application: Application, ana: Person, now: datetime
) -> None:
    shelf, application_id, ana_id = Shelf(tmp_path), application.id, ana.id
    db.commit()

    def adding(number: int) -> Callable[[DbSession], None]:
        data = b"%d" % (number // 2)

        def add(own: DbSession) -> None:
            with shelf.draft() as draft, suppress(RefusedFile):
                draft.write(data)
                content = Content(draft, Kind.PDF, hashlib.sha256(data).hexdigest(), len(data), f"{number}.pdf")
                mine, by = answers.locked(own, application_id), own.get_one(Person, ana_id)
                uploads.add(own, shelf, mine, PLAN, content, most_bytes=1000, by=by, now=now)
                own.commit()

        return add

    in_threads(engine_of(db), [adding(number) for number in range(16)])

    numbers = sorted(db.scalars(select(Upload.id)))
    assert (len(numbers), db.scalars(select(Answer.value)).one()) == (9, numbers)
    stored = set(db.scalars(select(StoredFile.sha256)))
    assert {hashlib.sha256(shelf.path_of(each).read_bytes()).hexdigest() for each in stored} == stored


def test_all_files_together_have_a_limit(
    db: DbSession, tmp_path: Path, application: Application, ana: Person, now: datetime
) -> None:
    shelf = Shelf(tmp_path)

    def add(data: bytes) -> Upload:
        with shelf.draft() as draft:
            draft.write(data)
            content = Content(draft, Kind.PDF, hashlib.sha256(data).hexdigest(), len(data), "plan.pdf")
            return uploads.add(db, shelf, application, PLAN, content, most_bytes=10, by=ana, now=now)

    first = add(b"123456")
    with pytest.raises(RefusedFile, match="together"):
        add(b"12345")
    uploads.remove(db, application, PLAN, first, by=ana, now=now)
    add(b"12345")
    with pytest.raises(RefusedFile, match="together"):
        uploads.restore(db, application, PLAN, first, most_bytes=10, by=ana, now=now)


@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_a_damaged_file_is_refused_or_accepted_but_never_breaks_anything(content: bytes, chance: random.Random) -> None:
    data = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(data))
        data[at : at + chance.choice((0, 1, 4))] = chance.choice(
            (b"", b"\xff\xff\xff\xff", b"\0\0\0\0", chance.randbytes(2))
        )
    with suppress(RefusedFile):
        file = io.BytesIO(bytes(data))
        kind = recognise(file)
        if kind in PICTURES:
            pictures.clean(file, io.BytesIO(), kind)
