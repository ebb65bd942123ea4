"""The page of results: the ranking with how sure it is, agreement, habits, and files to compute it all again."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.reviews.calibration import Score, calibrate
from registrar.reviews.models import Review, ReviewScore
from registrar.reviews.results import results
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text
from tests.reviews.boards import Board, barred
from tests.statements import queries


def table(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def test_the_ranking_says_how_sure_it_is(client: Client, judged: Board) -> None:
    page = text(client.get(f"{judged.url}/results"))
    told = ["Alte Mühle", "One more review would settle most here:", "Fewer than 5 reviews", "α = ", "1 without"]
    assert [each for each in told if each not in page] == []


def test_the_files_hold_everything_to_compute_it_again(client: Client, judged: Board) -> None:
    scores = table(send(client, f"{judged.url}/results/scores.csv").text)
    ranking = table(send(client, f"{judged.url}/results/ranking.csv").text)
    again = calibrate([Score(row["Reference"], row["Reviewer number"], float(row["Total score"])) for row in scores], 3)
    assert {row["Reference"]: (row["Calibrated"], row["Among the best"]) for row in ranking if row["Place"]} == {
        reference: (repr(each.score), repr(each.in_top)) for reference, each in again.applications.items()
    }


def test_downloads_are_recorded(client: Client, db: DbSession, judged: Board) -> None:
    send(client, f"{judged.url}/results/scores.csv")
    send(client, f"{judged.url}/results/ranking.csv")
    entries = select(AuditEntry.action).where(AuditEntry.action.startswith("results.")).order_by(AuditEntry.id)
    assert db.scalars(entries).all() == ["results.export_scores", "results.export_ranking"]


def test_an_application_in_conflict_is_in_no_figure(
    client: Client, db: DbSession, judged: Board, organiser: Staff
) -> None:
    barred(db, organiser, judged.applications[0])
    page = client.get(f"{judged.url}/results").text
    files = [send(client, f"{judged.url}/results/{name}.csv").text for name in ("scores", "ranking")]
    assert [each for each in (page, *files) if "WAC-BOARD1" in each or "Alte Mühle" in each] == []


def test_without_a_review_the_page_says_what_comes(client: Client, db: DbSession, organiser: Staff) -> None:
    call = factories.call(db)
    assert "No review is in yet" in text(client.get(f"/console/calls/{call.slug}/results"))


def test_results_are_computed_anew_when_a_review_changes(db: DbSession, judged: Board) -> None:
    before = results(db, judged.call)
    again = results(db, judged.call)
    review = db.scalars(select(Review).order_by(Review.id)).first()
    assert review
    score = db.get_one(ReviewScore, (review.id, judged.criteria[0].id))
    score.value, review.version = 1, review.version + 1
    db.flush()
    after = results(db, judged.call)
    assert again.panel is before.panel
    assert after.panel.reviews[0].total == pytest.approx((2 * 1 + 5) / 3)


def test_totals_weigh_the_criteria(db: DbSession, judged: Board) -> None:
    found = results(db, judged.call).panel
    assert [each.total for each in found.reviews] == [5, 5, 4, 5, 4, 4, 2, 5, 3, 2]


def test_what_the_reviewers_disagree_on_is_found(db: DbSession, judged: Board) -> None:
    assert judged.applications[3].id in results(db, judged.call).panel.disagreements


def test_the_page_asks_few_questions(app: Flask, client: Client, judged: Board) -> None:
    page = f"{judged.url}/results"
    client.get(page)
    with queries(app) as sent:
        client.get(page)
    assert len(sent) <= 8, sent
