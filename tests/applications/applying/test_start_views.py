"""Beginning by mail: the same answer for every address, one draft per institution however often one presses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from registrar.applications.models import Application, Invitation, JoinRequest, Member
from registrar.applications.rules import START_WITHIN, RequestOutcome, TeamRole
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.people.models import Institution, Person
from registrar.people.rules import InstitutionKind
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.applications.ways import ADDRESS, begin_path, mails
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.weekly.browsing import press

VARYING = re.compile(r'(csrf_token"[^>]*value|nonce|opened"[^>]*value)="[^"]+"')
MUSEUM = {"name": "Ana Silva", "institution": "Museu do Sal", "country": "PT", "kind": "museum", "timezone": "",
          "homepage": "museudosal.example", "language": "en"}  # fmt: skip


def ask(client: Client, call: Call, email: str = ADDRESS, **fields: Any) -> TestResponse:
    page = f"/calls/{call.slug}/apply"
    return press(client, page, seen_on=page, email=email, **fields)


def way_in(db: DbSession) -> Invitation:
    db.expire_all()
    return db.scalars(select(Invitation).order_by(Invitation.id.desc())).first() or pytest.fail("nobody asked")


def begin(client: Client, path: str, **typed: str) -> TestResponse:
    return press(client, path, seen_on="/applications/link", **{**MUSEUM, **typed})


def count(db: DbSession, model: type) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def path(app: Flask, client: Client, db: DbSession, call: Call) -> str:
    """Ana's way in."""
    ask(client, call)
    return begin_path(app, way_in(db))


def test_an_address_is_kept_with_one_mail(client: Client, db: DbSession, call: Call) -> None:
    answer = ask(client, call, timezone="America/Lima")

    assert (answer.status_code, answer.location) == (303, f"/calls/{call.slug}/apply/sent")
    found = way_in(db)
    assert (found.email, found.timezone, found.locale, found.application_id) == (ADDRESS, "America/Lima", "en", None)
    assert [(mail.key, mail.invitation_id) for mail in mails(db, "begin")] == [(f"apply:{found.id}:1", found.id)]
    assert [(each.actor, each.action) for each in db.scalars(select(AuditEntry))] == [("anyone", "application.ask")]


def test_the_page_and_its_answer_are_the_same_for_every_address(client: Client, db: DbSession, call: Call) -> None:
    person = factories.person(db)
    known = ask(client, call, email=person.email), VARYING.sub("", client.get(f"/calls/{call.slug}/apply/sent").text)
    unknown = (
        ask(client, call, email="nobody@museum.example"),
        VARYING.sub("", client.get(f"/calls/{call.slug}/apply/sent").text),
    )

    assert (known[0].status_code, known[0].location) == (unknown[0].status_code, unknown[0].location)
    assert known[1].replace(person.email, "") == unknown[1].replace("nobody@museum.example", "")


def test_at_most_one_mail_in_5_minutes_and_3_in_a_day(
    client: Client, db: DbSession, call: Call, clock: TestClock
) -> None:
    for _ in range(6):
        ask(client, call)
        ask(client, call)
        clock.advance(minutes=5, seconds=1)

    assert len(mails(db, "begin")) == 3
    assert count(db, Invitation) == 1


def test_the_trap_catches_machines_silently(client: Client, db: DbSession, call: Call) -> None:
    answer = ask(client, call, website="https://spam.example")

    assert (answer.status_code, count(db, Invitation)) == (303, 0)


def test_a_wrong_address_is_told_and_stays(client: Client, call: Call) -> None:
    answer = ask(client, call, email="ana at museum")

    assert answer.status_code == 422
    assert 'value="ana at museum"' in answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"opens_at": factories.NOW + timedelta(days=1)}, "This call is not open yet"),
        ({"closes_at": factories.NOW}, "This call is closed"),
        ({"state": CallState.CLOSED}, "This call is closed"),
    ],
)
def test_a_call_that_is_not_open_says_so(client: Client, db: DbSession, given: dict[str, Any], words: str) -> None:
    call = factories.call(db, **given)
    page = f"/calls/{call.slug}/apply"

    assert [client.get(page).status_code, words in client.get(page).text] == [200, True]
    assert press(client, page, email=ADDRESS).status_code == 409


def test_nobody_sees_a_call_that_is_a_draft(client: Client, db: DbSession) -> None:
    call = factories.call(db, state=CallState.DRAFT)

    assert client.get(f"/calls/{call.slug}/apply").status_code == 404


def test_looking_at_the_way_in_changes_nothing(client: Client, db: DbSession, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (count(db, Person), count(db, Application), way_in(db).used_at) == (0, 0, None)


def test_the_button_makes_person_institution_draft_and_lead_and_opens_it(
    client: Client, db: DbSession, path: str, call: Call
) -> None:
    answer = begin(client, path)

    application = db.scalars(select(Application)).one()
    person, institution = db.scalars(select(Person)).one(), db.scalars(select(Institution)).one()
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.reference}")
    assert (application.call_id, application.institution_id, application.state) == (call.id, institution.id, "draft")
    assert (person.name, person.email, person.timezone, person.confirmed_at) == (
        "Ana Silva", ADDRESS, "Europe/Paris", factories.NOW,
    )  # fmt: skip
    assert (institution.name, institution.country, institution.kind, institution.website, institution.confirmed_at) == (
        "Museu do Sal", "PT", InstitutionKind.MUSEUM, "https://museudosal.example", None,
    )  # fmt: skip
    member = db.get_one(Member, (application.id, person.id))
    assert (member.role, way_in(db).used_at) == (TeamRole.LEAD, factories.NOW)
    assert "Museu do Sal" in client.get(answer.location).text


def test_references_are_readable_and_unlike(client: Client, db: DbSession, path: str) -> None:
    begin(client, path)

    assert re.fullmatch("WAC-[2-9A-HJKMNP-TV-Z]{5}", db.scalars(select(Application.reference)).one())


def test_pressing_twice_makes_one_draft_and_leads_there_twice(client: Client, db: DbSession, path: str) -> None:
    first, second = begin(client, path), begin(client, path)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert (count(db, Application), count(db, Person), count(db, Institution)) == (1, 1, 1)


def test_a_used_link_opens_nothing_later(client: Client, db: DbSession, path: str, clock: TestClock) -> None:
    begin(client, path)
    client.delete_cookie("personal")
    clock.advance(minutes=6)

    assert client.get(path).status_code == 410
    assert begin(client, path).status_code == 410
    assert client.get("/applications").location == "/applications/link"


def test_who_comes_back_with_a_used_link_and_is_inside_sees_their_applications(client: Client, path: str) -> None:
    begin(client, path)

    assert client.get(path).location == "/applications"


def test_a_link_ends_after_a_week_and_a_fresh_one_is_mailed(
    client: Client, db: DbSession, path: str, clock: TestClock, app: Flask
) -> None:
    clock.now += START_WITHIN
    assert client.get(path).status_code == 410
    assert begin(client, path).status_code == 410

    press(client, f"{path}/fresh", seen_on=path)

    assert [mail.key.rpartition(":")[2] for mail in mails(db, "begin")] == ["1", "2"]
    assert client.get(begin_path(app, way_in(db))).status_code == 200
    assert client.get(path).status_code == 410


def test_a_revoked_and_a_forged_link_lead_nowhere(client: Client, db: DbSession, path: str) -> None:
    assert client.get(path + "x").status_code == 404
    way_in(db).revoked_at = factories.NOW

    assert (client.get(path).status_code, begin(client, path).status_code) == (410, 410)
    assert count(db, Application) == 0


def test_a_link_that_leads_into_a_team_begins_nothing(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    invitation = factories.invitation(db, application)

    assert client.get(begin_path(app, invitation)).status_code == 404


@pytest.mark.parametrize("missing", ["name", "institution", "country", "kind"])
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    client: Client, db: DbSession, path: str, missing: str
) -> None:
    answer = begin(client, path, **{missing: ""})

    assert answer.status_code == 422
    kept = "Museu do Sal" if missing != "institution" else "Ana Silva"
    assert [kept in answer.text, count(db, Application)] == [True, 0]


def test_a_known_institution_is_found_again_under_its_name_or_alias(client: Client, db: DbSession, path: str) -> None:
    museum = factories.institution(db, name="Museu do Sal", country="PT")
    begin(client, path, institution="museu do sal")

    assert db.scalars(select(Application.institution_id)).all() == [museum.id]


def test_somebody_known_finds_their_name_filled_in(client: Client, db: DbSession, path: str) -> None:
    factories.person(db, email=ADDRESS, name="Ana de Sousa", timezone="Europe/Lisbon", locale="fr")

    page = client.get(path).text

    assert ['value="Ana de Sousa"' in page, 'value="Europe/Lisbon" selected' in page] == [True, True]


@pytest.fixture
def begun(db: DbSession, call: Call) -> Application:
    """What another person of the museum has begun."""
    museum = factories.institution(db, name="Museu do Sal", country="PT")
    other = factories.person(db, name="Rui Costa", email="rui@museum.example")
    return factories.application(db, call, institution_id=museum.id, lead=other)


def test_an_institution_that_has_begun_says_only_that(
    client: Client, db: DbSession, begun: Application, path: str
) -> None:
    answer = begin(client, path)

    assert answer.status_code == 409
    assert "Your institution has begun an application" in text(answer)
    assert [secret in answer.text for secret in (begun.reference, "Rui", "rui@")] == [False] * 3
    assert (count(db, Application), count(db, Person), way_in(db).used_at) == (1, 1, None)


def test_who_asks_to_be_let_in_is_told_to_the_leads_and_waits(
    client: Client, db: DbSession, begun: Application, path: str
) -> None:
    answer = press(client, f"{path}/ask", seen_on="/applications/link", **MUSEUM)
    press(client, f"{path}/ask", seen_on="/applications/link", **MUSEUM)

    request = db.scalars(select(JoinRequest)).one()
    lead = db.scalars(select(Person).where(Person.name == "Rui Costa")).one()
    assert (answer.location, request.application_id) == ("/applications", begun.id)
    assert [(m.key, m.person_id) for m in mails(db, "join_request")] == [
        (f"join-request:{request.id}:{lead.id}", lead.id)
    ]
    assert client.get(f"/applications/{begun.reference}").status_code == 404
    page = client.get("/applications")
    assert ["Waits for the team" in page.text, begun.reference in page.text] == [True, False]


def test_who_was_declined_asks_the_team_no_more(client: Client, db: DbSession, begun: Application, path: str) -> None:
    person = factories.person(db, email=ADDRESS)
    request = JoinRequest(application_id=begun.id, person_id=person.id, asked_at=factories.NOW)
    request.settled_at, request.outcome = factories.NOW, RequestOutcome.DECLINED
    db.add(request)
    answer = press(client, f"{path}/ask", seen_on="/applications/link", **MUSEUM)

    assert (answer.status_code, mails(db, "join_request")) == (422, [])
    assert "The team has declined your request." in text(answer)


def test_nobody_asks_one_team_after_another(client: Client, db: DbSession, begun: Application, path: str) -> None:
    person = factories.person(db, email=ADDRESS)
    for _ in range(3):
        other = factories.application(db, begun.call)
        db.add(JoinRequest(application_id=other.id, person_id=person.id, asked_at=factories.NOW))
    answer = press(client, f"{path}/ask", seen_on="/applications/link", **MUSEUM)

    assert (answer.status_code, "You have asked several teams already." in text(answer)) == (422, True)


def test_a_member_of_the_team_is_led_to_its_application(
    client: Client, db: DbSession, begun: Application, path: str
) -> None:
    factories.member(db, begun, factories.person(db, email=ADDRESS))

    assert begin(client, path).location == f"/applications/{begun.reference}"
    assert count(db, Application) == 1


def test_a_withdrawn_application_leaves_room_for_another(
    client: Client, db: DbSession, begun: Application, path: str
) -> None:
    begun.state, begun.withdrawn_at = "withdrawn", factories.NOW  # type: ignore[assignment]  # as it is stored

    assert begin(client, path).status_code == 303
    assert count(db, Application) == 2


def test_a_rule_that_fails_is_explained_before_the_draft_and_does_not_forbid_it(
    client: Client, db: DbSession, path: str, call: Call
) -> None:
    call.eligibility = [{"rule": "completed", "line": "wac-museums"}, {"rule": "once_per_season"}]

    explained = begin(client, path)
    assert (explained.status_code, count(db, Application)) == (200, 0)
    assert "As far as we know, a rule of this call is not fulfilled." in text(explained)
    assert begin(client, path, explained="PT:museum:Another").status_code == 200

    assert begin(client, path, explained="PT:museum:Museu do Sal").status_code == 303
    assert count(db, Application) == 1


def test_an_institution_that_fulfils_the_rules_begins_at_once(
    client: Client, db: DbSession, path: str, call: Call
) -> None:
    call.eligibility = [{"rule": "kinds", "kinds": ["museum"]}]

    assert begin(client, path).status_code == 303


def test_somebody_with_a_live_cookie_begins_without_a_mail(
    client: Client, db: DbSession, ana: Person, call: Call
) -> None:
    page = f"/calls/{call.slug}/apply"
    answer = press(client, page, seen_on=page, known="yes")

    assert answer.location.startswith("/apply/")
    assert begin(client, answer.location).status_code == 303
    assert (count(db, Application), mails(db, "begin"), count(db, Person)) == (1, [], 1)


def test_nobody_begins_without_a_mail_by_saying_so(client: Client, db: DbSession, call: Call) -> None:
    page = f"/calls/{call.slug}/apply"

    assert press(client, page, seen_on=page, known="yes").status_code == 422
    assert count(db, Invitation) == 0


def test_the_start_page_leads_who_has_begun_to_it(client: Client, application: Application, call: Call) -> None:
    assert f'href="/applications/{application.reference}"' in client.get(f"/calls/{call.slug}/apply").text


def test_a_token_of_another_purpose_is_none(client: Client, tokens: Tokens, path: str, db: DbSession) -> None:
    other = tokens.make(Purpose.PERSONAL, way_in(db).id)

    assert client.get(f"/apply/{other}").status_code == 404
