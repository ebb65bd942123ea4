"""Organisers publish versions, read them, and choose one for a call."""

import json
from datetime import datetime

from registrar.calls import form_operations
from registrar.calls.definition import Question, Words, to_json
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from tests import factories
from tests.browsing import send
from tests.calls.builder.conftest import page_of
from tests.conftest import Client
from tests.factories import FORM

ASK = Question("", QuestionType.DATE, Words("When?", "Quand ?"))


def test_a_version_is_published_with_what_it_changes(client: Client, db: DbSession, form: ApplicationForm) -> None:
    page = client.get(page_of(form, "/publish")).text
    assert "New question: “Why?”" in page
    answer = send(client, page_of(form, "/publish"), seen=1)

    assert (answer.status_code, answer.location) == (303, page_of(form, "/versions/1"))
    db.expire_all()
    assert [each.definition for each in form.versions] == [FORM]
    shown = client.get(answer.location).text
    assert [each.label.fr in shown for each in FORM.questions()] == [True] * 5
    assert "Nothing to publish" in client.get(page_of(form, "/publish")).text


def test_errors_keep_a_form_back_with_links_to_mend_them(client: Client, db: DbSession, form: ApplicationForm) -> None:
    send(client, page_of(form, "/questions/past/arrange"), do="up", seen=1)
    page = client.get(page_of(form, "/publish")).text
    answer = send(client, page_of(form, "/publish"), seen=2)

    assert f'<a href="{page_of(form, "/questions/past")}">What have you done?:</a>' in page
    assert "Publish version 1</button>" not in page
    assert (answer.status_code, "Mend the errors of the form first." in answer.text) == (422, True)
    db.expire_all()
    assert form.versions == []


def test_what_another_has_changed_is_shown_before_publishing(client: Client, form: ApplicationForm) -> None:
    send(client, page_of(form, "/questions/why/arrange"), do="down", seen=1)
    answer = send(client, page_of(form, "/publish"), seen=1)

    assert answer.status_code == 409
    assert "Robin: moved a question: “Why?”" in answer.text


def test_a_call_asks_the_new_version_when_it_is_told_to(client: Client, db: DbSession, now: datetime) -> None:
    call = factories.call(db, title_en="WAC Museums 2027")
    form_operations.add_new_question(db, call.form.id, ASK, "you", by="staff:1", now=now)
    answer = send(client, page_of(call.form, "/publish"), seen=call.form.draft_number)
    page = client.get(answer.location).text
    assert "WAC Museums 2027</a>: asks version 1" in page
    assert "New question: “When?”" in page
    used = send(client, f"{answer.location}/use", call=call.slug, seen=1)

    assert used.status_code == 303
    db.expire_all()
    assert call.form_version
    assert (call.form_version.number, call.version) == (2, 2)
    assert "asks this version" in client.get(answer.location).text


def test_a_call_that_has_changed_is_looked_at_again(client: Client, db: DbSession, now: datetime) -> None:
    call = factories.call(db)
    version = factories.form_version(db, form_id=call.form_id, number=2)
    answer = send(client, page_of(call.form, "/versions/2/use"), call=call.slug, seen=5)

    assert (answer.status_code, version.number) == (409, 2)
    assert "Somebody else has changed this call in the meantime." in answer.text
    assert send(client, page_of(call.form, "/versions/2/use"), call="other", seen=1).status_code == 404


def test_a_version_is_a_file_too(client: Client, db: DbSession) -> None:
    call: Call = factories.call(db)
    answer = client.get(page_of(call.form, "/versions/1.json"))

    assert json.loads(answer.text) == to_json(FORM)
    assert answer.headers["Content-Disposition"] == (f'attachment; filename="form-{call.form_id}-version-1.json"')
    assert client.get(page_of(call.form, "/versions/9")).status_code == 404
