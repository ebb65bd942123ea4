"""Organisers tag a person on a page of their own and rename a tag for everybody."""

from datetime import datetime

import pytest

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.people import tags
from registrar.people.models import Person
from tests import factories
from tests.browsing import send
from tests.conftest import Client


@pytest.fixture
def ama(db: DbSession, organiser: Staff) -> Person:
    return factories.person(db, name="Ama Owusu")


def test_a_tag_is_put_on_seen_and_taken_off(client: Client, db: DbSession, ama: Person) -> None:
    page = f"/console/people/{ama.id}"

    added = send(client, f"{page}/tags", tag="Press")
    seen = client.get(page).text
    removed = send(client, f"{page}/tags/remove", tag="press")

    assert (added.status_code, removed.status_code) == (303, 303)
    assert '<span class="tag">press</span>' in seen
    assert tags.tags_of(db, ama.id) == []
    assert "No tag yet" in client.get(f"{page}/tags").text


def test_what_is_no_tag_is_told_at_the_field(client: Client, ama: Person) -> None:
    answer = send(client, f"/console/people/{ama.id}/tags", tag="one, two")

    assert answer.status_code == 422
    assert "One tag at a time: leave commas out." in answer.text
    assert 'value="one, two"' in answer.text


def test_a_tag_is_renamed_for_everybody(client: Client, db: DbSession, ama: Person, now: datetime) -> None:
    tags.add(db, ama, "press", by="staff:1", now=now)

    answer = send(client, "/console/tags/rename", tag="press", name="media")
    refused = send(client, "/console/tags/rename", tag="media", name="")

    assert (answer.status_code, refused.status_code) == (303, 422)
    assert tags.counts(db) == [("media", 1)]
    assert "media" in client.get("/console/tags").text


def test_the_empty_list_says_what_to_do(client: Client, organiser: Staff) -> None:
    assert "put the first tag on them" in client.get("/console/tags").text


def test_nobody_is_tagged_who_is_not_there(client: Client, organiser: Staff) -> None:
    assert client.get("/console/people/999/tags").status_code == 404
