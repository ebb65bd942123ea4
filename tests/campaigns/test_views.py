"""Announcements stop by a page or by one click of a mail program, and come back."""

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.people.models import OptOut, Person
from registrar.programmes.models import Programme
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.browsing import send
from tests.conftest import Client

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db)


@pytest.fixture
def url(person: Person, series: Programme, tokens: Tokens) -> str:
    return f"/announcements/{tokens.make(Purpose.OPT_OUT, person.id, series.id)}"


def topics(db: DbSession) -> list[str]:
    return list(db.scalars(select(OptOut.topic)))


def test_looking_changes_nothing(client: Client, db: DbSession, url: str) -> None:
    page = client.get(url)

    assert "Do you want no more announcements of WAC Weekly?" in page.text
    assert topics(db) == []


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_program_stops_them_without_a_cookie(
    client: Client, db: DbSession, series: Programme, url: str, content_type: str
) -> None:
    for _ in range(2):
        answer = client.post(url, data=ONE_CLICK, content_type=content_type)
        assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (200, b"", None)

    assert topics(db) == [series.slug]


def test_a_post_from_nowhere_is_refused(client: Client, db: DbSession, url: str) -> None:
    assert client.post(url).status_code == 400
    assert topics(db) == []


def test_the_page_stops_them_and_leads_back(client: Client, db: DbSession, series: Programme, url: str) -> None:
    stopped = send(client, url)
    assert (stopped.status_code, stopped.headers["Location"]) == (303, url)
    assert topics(db) == [series.slug]
    assert "You get no more announcements of WAC Weekly." in client.get(url).text

    assert send(client, f"{url}/back").status_code == 303
    db.expire_all()
    assert topics(db) == []


def test_a_forged_link_is_not_found(client: Client, url: str) -> None:
    assert client.get(f"{url}x").status_code == 404
    assert client.post(f"{url}x", data=ONE_CLICK).status_code == 404
