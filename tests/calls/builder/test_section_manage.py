"""Organisers write sections; the words of another are not overwritten."""

import re
from dataclasses import replace
from datetime import datetime
from html import unescape

from registrar.calls import form_operations
from registrar.calls.definition import Section, Words
from registrar.calls.models import ApplicationForm
from registrar.db import DbSession
from tests.browsing import send
from tests.calls.builder.conftest import page_of
from tests.conftest import Client

TYPED = {"title_en": "The end", "title_fr": "La fin", "help_en": "Nearly there", "help_fr": ""}


def section(db: DbSession, form: ApplicationForm, key: str) -> Section | None:
    db.expire_all()
    return form.draft_definition.section(key)


def seen_on(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_section_is_added_at_the_end(client: Client, db: DbSession, form: ApplicationForm) -> None:
    assert client.get(page_of(form, "/add/section")).status_code == 200
    answer = send(client, page_of(form, "/add/section"), seen="", **TYPED)

    assert (answer.status_code, answer.location) == (303, page_of(form, "?focus=section-s1"))
    assert section(db, form, "s1") == Section("s1", Words("The end", "La fin"), Words("Nearly there"))
    assert re.search(r'id="section-s1" autofocus', client.get(answer.location).text)


def test_a_section_needs_a_title(client: Client, form: ApplicationForm) -> None:
    answer = send(client, page_of(form, "/add/section"), seen="", **{**TYPED, "title_en": "", "title_fr": ""})

    assert answer.status_code == 422
    assert "Write the title in at least one language." in answer.text
    assert "Nearly there</textarea>" in answer.text


def test_a_section_is_reworded_and_keeps_its_questions(client: Client, db: DbSession, form: ApplicationForm) -> None:
    url = page_of(form, "/sections/team")
    send(client, url, seen=seen_on(client.get(url).text), **TYPED)

    found = section(db, form, "team")
    assert found
    assert (found.title.fr, [each.key for each in found.questions]) == ("La fin", ["people", "plan"])


def test_a_conflict_shows_both(client: Client, db: DbSession, form: ApplicationForm, now: datetime) -> None:
    url = page_of(form, "/sections/team")
    seen = seen_on(client.get(url).text)
    stored = section(db, form, "team")
    assert stored
    theirs = replace(stored, title=Words("Theirs"))
    form_operations.save_section(db, form.id, theirs, seen=stored, by="staff:9", now=now)
    answer = send(client, url, seen=seen, **TYPED)

    assert answer.status_code == 409
    assert ("<strong>Theirs</strong>" in answer.text, 'value="The end"' in answer.text) == (True, True)
    assert send(client, url, seen=seen_on(answer.text), **TYPED).status_code == 303
    assert getattr(section(db, form, "team"), "title", None) == Words("The end", "La fin")


def test_a_section_that_is_gone_is_not_found(client: Client, form: ApplicationForm) -> None:
    assert client.get(page_of(form, "/sections/gone")).status_code == 404
    assert send(client, page_of(form, "/sections/gone/arrange"), do="up", seen=1).status_code == 409
    assert send(client, page_of(form, "/sections/team/arrange"), do="jump", seen=1).status_code == 400
