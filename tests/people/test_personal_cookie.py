"""The personal cookie: whom it lets in, for how long, and what ends it."""

from datetime import datetime, timedelta

from flask import Flask, Response

from registrar.db import DbSession, read_only
from registrar.db import db as request_db
from registrar.people import personal_cookie
from registrar.people.models import Person
from registrar.tokens import Purpose, Tokens
from tests import factories


def found(app: Flask, cookie: str) -> int | None:
    """Return the id of whom the cookie lets in."""
    with app.test_request_context(headers={"Cookie": f"personal={cookie}"}):
        read_only(request_db)
        person = personal_cookie.current_person()
        return person.id if person else None


def given(app: Flask, person: Person, now: datetime) -> str:
    """Return the value of the cookie that a person is given."""
    with app.test_request_context():
        response = Response()
        personal_cookie.set_cookie(response, person, now)
        return response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def test_the_cookie_lets_its_person_in_for_two_hours(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    db.commit()

    assert found(app, given(app, person, now)) == person.id
    assert found(app, given(app, person, now - timedelta(hours=2))) is None


def test_the_cookie_is_for_this_site_only_and_unseen_by_scripts(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    with app.test_request_context():
        response = Response()
        personal_cookie.set_cookie(response, person, now)

    _, *attributes = response.headers["Set-Cookie"].split("; ")
    assert [each for each in attributes if not each.startswith("Expires")] == [
        "Max-Age=7200",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    ]


def test_renewed_links_end_the_cookie(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    value = given(app, person, now)
    person.link_number += 1
    db.commit()

    assert found(app, value) is None


def test_an_erased_person_is_nobody(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    value = given(app, person, now)
    db.delete(person)
    db.commit()

    assert found(app, value) is None


def test_a_forged_cookie_and_a_token_for_something_else_are_nobody(
    app: Flask, db: DbSession, tokens: Tokens, now: datetime
) -> None:
    person = factories.person(db)
    db.commit()

    assert found(app, given(app, person, now)[:-1]) is None
    assert found(app, tokens.make(Purpose.FEED, person.id)) is None


def test_templates_ask_who_it_is_only_when_they_need_it(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db, name="Ada")
    db.commit()
    page = app.jinja_env.from_string("{{ current_person.name if current_person else 'nobody' }}")

    with app.test_request_context(headers={"Cookie": f"personal={given(app, person, now)}"}):
        read_only(request_db)
        known = page.render()
    with app.test_request_context():
        unknown = page.render()

    assert (known, unknown) == ("Ada", "nobody")


def test_the_cookie_is_renewed_when_less_than_an_hour_is_left(app: Flask, db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    db.commit()
    renewed = []
    for left in (timedelta(hours=1), timedelta(minutes=59)):
        cookie = given(app, person, now - personal_cookie.LASTS + left)
        with app.test_request_context(headers={"Cookie": f"personal={cookie}"}):
            read_only(request_db)
            response = Response()
            personal_cookie.renew_cookie(response, now)
            renewed.append("Set-Cookie" in response.headers)

    assert renewed == [False, True]


def test_nobody_is_given_a_cookie_by_renewing(app: Flask, now: datetime) -> None:
    with app.test_request_context(headers={"Cookie": "personal=forged"}):
        response = Response()
        personal_cookie.renew_cookie(response, now)

    assert "Set-Cookie" not in response.headers


def test_leaving_a_device_forgets_what_the_browser_kept(app: Flask) -> None:
    with app.test_request_context():
        response = Response()
        personal_cookie.forget_cookie(response)

    assert response.headers["Clear-Site-Data"] == '"storage"'
