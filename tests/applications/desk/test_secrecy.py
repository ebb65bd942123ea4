"""Nothing that organisers write beside an application reaches its team, on any page of the team's."""

import re
from datetime import datetime

import pytest
from flask import Flask

from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.models import Application
from registrar.applications.rules import Override
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter

CANARIES = ["NoteCanary", "TagCanary", "ReasonCanary", "LinkCanary"]


@pytest.fixture
def watched(client: Client, db: DbSession, tokens: Tokens, clock: TestClock, now: datetime) -> Application:
    """A submitted application of the person in the browser, with everything that organisers can put beside it."""
    ana: Person = factories.person(db, name="Ana Silva")
    enter(client, tokens, ana, clock)
    made = factories.submitted(db, factories.call(db), lead=ana, eligibility=Override.REFUSED, eligibility_at=now)
    made.eligibility_reason = "ReasonCanary"
    db.add(Note(application_id=made.id, text="NoteCanary", created_at=now))
    db.add(ApplicationTag(application_id=made.id, tag="TagCanary"))
    return made


def pages_of(app: Flask, application: Application) -> list[str]:
    """Return every page below `/applications` that a team may open, by the map of addresses."""
    found = ["/applications"]
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("applications.") and "GET" in (rule.methods or ()):
            values = {"reference": application.reference, "key": "you"}
            if rule.arguments <= set(values) and rule.arguments:
                adapter = app.url_map.bind("")
                found.append(adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}))
    return sorted(set(found))


def without_nonces(page: str) -> str:
    """Return a page without what is new each time."""
    return re.sub(r'(nonce|value)="[^"]{16,}"', "", page)


def test_no_page_of_the_team_holds_what_organisers_wrote(client: Client, app: Flask, watched: Application) -> None:
    pages = pages_of(app, watched)
    answers = {page: client.get(page) for page in pages}
    leaks = [(page, word) for page, answer in answers.items() for word in CANARIES if word.encode() in answer.data]

    assert leaks == []
    assert f"/applications/{watched.reference}" in pages
    assert [page for page, answer in answers.items() if answer.status_code >= 500] == []
    assert len(pages) >= 8


def test_a_team_that_is_refused_sees_what_one_that_is_admitted_sees(
    client: Client, db: DbSession, watched: Application
) -> None:
    page = f"/applications/{watched.reference}"
    refused = client.get(page).text
    watched.eligibility = Override.ADMITTED
    admitted = client.get(page).text
    watched.eligibility, watched.eligibility_at, watched.eligibility_reason = None, None, ""
    undecided = client.get(page).text

    assert without_nonces(refused) == without_nonces(admitted) == without_nonces(undecided)
