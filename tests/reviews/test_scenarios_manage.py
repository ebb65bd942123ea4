"""Scenarios in an organiser’s browser: tried, kept with a reason, compared, chosen, applied to the board, undone."""

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.desk_models import ApplicationTag
from registrar.applications.rules import Verdict
from registrar.db import DbSession
from registrar.reviews.decision_models import Decision, Scenario
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text
from tests.reviews.boards import Board, barred

ONE_PER_COUNTRY = {"places": "3", "what": "every:country", "least": "", "most": "1"}


def names(judged: Board, numbers: list[int]) -> list[int]:
    places = {each.id: place for place, each in enumerate(judged.applications, start=1)}
    return [places[number] for number in numbers]


def kept(db: DbSession) -> Scenario:
    db.expire_all()
    return db.scalars(select(Scenario).order_by(Scenario.id.desc())).first() or pytest.fail("No scenario is kept.")


@pytest.mark.parametrize(
    ("limit", "chosen"),
    [
        ({}, [1, 2, 3]),
        (ONE_PER_COUNTRY, [1, 2, 3]),
        ({"what": "one:country=IE", "least": "1"}, [1, 2, 5]),
        ({"what": "one:region=europe", "most": "2"}, None),
        ({"what": "different:kind", "least": "3"}, [1, 2, 4]),
        ({"what": "one:tag:small=yes", "least": "1"}, [1, 2, 4]),
        ({"what": "one:answer:new=yes", "most": "3"}, [1, 2, 3]),
    ],
)
def test_limits_choose(
    client: Client, db: DbSession, judged: Board, limit: dict[str, str], chosen: list[int] | None
) -> None:
    db.add(ApplicationTag(application_id=judged.applications[3].id, tag="small"))
    fields = {"places": "3", "what": "", "least": "", "most": "", "name": "A try", **limit}
    answer = send(client, f"{judged.url}/scenarios", **fields)
    db.expire_all()
    found = db.scalars(select(Scenario)).first()
    assert (answer.status_code, names(judged, found.result["chosen"]) if found else None) == (
        303 if chosen else 422,
        chosen,
    )


def test_a_try_changes_nothing_and_says_who_swaps(client: Client, db: DbSession, judged: Board) -> None:
    page = client.get(f"{judged.url}/scenarios?places=3&what=one:country%3DIE&least=1&most=")
    told = ["Ireland: at least 1", "Ériu Gallery", "Come in because of the limits"]
    assert [each for each in told if each not in text(page)] == []
    assert db.scalars(select(Scenario)).all() == []


def test_limits_that_block_are_named(client: Client, judged: Board) -> None:
    page = client.get(f"{judged.url}/scenarios?places=3&what=one:country%3DIE&least=2&most=")
    assert "It is this one that blocks" in text(page)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("places=0", "Say how many places there are: a whole number above 0."),
        ("places=x", "Say how many places there are: a whole number above 0."),
        ("what=one:country%3DFR&least=&most=", "Give each limit a number: at least, at most, or both."),
        ("what=one:country%3DFR&least=3&most=1", "“At least” is not more than “at most”."),
        ("what=one:country%3DFR&least=-3&most=1", "“At least” and “at most” are whole numbers."),
        ("what=every:mood&least=3&most=", "Choose what each limit is about."),
        ("what=&least=3&most=", "Choose what each limit is about."),
    ],
)
def test_what_is_wrong_with_a_limit_is_said(client: Client, judged: Board, query: str, problem: str) -> None:
    assert problem in text(client.get(f"{judged.url}/scenarios?{query}"))


def test_a_scenario_is_chosen_with_its_reason_and_put_back(client: Client, db: DbSession, judged: Board) -> None:
    send(client, f"{judged.url}/scenarios", **ONE_PER_COUNTRY, name="Spread")
    address = f"{judged.url}/scenarios/{kept(db).id}"
    assert send(client, f"{address}/choose", reason=" ").status_code == 422
    send(client, f"{address}/choose", reason="More countries")
    assert (kept(db).chosen_at, kept(db).reason) == (factories.NOW, "More countries")
    send(client, f"{address}/put-back")
    assert kept(db).chosen_at is None


def test_a_scenario_is_applied_to_the_board_and_undone(client: Client, db: DbSession, judged: Board) -> None:
    send(client, f"{judged.url}/scenarios", **ONE_PER_COUNTRY, name="Spread")
    send(client, f"{judged.url}/scenarios/{kept(db).id}/apply")
    accepted = select(Decision.application_id).where(Decision.verdict == Verdict.ACCEPT)
    assert names(judged, sorted(db.scalars(accepted))) == [1, 2, 3]
    entry = client.get(f"{judged.url}/board").text.partition('name="entry" value="')[2].partition('"')[0]
    send(client, f"{judged.url}/board/undo", entry=entry)
    db.expire_all()
    assert db.scalars(accepted).all() == []


def test_two_scenarios_are_compared(client: Client, db: DbSession, judged: Board) -> None:
    send(client, f"{judged.url}/scenarios", places="3", name="By score")
    first = kept(db).id
    send(client, f"{judged.url}/scenarios", places="3", what="one:country=IE", least="1", most="", name="With Ireland")
    page = text(client.get(f"{judged.url}/scenarios/{first}?with={kept(db).id}"))
    assert page.count("Ériu Gallery") == 1


def test_with_what_is_decided_kept(client: Client, db: DbSession, judged: Board) -> None:
    factories.decision(db, judged.applications[4], Verdict.ACCEPT)
    factories.decision(db, judged.applications[0], Verdict.DECLINE)
    send(client, f"{judged.url}/scenarios", places="3", keeping="y", name="Go on")
    assert names(judged, kept(db).result["chosen"]) == [2, 3, 5]


def test_a_scenario_with_an_application_in_conflict_does_not_exist(
    client: Client, db: DbSession, judged: Board, organiser: Staff
) -> None:
    send(client, f"{judged.url}/scenarios", places="3", name="By score")
    address = f"{judged.url}/scenarios/{kept(db).id}"
    barred(db, organiser, judged.applications[0])
    assert client.get(address).status_code == 404
    assert [each for each in ("By score", "Alte Mühle") if each in text(client.get(f"{judged.url}/scenarios"))] == []
