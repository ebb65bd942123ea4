"""The organisers' words for verdicts, orders and marks of the decision board."""

from flask_babel import lazy_gettext as _l

from registrar.applications.rules import Verdict
from registrar.applications.words import INSTITUTION_KINDS as KINDS
from registrar.reviews.board_queries import Mark, Pile, Sort

__all__ = ["KINDS"]
"""Beside what is written here: pages have all words in one place."""

PILES = {
    Pile.UNDECIDED: _l("Undecided"),
    Pile.ACCEPT: _l("Accept"),
    Pile.WAITLIST: _l("Waiting list"),
    Pile.DECLINE: _l("Decline"),
}
STYLES = {Pile.UNDECIDED: "pending", Pile.ACCEPT: "confirmed", Pile.WAITLIST: "waiting", Pile.DECLINE: "done"}
"""How the macro `tag` shows each pile."""
RELEASED = {
    Verdict.ACCEPT: _l("released: accepted"),
    Verdict.WAITLIST: _l("released: waiting list"),
    Verdict.DECLINE: _l("released: declined"),
}
SORTS = {
    Sort.CALIBRATED: _l("Calibrated score"),
    Sort.RAW: _l("Raw mean"),
    Sort.CHANCE: _l("Chance of a place by score"),
    Sort.SPREAD: _l("Reviewers furthest apart first"),
    Sort.COUNTRY: _l("Country"),
    Sort.KIND: _l("Kind of institution"),
    Sort.NAME: _l("Institution"),
}
MARKS = {
    Mark.TOSS_UP: _l("Toss-ups at the cut"),
    Mark.DISAGREEMENT: _l("Reviewers disagree"),
    Mark.UNSCORED: _l("Without a score"),
    Mark.CHANGED: _l("Decided otherwise than released"),
}
