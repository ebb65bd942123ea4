"""One's applications and the page of one: the task list, what counts, and never a hint before the release."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from registrar.applications import answers
from registrar.applications.answers import Save
from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, OfferState, Override, TeamRole, Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.pages import links, text
from tests.statements import queries
from tests.weekly.browsing import enter

VARYING = re.compile(r'(csrf_token"[^>]*value|nonce)="[^"]+"')


def page(client: Client, application: Application) -> str:
    return text(client.get(f"/applications/{application.reference}"))


@pytest.fixture
def at(client: Client, tokens: Tokens, ana: Person, clock: TestClock) -> Callable[[datetime], None]:
    """Move the clock; Ana's browser is let in anew."""

    def move(moment: datetime) -> None:
        clock.now = moment
        enter(client, tokens, ana, clock)

    return move


@pytest.fixture
def submitted(db: DbSession, call: Call, ana: Person) -> Application:
    museum = factories.institution(db, name="Musée du Vent")
    return factories.submitted(db, call, lead=ana, institution_id=museum.id)


def test_the_list_shows_every_application_of_the_person_and_no_other(
    client: Client, db: DbSession, application: Application, submitted: Application
) -> None:
    other = factories.application(db, application.call, lead=factories.person(db))

    answer = client.get("/applications")

    shown = [f"/applications/{each.reference}" in links(answer) for each in (application, submitted, other)]
    assert shown == [True, True, False]
    assert ["Draft" in text(answer), "Submitted" in text(answer)] == [True, True]


def test_an_empty_list_says_what_to_do(client: Client, ana: Person) -> None:
    assert "/calls" in links(client.get("/applications"))


def test_the_task_list_shows_sections_with_their_state(client: Client, db: DbSession, application: Application) -> None:
    assert "Your institution Not started yet Your team Not started yet" in page(client, application)

    factories.answer(db, application, "why", "For our visitors.")
    assert "Your institution Begun Your team Not started yet" in page(client, application)
    factories.answer(db, application, "new", False)
    assert "2 answers to go" in page(client, application)

    factories.answer(db, application, "past", "A website.")
    factories.answer(db, application, "people", factories.ANSWERS["people"])
    assert "Your institution Completed Your team Completed" in page(client, application)
    assert "Everything is filled in. Check your answers and submit." in page(client, application)


def test_the_deadline_is_written_in_the_zone_of_the_reader_and_of_the_call(
    client: Client, db: DbSession, application: Application, ana: Person, call: Call
) -> None:
    ana.timezone, call.closes_at = "America/Lima", datetime.fromisoformat("2027-01-21T22:59:00+00:00")

    shown = page(client, application)

    assert "Thursday 21 January 2027, 17:59 Lima (UTC−5) 23:59 Paris (UTC+1)" in shown


def test_an_extension_is_the_deadline_that_is_shown(client: Client, db: DbSession, application: Application) -> None:
    application.extended_until = application.call.closes_at + timedelta(days=3)

    assert "Sunday 24 January 2027, 10:00" in page(client, application)


def test_who_else_has_a_section_open_is_shown_by_name(
    client: Client, db: DbSession, application: Application, now: datetime
) -> None:
    rui = factories.person(db, name="Rui Costa")
    factories.member(db, application, rui, seen_at=now - timedelta(seconds=39), seen_section="team")
    gone = factories.person(db, name="Eva Lang")
    factories.member(db, application, gone, seen_at=now - timedelta(seconds=40), seen_section="team")

    shown = page(client, application)

    assert ["Rui Costa is editing “Your team”." in shown, "Eva Lang is editing" in shown] == [True, False]


def test_a_reader_sees_all_and_no_button_that_changes(client: Client, db: DbSession, call: Call, ana: Person) -> None:
    application = factories.application(db, call)
    factories.member(db, application, ana, role=TeamRole.READER)

    found = links(client.get(f"/applications/{application.reference}"))

    home = f"/applications/{application.reference}"
    assert [f"{home}/sections/you" in found, f"{home}/check" in found, f"{home}/withdraw" in found] == [
        True, False, False,
    ]  # fmt: skip


def test_a_missed_deadline_keeps_the_text_and_offers_one_request(
    client: Client, application: Application, at: Callable[[datetime], None], now: datetime
) -> None:
    at(application.call.closes_at + application.call.grace)
    answer = client.get(f"/applications/{application.reference}")

    home = f"/applications/{application.reference}"
    wanted = [f"{home}/more-time", f"{home}/document.pdf", f"{home}/sections/you"]
    assert [each in links(answer) for each in wanted] == [True] * 3
    application.grace_asked_at = now
    assert f"{home}/more-time" not in links(client.get(home))


def test_after_submitting_the_page_says_where_it_stands_and_what_comes_next(
    client: Client, submitted: Application, call: Call
) -> None:
    call.after_en = "We **read** every application."

    shown = page(client, submitted)

    assert "We have received your application." in shown
    assert "What happens next We read every application." in shown
    assert "What counts is the version of Monday 11 January 2027, 10:00." in shown


def test_newer_changes_that_are_not_complete_are_named_beside_what_counts(
    client: Client, db: DbSession, submitted: Application, ana: Person, now: datetime
) -> None:
    question = factories.FORM.question("why")
    assert question
    later = now + timedelta(hours=1)
    answers.save(db, submitted, Save(question, "", 1), by=ana, now=later)

    shown = page(client, submitted)

    assert "The version of Monday 11 January 2027, 10:00 counts. Your newer changes are not complete: Why?" in shown


PRIVATE: list[dict[str, Any]] = [
    {"eligibility": Override.REFUSED, "eligibility_reason": "Too small.", "eligibility_at": factories.NOW,
     "eligibility_by": "staff:1"},
    {"eligibility": Override.ADMITTED, "eligibility_reason": "A pilot.", "eligibility_at": factories.NOW,
     "eligibility_by": "staff:1"},
    {"version": 7},
]  # fmt: skip


@pytest.mark.parametrize("private", PRIVATE)
@pytest.mark.parametrize("path", ["/applications", "/applications/{}", "/applications/{}/team"])
def test_before_the_release_nothing_that_organisers_did_changes_a_byte(
    client: Client, db: DbSession, submitted: Application, at: Callable[[datetime], None], private: dict[str, Any],
    path: str,
) -> None:  # fmt: skip
    at(submitted.call.closes_at + timedelta(days=1))
    address = path.format(submitted.reference)
    before = client.get(address)
    db.execute(update(Application).where(Application.id == submitted.id).values(**private))
    staff = factories.staff(db)
    db.add(Note(application_id=submitted.id, staff_id=staff.id, text="CANARY", created_at=factories.NOW))
    db.add(ApplicationTag(application_id=submitted.id, tag="canary"))
    after = client.get(address)

    assert before.status_code == 200
    assert VARYING.sub("", before.text) == VARYING.sub("", after.text)
    ignored = {"Content-Security-Policy", "Set-Cookie"}
    assert [each for each in before.headers if each[0] not in ignored] == [
        each for each in after.headers if each[0] not in ignored
    ]


@pytest.mark.parametrize(
    ("released", "words"),
    [
        ({"released_verdict": Verdict.ACCEPT}, "Your application was accepted."),
        ({"released_verdict": Verdict.WAITLIST}, "Your application is on the waiting list."),
        ({"released_verdict": Verdict.DECLINE}, "Your application was not chosen this time."),
        (
            {"released_verdict": Verdict.ACCEPT, "offer": OfferState.OPEN,
             "offer_until": factories.NOW + timedelta(days=30)},
            "A place is offered to you. Please answer until: Wednesday 10 February 2027, 10:00",
        ),
    ],
)  # fmt: skip
def test_what_was_released_is_said(
    client: Client,
    db: DbSession,
    submitted: Application,
    at: Callable[[datetime], None],
    released: dict[str, Any],
    words: str,
) -> None:
    at(submitted.call.closes_at + timedelta(days=1))
    factories.decision(db, submitted, released["released_verdict"])
    for name, value in {**released, "released_at": factories.NOW}.items():
        setattr(submitted, name, value)

    assert words in page(client, submitted)


def test_the_rules_of_the_call_are_explained_without_other_applications_of_the_institution(
    client: Client, db: DbSession, application: Application, call: Call
) -> None:
    call.eligibility = [{"rule": "completed", "line": "wac-museums"}, {"rule": "once_per_season"}]
    sister = factories.cohort(db, season_id=call.programme.season_id)
    alone = page(client, application)
    factories.application(
        db, factories.call(db, programme_id=sister.id, title_en="Sister"), institution_id=application.institution_id
    )

    assert "We have no record that Musée du Sel has." in alone
    assert page(client, application) == alone


def test_a_withdrawn_application_can_be_taken_back_until_the_deadline(
    client: Client, application: Application, at: Callable[[datetime], None], now: datetime
) -> None:
    application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now

    assert "Take the withdrawal back" in page(client, application)
    at(application.call.closes_at + application.call.grace)
    shown = page(client, application)
    assert ["Take the withdrawal back" in shown, "This application was withdrawn." in shown] == [False, True]


def test_a_larger_team_and_more_applications_ask_no_more_of_the_database(
    app: Flask, client: Client, db: DbSession, application: Application, submitted: Application, ana: Person
) -> None:
    def asked() -> list[int]:
        found = []
        for path in ("", f"/{application.reference}", f"/{submitted.reference}"):
            with queries(app) as statements:
                client.get(f"/applications{path}")
            found.append(len(statements))
        return found

    few = asked()
    for _ in range(5):
        factories.application(db, factories.call(db), lead=ana)
        for each in (application, submitted):
            factories.member(db, each, factories.person(db), seen_at=factories.NOW, seen_section="team")

    assert asked() == few
    assert max(few) <= 11
