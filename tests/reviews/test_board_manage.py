"""The decision board: applications by verdict and score, decided many at once, undone, and the waiting list in order."""

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.rules import Verdict
from registrar.db import DbSession
from registrar.reviews.decision_models import Decision
from registrar.reviews.models import ReviewPhase
from registrar.reviews.rules import Sees
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text
from tests.reviews.boards import Board, barred
from tests.statements import queries

BY_SCORE = [1, 2, 3, 4, 5, 6]


def numbers(page: str) -> list[int]:
    """Return which applications the board lists, in its order."""
    return [int(row[:1]) for row in page.split('soft small">WAC-BOARD')[1:]]


def verdicts(db: DbSession) -> dict[int, tuple[Verdict | None, int | None]]:
    db.expire_all()
    return {
        each.application_id: (each.verdict, each.waitlist_position)
        for each in db.scalars(select(Decision).order_by(Decision.application_id))
    }


def ids(judged: Board, *places: int) -> list[int]:
    return [judged.applications[place - 1].id for place in places]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", BY_SCORE),
        ("?sort=raw", [1, 2, 3, 4, 5, 6]),
        ("?sort=chance", [1, 2, 3, 4, 5, 6]),
        ("?sort=spread", [4, 2, 5, 1, 3, 6]),
        ("?sort=country", [1, 6, 3, 2, 4, 5]),
        ("?sort=kind", [4, 5, 2, 1, 3, 6]),
        ("?sort=name", [1, 2, 3, 4, 5, 6]),
        ("?country=FR", [2, 4]),
        ("?kind=museum", [1, 3, 6]),
        ("?mark=unscored", [6]),
        ("?mark=disagreement", [4]),
        ("?q=muhle", [1]),
        ("?q=board5", [5]),
        ("?pile=accept", []),
        ("?sort=up&country=Mars&pile=x&mark=y", BY_SCORE),
    ],
)
def test_the_board_is_filtered_and_sorted(client: Client, judged: Board, query: str, found: list[int]) -> None:
    assert numbers(client.get(f"{judged.url}/board{query}").text) == found


def test_many_are_decided_at_once_and_taken_back(client: Client, db: DbSession, judged: Board) -> None:
    first, second, third = ids(judged, 1, 2, 3)
    send(client, f"{judged.url}/board", chosen=[first, second], verdict="accept", reason="Strong")
    assert verdicts(db) == {first: (Verdict.ACCEPT, None), second: (Verdict.ACCEPT, None)}
    send(client, f"{judged.url}/board", chosen=[second, third], verdict="waitlist")
    page = client.get(f"{judged.url}/board")
    entry = page.text.partition('name="entry" value="')[2].partition('"')[0]
    assert verdicts(db) == {first: (Verdict.ACCEPT, None), second: (Verdict.WAITLIST, 1), third: (Verdict.WAITLIST, 2)}
    assert send(client, f"{judged.url}/board/undo", entry=entry).status_code == 303
    assert verdicts(db) == {first: (Verdict.ACCEPT, None), second: (Verdict.ACCEPT, None), third: (None, None)}


def test_what_somebody_decided_since_is_not_undone(client: Client, db: DbSession, judged: Board) -> None:
    (first,) = ids(judged, 1)
    send(client, f"{judged.url}/board", chosen=[first], verdict="accept")
    entry = client.get(f"{judged.url}/board").text.partition('name="entry" value="')[2].partition('"')[0]
    send(client, f"{judged.url}/board", chosen=[first], verdict="decline")
    assert send(client, f"{judged.url}/board/undo", entry=entry).status_code == 409
    assert verdicts(db) == {first: (Verdict.DECLINE, None)}


def test_all_on_the_page_are_decided(client: Client, db: DbSession, judged: Board) -> None:
    every = ids(judged, 1, 2, 3, 4, 5, 6)
    send(client, f"{judged.url}/board", shown=every, all="y", verdict="decline")
    assert verdicts(db) == dict.fromkeys(every, (Verdict.DECLINE, None))


def test_the_waiting_list_is_put_in_order(client: Client, db: DbSession, judged: Board) -> None:
    first, second, third = ids(judged, 1, 2, 3)
    send(client, f"{judged.url}/board", chosen=[first, second, third], verdict="waitlist")
    send(client, f"{judged.url}/board/order", application=third, before=first)
    send(client, f"{judged.url}/board/order", application=first, before="")
    assert [place for _, place in verdicts(db).values()] == [3, 2, 1]
    assert numbers(client.get(f"{judged.url}/board?pile=waitlist").text) == [3, 2, 1]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [({"verdict": "accept"}, "Tick the applications first."), ({"verdict": "perhaps"}, "Choose a verdict.")],
)
def test_what_cannot_be_decided_is_said(client: Client, judged: Board, fields: dict[str, str], problem: str) -> None:
    answer = send(client, f"{judged.url}/board", **fields)
    assert (answer.status_code, problem in text(answer)) == (422, True)


def test_a_phase_that_does_not_decide_refuses(client: Client, db: DbSession, judged: Board) -> None:
    values = {"call_id": judged.call.id, "position": 1, "name_en": "Blind review", "name_fr": "", "decides": False}
    values |= {"sees_names": False, "scores": True, "sees_others": Sees.NEVER, "discusses": False}
    factories.stored(db, ReviewPhase(**values, active_since=factories.NOW))
    answer = send(client, f"{judged.url}/board", chosen=ids(judged, 1), verdict="accept")
    assert (answer.status_code, verdicts(db)) == (422, {})


def test_an_application_in_conflict_is_nowhere_on_the_board(
    client: Client, db: DbSession, judged: Board, organiser: Staff
) -> None:
    barred(db, organiser, judged.applications[3])
    assert numbers(client.get(f"{judged.url}/board").text) == [1, 2, 3, 5, 6]
    answer = send(client, f"{judged.url}/board", chosen=ids(judged, 4), verdict="accept")
    assert (answer.status_code, verdicts(db)) == (422, {})


def test_what_was_released_stands_beside_what_would_change(client: Client, db: DbSession, judged: Board) -> None:
    application = judged.applications[0]
    decision = factories.decision(db, application, Verdict.DECLINE)
    application.released_verdict, application.released_at = Verdict.DECLINE, factories.NOW
    db.flush()
    decision.verdict = Verdict.ACCEPT
    page = client.get(f"{judged.url}/board?mark=changed")
    assert (numbers(page.text), "released: declined" in text(page)) == ([1], True)


def test_an_empty_call_says_what_comes(client: Client, db: DbSession, organiser: Staff) -> None:
    call = factories.call(db)
    assert "Nothing to decide yet" in text(client.get(f"/console/calls/{call.slug}/board"))


def test_the_board_asks_few_questions(app: Flask, client: Client, judged: Board) -> None:
    client.get(f"{judged.url}/board")
    with queries(app) as sent:
        client.get(f"{judged.url}/board?q=a")
    assert len(sent) <= 8, sent
