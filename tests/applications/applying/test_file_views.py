"""A team adds files to a question, fetches, removes and puts them back; strangers and late ones do not."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Answer, Application
from registrar.applications.rules import TeamRole
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.applications.applying.scripting import changes
from tests.applications.files import samples
from tests.browsing import csrf_token
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter

JSON = {"Accept": "application/json"}
PAGE = "/my/link"


def url(application: Application, rest: str = "plan") -> str:
    return f"/applications/{application.reference}/files/{rest}"


def add(
    client: Client, application: Application, content: bytes, name: str = "plan.pdf", headers: Any = None, **fields: Any
) -> TestResponse:
    """Send a file as the page does, with its script if `headers` ask for JSON."""
    token = csrf_token(client, PAGE)
    data = {"csrf_token": token, "file-plan": FileStorage(io.BytesIO(content), name), **fields}
    boundary, body = encode_multipart(data)
    return client.post(
        url(application), data=body, content_type=f"multipart/form-data; boundary={boundary}", headers=headers
    )


def change(client: Client, application: Application, number: int, how: str, **fields: Any) -> TestResponse:
    data = {"csrf_token": csrf_token(client, PAGE), **fields}
    return client.post(url(application, f"{number}/{how}"), data=data)


def answered(db: DbSession, application: Application, question: str = "plan") -> Any:
    db.rollback()
    return db.scalar(select(Answer.value).where(Answer.application_id == application.id, Answer.question == question))


def uploads(db: DbSession) -> list[Upload]:
    db.rollback()
    return list(db.scalars(select(Upload).order_by(Upload.id)))


def on_disk(app: Flask) -> list[Path]:
    """What lies on the shelf and has more than one content's worth: also what is on its way in."""
    folder = app.extensions["registrar.settings"].data_dir / "uploads"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_answers_its_question_and_is_fetched_as_an_attachment_that_is_never_kept(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    content = samples.pdf()
    answer = add(client, application, content, "Plan für 2027 «α».pdf")

    [upload] = uploads(db)
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.reference}/sections/team#a-plan")
    assert (upload.question, upload.name, upload.uploaded_by_id) == ("plan", "Plan für 2027 «α».pdf", ana.id)
    assert answered(db, application) == [upload.id]

    found = client.get(url(application, str(upload.id)), buffered=True)
    assert (found.status_code, found.data, found.mimetype) == (200, content, "application/pdf")
    assert found.headers["Content-Disposition"] == (
        "attachment; filename=\"Plan fur 2027 .pdf\"; filename*=UTF-8''Plan%20f%C3%BCr%202027%20%C2%AB%CE%B1%C2%BB.pdf"
    )
    assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (found.headers["X-Content-Type-Options"], found.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "ETag" not in found.headers


def test_the_same_content_is_stored_once(client: Client, db: DbSession, application: Application) -> None:
    content = samples.pdf("The same.")
    add(client, application, content, "one.pdf")
    add(client, application, content, "two.pdf")

    one, two = uploads(db)
    assert (one.name, two.name, one.file_id) == ("one.pdf", "two.pdf", two.file_id)
    assert answered(db, application) == [one.id, two.id]


def test_what_was_typed_beside_a_file_is_saved_with_it_even_if_the_file_is_refused(
    client: Client, db: DbSession, application: Application
) -> None:
    answer = add(client, application, b"MZ", "plan.pdf", **{"a-why": "Because.", "a-why-asked": "0"})

    assert answer.status_code == 422
    assert "This kind of file is not accepted" in answer.text
    assert "What you wrote beside it is saved." in answer.text
    assert (uploads(db), answered(db, application, "why")) == ([], "Because.")


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten_and_shown(
    client: Client, db: DbSession, application: Application
) -> None:
    factories.answer(db, application, "why", "Theirs.", version=4)
    answer = add(client, application, samples.pdf(), **{"a-why": "Mine.", "a-why-asked": "3"})

    assert answer.status_code == 422
    assert "readonly" in answer.text
    assert "Mine." in answer.text
    assert (answered(db, application, "why"), len(uploads(db))) == ("Theirs.", 1)


def test_the_page_s_script_gets_the_list_of_files(client: Client, db: DbSession, application: Application) -> None:
    answer = add(client, application, samples.pdf(), headers=JSON)

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["errors"] == []
    assert f'href="{url(application, str(uploads(db)[0].id))}"' in answer.json["html"]


@pytest.mark.parametrize(("role", "buttons"), [(TeamRole.EDITOR, 1), (TeamRole.READER, 0)])
def test_the_others_page_gets_the_list_once_it_has_changed(
    client: Client, db: DbSession, application: Application, tokens: Tokens, clock: TestClock, role: Any, buttons: int
) -> None:
    html = add(client, application, samples.pdf(), headers=JSON).get_json()["html"]
    ben = factories.person(db, name="Ben")
    factories.member(db, application, ben, role=role)
    enter(client, tokens, ben, clock)

    told = changes(client, application, "plan").get_json()["answers"]["plan"]
    assert [told[name] for name in ("version", "value", "by", "own")] == [1, [uploads(db)[0].id], "Ana Silva", False]
    assert (told["files"] == html, told["files"].count("<button")) == (bool(buttons), buttons)


def test_a_file_that_is_larger_than_allowed_is_refused_at_its_question_and_leaves_nothing(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    before = on_disk(app)
    answer = add(client, application, b"%PDF-1.7" + b"x" * 10_000_001, headers=JSON)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == ["This file is larger than 10 MB."]
    assert (uploads(db), on_disk(app)) == ([], before)


def test_a_body_beyond_everything_is_refused_before_it_is_read(client: Client, application: Application) -> None:
    told = {"CONTENT_LENGTH": "45000000", "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = client.post(url(application), environ_overrides=told, headers=JSON)

    assert (answer.status_code, answer.json and answer.json["errors"]) == (
        413,
        ["This is too much at once. Add files one by one, each of at most 10 MB."],
    )


def test_a_question_takes_only_so_many_files(client: Client, db: DbSession, application: Application) -> None:
    for number in range(2):
        add(client, application, samples.pdf(str(number)))
    answer = add(client, application, samples.pdf("3"))

    assert answer.status_code == 422
    assert "There are already as many files as this question takes: 2." in answer.text
    assert len(uploads(db)) == 2


def test_several_files_at_once_are_taken_one_by_one(client: Client, db: DbSession, application: Application) -> None:
    files = [(io.BytesIO(samples.pdf()), "good.pdf"), (io.BytesIO(b"MZ"), "bad.pdf")]
    answer = client.post(url(application), data={"csrf_token": csrf_token(client, PAGE), "file-plan": files})

    assert answer.status_code == 422
    assert "bad.pdf" in answer.text
    assert [upload.name for upload in uploads(db)] == ["good.pdf"]


def test_a_removed_file_can_be_put_back(client: Client, db: DbSession, application: Application) -> None:
    add(client, application, samples.pdf())
    [upload] = uploads(db)
    removed = change(client, application, upload.id, "remove", **{"a-why": "Because.", "a-why-asked": "0"})

    assert (removed.status_code, answered(db, application)) == (303, None)
    assert answered(db, application, "why") == "Because."
    assert client.get(url(application, str(upload.id)), buffered=True).status_code == 404
    assert change(client, application, upload.id, "restore").status_code == 303
    assert answered(db, application) == [upload.id]


def test_nothing_is_added_or_removed_after_the_deadline(
    client: Client, db: DbSession, application: Application, clock: TestClock, tokens: Tokens, ana: Person
) -> None:
    add(client, application, samples.pdf())
    [upload] = uploads(db)
    clock.now = application.call.closes_at + application.call.grace
    enter(client, tokens, ana, clock)

    assert add(client, application, samples.pdf("2"), headers=JSON).status_code == 410
    assert change(client, application, upload.id, "remove").status_code == 410
    assert answered(db, application) == [upload.id]
    assert client.get(url(application, str(upload.id)), buffered=True).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(TeamRole.READER, 403), (None, 404)])
def test_only_those_of_the_team_who_write_add_files(
    client: Client, db: DbSession, application: Application, tokens: Tokens, clock: TestClock, role: Any, status: int
) -> None:
    other = factories.person(db)
    if role:
        factories.member(db, application, other, role=role)
    enter(client, tokens, other, clock)

    assert add(client, application, samples.pdf()).status_code == status
    assert uploads(db) == []


def test_a_stranger_and_another_application_do_not_get_the_file(
    client: Client, db: DbSession, application: Application, tokens: Tokens, clock: TestClock, ana: Person
) -> None:
    add(client, application, samples.pdf())
    [upload] = uploads(db)
    other = factories.application(db, application.call, lead=ana)
    assert client.get(url(other, str(upload.id)), buffered=True).status_code == 404

    enter(client, tokens, factories.person(db), clock)
    assert client.get(url(application, str(upload.id)), buffered=True).status_code == 404
    client.delete_cookie("personal")
    assert client.get(url(application, str(upload.id)), buffered=True).status_code == 303


def test_a_form_without_its_token_is_refused(client: Client, db: DbSession, application: Application) -> None:
    answer = client.post(url(application), data={"file-plan": (io.BytesIO(samples.pdf()), "plan.pdf")})

    assert (answer.status_code, uploads(db)) == (400, [])


@pytest.mark.parametrize("question", ["why", "unknown"])
def test_a_file_belongs_to_a_question_for_files(client: Client, application: Application, question: str) -> None:
    data = {"csrf_token": csrf_token(client, PAGE), "file-why": (io.BytesIO(samples.pdf()), "plan.pdf")}

    assert client.post(url(application, question), data=data).status_code == 404


def test_a_picture_is_stored_without_what_the_camera_wrote_but_stands_upright(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    content, _ = samples.harmless()["photo.jpg"]
    add(client, application, content, "photo.png")
    [upload] = uploads(db)
    found = client.get(url(application, str(upload.id)), buffered=True).data

    assert (b"Canary" in content, b"Canary" in found) == (True, False)
    assert samples.turn(found) == 6
    assert (upload.name, db.scalars(select(StoredFile.media_type)).one()) == ("photo.jpg", "image/jpeg")
