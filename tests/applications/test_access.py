"""Who may open what: every address below an application, for everybody who might try."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registrar.applications.applying.queries import person_of
from registrar.applications.models import Application
from registrar.applications.rules import TeamRole
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import CSRF, enter

VALUES = {"key": "you", "question": "why", "number": "999999"}
LEADS_ONLY = frozenset(
    {
        *("withdraw", "restore", "resend_invitation", "revoke_invitation", "change_role", "remove_member"),
        *("put_member_back", "accept_request", "decline_request"),
    }
)
"""What only a lead may do, be it to look at the page that asks."""
WRITERS_ONLY = frozenset({"previous", "more_time"})
PAGES = frozenset({"overview", "team", *WRITERS_ONLY, "withdraw"})
"""Pages of this room, with what each answers to a lead before the deadline."""


@pytest.fixture
def draft(db: DbSession) -> Application:
    """A draft with a lead, an editor and a reader."""
    application = factories.application(db, factories.call(db), lead=factories.person(db, email="lead@example.org"))
    for role in (TeamRole.EDITOR, TeamRole.READER):
        factories.member(db, application, factories.person(db, email=f"{role}@example.org"), role=role)
    factories.person(db, email="other@example.org")
    return application


def addresses(app: Flask, application: Application) -> Iterator[tuple[str, str, str]]:
    """Yield method, path and short endpoint of every address below an application."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/applications/<"):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, _path(rule, application), rule.endpoint.partition(".")[2]


def _path(rule: Rule, application: Application) -> str:
    values = {name: VALUES.get(name, application.reference) for name in rule.arguments}
    built: tuple[str, str] | None = rule.build(values)
    assert built
    return built[1]


def become(client: Client, db: DbSession, tokens: Tokens, clock: TestClock, who: str) -> None:
    client.delete_cookie("personal")
    person = person_of(db, f"{who}@example.org")
    if person:
        enter(client, tokens, person, clock)


def ask(client: Client, method: str, path: str) -> int:
    """Return how an address answers; a form is sent with its token and nothing else."""
    if method == "GET":
        return client.get(path).status_code
    token = CSRF.search(client.get("/applications/link").text)
    assert token
    return client.post(path, data={"csrf_token": token[1]}, headers={"X-CSRFToken": token[1]}).status_code


@pytest.mark.parametrize(("who", "expected"), [("nobody", 303), ("other", 404)])
def test_who_is_not_on_the_team_opens_nothing_of_it(
    app: Flask, client: Client, db: DbSession, draft: Application, tokens: Tokens, clock: TestClock, who: str,
    expected: int,
) -> None:  # fmt: skip
    become(client, db, tokens, clock, who)
    answers = {(method, path): ask(client, method, path) for method, path, _ in addresses(app, draft)}

    assert {place: status for place, status in answers.items() if status != expected} == {}
    assert len(answers) >= 16


def test_who_has_no_cookie_is_shown_the_way_in(client: Client, draft: Application) -> None:
    assert client.get(f"/applications/{draft.reference}").location == "/applications/link"


def test_who_was_removed_opens_nothing_any_more(
    app: Flask, client: Client, db: DbSession, draft: Application, tokens: Tokens, clock: TestClock
) -> None:
    become(client, db, tokens, clock, "editor")
    assert ask(client, "GET", f"/applications/{draft.reference}") == 200
    db.delete(next(each for each in draft.members if each.role is TeamRole.EDITOR))
    db.commit()
    answers = {(method, path): ask(client, method, path) for method, path, _ in addresses(app, draft)}

    assert {place: status for place, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize(("who", "closed"), [("reader", LEADS_ONLY | WRITERS_ONLY), ("editor", LEADS_ONLY)])
def test_a_role_opens_what_is_its_own(
    app: Flask, client: Client, db: DbSession, draft: Application, tokens: Tokens, clock: TestClock, who: str,
    closed: frozenset[str],
) -> None:  # fmt: skip
    become(client, db, tokens, clock, who)
    answers = {
        (method, name): ask(client, method, path)
        for method, path, name in addresses(app, draft)
        if name in closed or (name in PAGES and method == "GET")
    }

    open_pages = PAGES - closed
    expected = {place: 403 for place in answers if place[1] in closed}
    expected |= {("GET", name): 303 if name == "more_time" else 200 for name in open_pages}
    assert answers == expected


def test_a_reader_and_an_editor_invite_nobody(
    client: Client, db: DbSession, draft: Application, tokens: Tokens, clock: TestClock
) -> None:
    found = []
    for who in ("reader", "editor", "lead"):
        become(client, db, tokens, clock, who)
        found.append(ask(client, "POST", f"/applications/{draft.reference}/team"))

    assert found == [403, 403, 422]


def test_a_lead_opens_every_page(
    app: Flask, client: Client, db: DbSession, draft: Application, tokens: Tokens, clock: TestClock
) -> None:
    become(client, db, tokens, clock, "lead")
    answers = {name: ask(client, "GET", path) for method, path, name in addresses(app, draft)
               if method == "GET" and name in PAGES}  # fmt: skip

    assert answers == {name: 303 if name == "more_time" else 200 for name in PAGES}
