"""What the reviews of a call say together, how sure that is, and everything to compute it again."""

from collections.abc import Iterable

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.audit import operations as audit
from registrar.clock import now
from registrar.db import db
from registrar.reviews import board_queries, results_queries
from registrar.reviews import board_words as words
from registrar.reviews.agreement import ENOUGH
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.calibration import DRAWS, FEW_REVIEWS
from registrar.reviews.results import FAR_APART, results
from registrar.reviews.results_sheets import ranking_lines, score_lines
from registrar.web.access import staff
from registrar.web.headers import keep_private
from registrar.web.locale import current_locale
from registrar.web.paging import page, page_number

GOOD = 0.8
"""Least α for firm conclusions (Krippendorff 2004)."""


@bp.get("/results", endpoint="results")
@staff(Role.ORGANISER)
def results_page(slug: str) -> ResponseReturnValue:
    """Show the ranking with how sure it is, and what it rests on."""
    call, reader, number = found_call(slug), signed_in_staff(), page_number()
    found = results(db, call, reader)
    panel, entries = found.panel, board_queries.entries(db, call, reader)
    ranked = board_queries.ordered([each for each in entries if each.number in panel.ranks], panel, _sort())
    begin = (number - 1) * board_queries.PER_PAGE
    lines = board_queries.lines(db, ranked[begin : begin + board_queries.PER_PAGE], panel)
    habits = results_queries.habits(db, found, reader)
    settles = panel.calibration.settles_most if panel.calibration else None
    return render_template(
        "reviews/results.html", call=call, results=found, panel=panel, lines=lines, habits=habits, words=words,
        page=page(number, board_queries.PER_PAGE, len(lines), total=len(ranked), more=len(ranked) > begin + len(lines)),
        agreements=results_queries.agreements(found, [each.number for each in habits]), enough=ENOUGH, good=GOOD,
        settles=next((each for each in entries if each.number == settles), None), far_apart=FAR_APART,
        few=[each for each in habits if each.reviews > 0 and each.is_few], few_reviews=FEW_REVIEWS, draws=DRAWS,
        unscored=len(entries) - len(ranked), single=panel.single, most=_most(habits),
    )  # fmt: skip


@bp.post("/results/scores.csv")
@staff(Role.ORGANISER)
def scores_csv(slug: str) -> ResponseReturnValue:
    """Send every score that counts; a POST, because the download is recorded."""
    call, reader = found_call(slug), signed_in_staff()
    found = results(db, call, reader)
    habits = results_queries.habits(db, found, reader)
    references = {each.number: each.reference for each in board_queries.entries(db, call, reader)}
    lines = score_lines(found, references, {each.number: each.name for each in habits}, current_locale())
    audit.record(db, actor(), "results.export_scores", call, now=now(), reviews=len(found.panel.reviews))
    db.commit()
    return _file(lines, f"{slug}-scores-{now():%Y-%m-%d}.csv")


@bp.post("/results/ranking.csv")
@staff(Role.ORGANISER)
def ranking_csv(slug: str) -> ResponseReturnValue:
    """Send what was computed from the scores, in full precision."""
    call, reader = found_call(slug), signed_in_staff()
    found = results(db, call, reader)
    entries = board_queries.entries(db, call, reader)
    lines = ranking_lines(found.panel, board_queries.ordered(entries, found.panel, _sort()))
    audit.record(db, actor(), "results.export_ranking", call, now=now(), reviews=len(found.panel.reviews))
    db.commit()
    return _file(lines, f"{slug}-ranking-{now():%Y-%m-%d}.csv")


def _sort() -> board_queries.Sort:
    return board_queries.Sort.CALIBRATED


def _most(habits: list[results_queries.Habit]) -> float:
    """Return the largest habit, as the end of their scale; at least half a level."""
    return max([0.5, *(abs(each.more) for each in habits if each.more is not None)])


def _file(lines: Iterable[str], name: str) -> Response:
    made = Response("\ufeff" + "".join(lines), mimetype="text/csv")  # spreadsheets take it for UTF-8 by its mark
    made.headers.set("Content-Disposition", "attachment", filename=name)
    return keep_private(made)
