"""What the page of a section does by itself: saving each answer, noticing others, refusing what is too late."""

import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import TeamRole
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.people.personal_cookie import LASTS
from tests import factories
from tests.applications.applying.scripting import JSON, changes, save
from tests.browsing import csrf_token, send
from tests.conftest import Client, TestClock
from tests.statements import READS_AND_WRITES, queries
from tests.weekly.browsing import enter


def _enter(client: Client, person: Person, clock: TestClock) -> None:
    enter(client, client.application.extensions["registrar.tokens"], person, clock)


def stored(db: DbSession) -> dict[str, tuple[object, int]]:
    db.rollback()
    rows = db.execute(select(Answer.question, Answer.value, Answer.version))
    return {question: (value, version) for question, value, version in rows}


def test_an_answer_is_saved_with_its_version_and_time(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    first = save(client, application, "why", " Because. ")
    second = save(client, application, "why", "Because we can.", seen=1)

    assert (first.status_code, first.json) == (
        200,
        {"version": 1, "saved_at": "2027-01-11T09:00:00+00:00", "at": "10:00", "counts": None},
    )
    assert (second.status_code, second.json and second.json["version"]) == (200, 2)
    assert stored(db) == {"why": ("Because we can.", 2)}


def test_a_save_that_knows_an_older_text_overwrites_nothing(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    ben = factories.person(db, name="Ben <Kelly>")
    factories.answer(db, application, "why", "Because of Ben.", version=3, saved_by_id=ben.id)

    refused = save(client, application, "why", "Because of Ana.", seen=2)
    told = refused.json
    assert refused.status_code == 409
    assert told
    assert (told["value"], told["version"], told["by"], told["at"]) == ("Because of Ben.", 3, "Ben <Kelly>", "10:00")
    assert "Ben &lt;Kelly&gt; changed this at 10:00, while you were writing." in told["html"]
    assert "Because of <mark>Ana.</mark>" in told["html"]
    assert stored(db) == {"why": ("Because of Ben.", 3)}


def test_sending_the_same_text_again_is_fine(client: Client, db: DbSession, application: Application) -> None:
    save(client, application, "new", True)
    again = save(client, application, "new", True)

    assert (again.status_code, again.json and again.json["version"]) == (200, 1)


def test_what_is_no_answer_is_refused_with_words(client: Client, db: DbSession, application: Application) -> None:
    answers = [
        save(client, application, "new", "maybe"),
        save(client, application, "why", ["a"]),
        save(client, application, "people", [{"name": "Ada", "admin": "yes"}]),
        save(client, application, "why", "x" * 50_001),
    ]
    assert [(each.status_code, each.json) for each in answers] == [
        (422, {"message": "This is no answer to the question."})
    ] * 4
    assert [save(client, application, key, 1).status_code for key in ("nothing", "plan")] == [404, 400]
    assert stored(db) == {}


def test_text_is_kept_without_what_no_keyboard_types(client: Client, db: DbSession, application: Application) -> None:
    save(client, application, "why", "One\x00 line\r\nanother \ud800word\x1b")
    save(client, application, "people", [{"name": " Ada\x07 ", "role": "", "email": ""}, {"name": " "}])

    assert stored(db) == {
        "why": ("One line\nanother word", 1),
        "people": ([{"name": "Ada", "role": "", "email": ""}], 1),
    }


def test_nothing_is_saved_from_the_end_of_the_grace_on(
    client: Client, db: DbSession, application: Application, clock: TestClock, ana: Person
) -> None:
    end = application.call.closes_at + application.call.grace
    clock.now = end - timedelta(microseconds=1)
    _enter(client, ana, clock)
    assert save(client, application, "why", "Just in time.").status_code == 200

    clock.now = end
    late = save(client, application, "why", "Too late.", seen=1)
    assert (late.status_code, late.json) == (
        410,
        {"message": "The deadline is over: what was saved before it counts."},
    )
    assert stored(db) == {"why": ("Just in time.", 1)}


def test_readers_strangers_and_those_whose_link_has_ended_save_nothing(
    client: Client, db: DbSession, application: Application, ana: Person, clock: TestClock
) -> None:
    other = factories.application(db, application.call)
    token = csrf_token(client)
    factories.member(db, factories.application(db, application.call, reference="READ"), ana, role=TeamRole.READER)
    readers = db.scalars(select(Application).where(Application.reference == "READ")).one()
    assert save(client, readers, "why", "x").status_code == 403
    assert save(client, other, "why", "x").status_code == 404
    assert (
        client.post(
            f"/applications/{application.reference}/answers/why", json={"value": "x", "version": 0}, headers=JSON
        ).status_code
        == 400
    )

    clock.advance(hours=3)
    headers = {**JSON, "X-CSRFToken": token}
    address = f"/applications/{application.reference}/answers/why"
    assert client.post(address, json={"value": "x", "version": 0}, headers=headers).status_code == 401
    assert stored(db) == {}


def test_who_may_not_save_is_told_so_while_somebody_else_writes(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    factories.member(db, factories.application(db, application.call, reference="READ"), ana, role=TeamRole.READER)
    db.commit()
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    with DbSession(db.get_bind()) as writer:
        factories.organisation(writer)
        address = "/applications/READ/answers/why"
        answer = client.post(address, json={"value": "x", "version": 0}, headers=headers)

    assert answer.status_code == 403


def test_the_cookie_is_renewed_while_somebody_works_and_not_before(
    client: Client, application: Application, clock: TestClock
) -> None:
    clock.advance(minutes=59)
    early = save(client, application, "why", "a")
    clock.advance(minutes=2)
    late = save(client, application, "why", "b", seen=1)
    clock.now += LASTS - timedelta(minutes=1)
    still = save(client, application, "why", "c", seen=2)

    found = [any("personal=" in line for line in each.headers.getlist("Set-Cookie")) for each in (early, late, still)]
    assert found == [False, True, True]
    assert still.status_code == 200


def test_a_save_takes_five_statements_and_six_with_a_sign_of_life_or_once_it_counts(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    for key, value in factories.ANSWERS.items():
        if key != "why":
            factories.answer(db, application, key, value)
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    address = f"/applications/{application.reference}/answers/why"
    counts = []
    for seen in (0, 1, 2):
        if seen == 2:
            assert send(client, f"/applications/{application.reference}/submit", version="1").status_code == 303
        with queries(app, READS_AND_WRITES) as found:
            assert client.post(address, json={"value": f"v{seen}", "version": seen}, headers=headers).status_code == 200
        counts.append(len(found))

    assert counts == [6, 5, 6]


def test_a_change_of_a_submitted_application_counts_when_it_is_complete(
    client: Client, db: DbSession, application: Application, clock: TestClock
) -> None:
    for key, value in factories.ANSWERS.items():
        save(client, application, key, value)
    headers = {"csrf_token": csrf_token(client), "version": "1"}
    assert client.post(f"/applications/{application.reference}/submit", data=headers).status_code == 303

    clock.advance(minutes=2)
    complete = save(client, application, "why", "Because we must.", seen=1)
    clock.advance(minutes=2)
    incomplete = save(client, application, "why", "", seen=2)
    db.refresh(application)

    assert [each.json and each.json["counts"] for each in (complete, incomplete)] == ["10:02", "10:02"]
    assert application.counted == factories.ANSWERS | {"why": "Because we must."}


def test_changes_tell_versions_and_on_demand_the_texts(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    ben = factories.person(db, name="Ben")
    factories.answer(db, application, "why", "Because.", saved_by_id=ben.id)
    factories.answer(db, application, "new", False, version=4, saved_by_id=ana.id)

    assert changes(client, application).json == {"versions": {"why": 1, "new": 4}, "present": [], "answers": {}}
    asked = changes(client, application, "why", "nothing").json
    assert asked
    assert asked["answers"] == {
        "why": {
            "version": 1,
            "saved_at": "2027-01-11T09:00:00+00:00",
            "at": "10:00",
            "value": "Because.",
            "by": "Ben",
            "own": False,
        }
    }


def test_changes_that_are_none_are_answered_without_a_body(client: Client, application: Application) -> None:
    first = changes(client, application)
    address = f"/applications/{application.reference}/changes"
    again = client.get(address, headers={**JSON, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_who_has_a_section_open_is_seen_by_the_others_for_a_moment(
    client: Client, db: DbSession, application: Application, ana: Person, clock: TestClock
) -> None:
    ben = factories.person(db, name="Ben")
    factories.member(db, application, ben)
    address = f"/applications/{application.reference}/presence"
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    assert client.post(address, json={"section": "nowhere"}, headers=headers).status_code == 400
    assert client.post(address, json={"section": "you"}, headers=headers).status_code == 204
    mine = changes(client, application).json

    _enter(client, ben, clock)
    theirs = changes(client, application).json
    clock.advance(seconds=41)
    later = changes(client, application).json

    assert [each and each["present"] for each in (mine, theirs, later)] == [
        [],
        [{"name": "Ana Silva", "section": "you"}],
        [],
    ]
    assert db.scalars(select(Member.seen_section).where(Member.person_id == ana.id)).one() == "you"


def test_who_saves_an_answer_is_seen_too_and_it_is_written_down_every_10_seconds(
    client: Client, db: DbSession, application: Application, ana: Person, clock: TestClock
) -> None:
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    address, signs = f"/applications/{application.reference}/answers/why", []
    for version, seconds in enumerate((0, 9, 1)):
        clock.advance(seconds=seconds)
        body = {"value": f"v{version}", "version": version}
        assert client.post(address, json=body, headers=headers).status_code == 200
        seen = select(Member.seen_section, Member.seen_at).where(Member.person_id == ana.id)
        signs.append(tuple(db.execute(seen).one()))

    begin = clock.now - timedelta(seconds=10)
    assert signs == [("you", begin), ("you", begin), ("you", clock.now)]


def test_json_is_all_that_a_script_may_send(client: Client, application: Application) -> None:
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    address = f"/applications/{application.reference}/answers/why"
    bodies = ["", "[]", json.dumps({"value": "x"}), json.dumps({"value": "x", "version": "1"}), "{"]
    answers = [
        client.post(address, data=body, content_type="application/json", headers=headers).status_code for body in bodies
    ]
    assert answers == [400] * 5
