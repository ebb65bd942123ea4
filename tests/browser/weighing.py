"""The pages on which a call is decided, filled with a panel of reviewers."""

from functools import cache

from registrar.applications.rules import Verdict
from registrar.reviews import weighing as scenarios
from tests import factories
from tests.browser.house import House
from tests.reviews.boards import board


@cache
def weighing(house: House) -> list[str]:
    """Return the results, the board, an application on it, and the scenarios, with one that is kept; made once."""
    with house.app.app_context(), house.db() as db:
        made = board(db, slug="weighed")
        factories.decision(db, made.applications[0], Verdict.ACCEPT)
        for place, application in enumerate(made.applications[1:3], start=1):
            factories.decision(db, application, Verdict.WAITLIST, waitlist_position=place, reason="Ask about the team")
        first = [each.id for each in made.applications[:3]]
        result = {"chosen": first, "total": 12.0, "without": 12.5, "comes_in": [first[2]], "goes_out": [], "prices": []}
        result |= {"candidates": first, "scores": {str(each): 4.0 for each in first}}
        kept = scenarios.save(db, made.call, "By score", "", 3, [], result, by="staff:1", now=house.clock.now)
        db.commit()
        here, reference, number = made.url, made.applications[0].reference, kept.id
    tried = "?places=3&what=one%3Acountry%3DIE&least=1&most="
    pages = ["results", "board", "board?pile=waitlist", f"board/{reference}", "scenarios", f"scenarios{tried}"]
    return [f"{here}/{each}" for each in [*pages, f"scenarios/{number}"]]
