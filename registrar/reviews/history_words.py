"""The words for what the audit trail says about a call, its applications, reviews, decisions and offers."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from registrar.applications.desk import words as desk_words

GROUPS = {
    "": _l("Everything"),
    "reviews": _l("Reviews"),
    "decisions": _l("Decisions and releases"),
    "offers": _l("Offers and places"),
    "conflicts": _l("Conflicts of interest"),
    "call": _l("The call itself"),
}
BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    "reviews": ("review", "assignment.", "reviewer.", "phase.", "criterion.", "rubric."),
    "decisions": ("decision.", "release.", "application.release", "scenario.", "contribution."),
    "offers": ("offer.", "enrolment."),
    "conflicts": ("conflict.",),
    "call": ("call.",),
}
ACTIONS = {
    "decision.set": _l("Verdict set"),
    "decision.reorder": _l("Waiting list put in another order"),
    "application.release": _l("Decision released"),
    "release.ask": _l("A second person was asked to release"),
    "release.take_back": _l("The question for a second person was taken back"),
    "release.done": _l("Decisions released"),
    "offer.make": _l("Place offered to the team"),
    "offer.accept": _l("Place accepted by the team"),
    "offer.decline": _l("Place declined by the team"),
    "offer.lapse": _l("Offer lapsed by the clock"),
    "offer.withdraw": _l("Offer taken back"),
    "offer.prolong": _l("More time to answer the offer"),
    "enrolment.drop_out": _l("Left the cohort"),
    "enrolment.return": _l("Takes part in the cohort again"),
    "conflict.suggested": _l("Conflict of interest suggested"),
    "conflict.confirmed": _l("Conflict of interest confirmed"),
    "conflict.dismissed": _l("Conflict of interest dismissed"),
    "review.submit": _l("Review submitted"),
    "assignment.assigned": _l("Review taken up again"),
    "assignment.abstained": _l("Reviewer abstains"),
    "assignment.recused": _l("Reviewer recuses themselves"),
    "assignment.conflicted": _l("Review ended by a conflict of interest"),
    "assignment.add": _l("Assigned to a reviewer"),
    "assignment.remove": _l("Assignment removed"),
    "call.create": _l("Call begun"),
    "call.edit": _l("Call changed"),
    "call.publish": _l("Call published"),
    "call.close": _l("Call closed by hand"),
    "call.reopen": _l("Call opened again"),
    "call.letter": _l("Letter of a verdict chosen"),
    "call.freeze": _l("Season ended: the call is frozen"),
    "call.thaw": _l("The call may change again"),
    "call.export": _l("The whole call exported"),
    "call.remind_drafts": _l("Teams reminded of the deadline"),
}
WORKER = _l("the clock")


def action(name: str) -> str:
    """Name what was done; the key itself if it has no words yet."""
    return str(ACTIONS[name]) if name in ACTIONS else desk_words.action(name)


def facts(details: Mapping[str, object]) -> str:
    """Write the facts of an entry on one line, without whole contents."""
    return ", ".join(f"{name}: {value}" for name, value in details.items() if not isinstance(value, dict))
