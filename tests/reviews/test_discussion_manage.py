"""One application as it is weighed: its reviews, its verdict, and what is said about it, with its way back."""

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.rules import Verdict
from registrar.db import DbSession
from registrar.reviews.decision_models import Contribution, Decision
from registrar.reviews.rules import Hearing
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text
from tests.reviews.boards import Board, barred


def test_reviews_stand_side_by_side(client: Client, judged: Board) -> None:
    page = text(client.get(f"{judged.url}/board/WAC-BOARD4"))
    told = ["Dépôt des Images", "Ada", "Bela", "2.00", "5.00", "The reviewers disagree."]
    assert [each for each in told if each not in page] == []


def test_one_is_decided_with_its_reason(client: Client, db: DbSession, judged: Board) -> None:
    send(client, f"{judged.url}/board/WAC-BOARD1", verdict="waitlist", reason="Next time")
    decision = db.get_one(Decision, judged.applications[0].id)
    assert (decision.verdict, decision.waitlist_position, decision.reason) == (Verdict.WAITLIST, 1, "Next time")


def test_what_is_said_is_removed_and_put_back(client: Client, db: DbSession, judged: Board, organiser: Staff) -> None:
    address = f"{judged.url}/board/WAC-BOARD1"
    send(client, f"{address}/discussion", text="Strong idea", hearing="committee")
    said = db.scalars(select(Contribution)).one()
    assert (said.text, said.hearing, said.staff_id) == ("Strong idea", Hearing.COMMITTEE, organiser.id)
    seen = ["Strong idea" in text(client.get(address))]
    for act in ("remove", "restore"):
        send(client, f"{address}/discussion/{said.id}/{act}")
        seen.append("Strong idea" in text(client.get(address)))
    assert seen == [True, False, True]


def test_nothing_said_is_refused_where_it_can_be_mended(client: Client, judged: Board) -> None:
    answer = send(client, f"{judged.url}/board/WAC-BOARD1/discussion", text="  ")
    assert (answer.status_code, "Write something first." in text(answer)) == (422, True)


def test_in_conflict_the_application_does_not_exist(
    client: Client, db: DbSession, judged: Board, organiser: Staff
) -> None:
    barred(db, organiser, judged.applications[0])
    address = f"{judged.url}/board/WAC-BOARD1"
    answers = [client.get(address), send(client, address, verdict="accept"), send(client, f"{address}/discussion")]
    assert [each.status_code for each in answers] == [404, 404, 404]
