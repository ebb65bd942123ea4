"""The organisers' words for states, findings, orders and what is done with applications."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from registrar.applications.desk.rules import Entitled, Mark, Sort
from registrar.applications.documents.contents import Reader
from registrar.applications.rules import Enrolment, Lifecycle, OfferState, Override, Verdict
from registrar.applications.words import INSTITUTION_KINDS, ROLES
from registrar.calls.eligibility import Explanation, Finding
from registrar.calls.rules import EligibilityRule

__all__ = ["ROLES"]
"""Beside what is written here: pages have all words in one place."""

STATES = {
    Lifecycle.SUBMITTED: _l("Submitted"),
    Lifecycle.DRAFT: _l("Draft"),
    Lifecycle.WITHDRAWN: _l("Withdrawn"),
}
STYLES = {Lifecycle.SUBMITTED: "done", Lifecycle.DRAFT: "pending", Lifecycle.WITHDRAWN: "withdrawn"}
"""How the macro `tag` shows each state."""

KINDS = INSTITUTION_KINDS

SORTS = {
    Sort.SUBMITTED: _l("Submitted last, first"),
    Sort.INSTITUTION: _l("By institution"),
    Sort.COUNTRY: _l("By country"),
    Sort.STATE: _l("By state"),
    Sort.PROGRESS: _l("Most complete first"),
}

ENTITLED = {
    Entitled.HOLDS: _l("Eligible by the rules"),
    Entitled.FAILS: _l("Not eligible by the rules"),
    Entitled.UNKNOWN: _l("Not known"),
    Entitled.ADMITTED: _l("Admitted by an organiser"),
    Entitled.REFUSED: _l("Refused by an organiser"),
}

MARKS = {
    Mark.NOTES: _l("With notes"),
    Mark.GRACE: _l("More time was asked for"),
    Mark.INCOMPLETE: _l("Required answers are missing"),
}

FINDINGS = {
    Finding.HOLDS: _l("Eligible"),
    Finding.FAILS: _l("Not eligible"),
    Finding.UNKNOWN: _l("Not known"),
}
FINDING_STYLES = {Finding.HOLDS: "done", Finding.FAILS: "failed", Finding.UNKNOWN: "pending"}

OVERRIDES = {Override.ADMITTED: _l("Admitted"), Override.REFUSED: _l("Refused")}
OVERRIDE_STYLES = {Override.ADMITTED: "confirmed", Override.REFUSED: "failed"}

READERS = {
    Reader.TEAM: _l("In full"),
    Reader.REVIEWERS: _l("As reviewers will see it"),
    Reader.BLIND_REVIEWERS: _l("As blind reviewers will see it"),
}

RELEASED = {Verdict.ACCEPT: _l("Accepted"), Verdict.WAITLIST: _l("Waiting list"), Verdict.DECLINE: _l("Declined")}
OFFERS = {
    OfferState.OPEN: _l("Place offered"),
    OfferState.ACCEPTED: _l("Place accepted"),
    OfferState.DECLINED: _l("Place declined"),
    OfferState.LAPSED: _l("Offer lapsed"),
    OfferState.WITHDRAWN: _l("Offer withdrawn"),
}
ENROLMENTS = {
    Enrolment.ENROLLED: _l("Enrolled"),
    Enrolment.COMPLETED: _l("Completed"),
    Enrolment.DROPPED_OUT: _l("Dropped out"),
}

RULES = {
    EligibilityRule.COMPLETED: _l("The institution has completed %(line)s."),
    EligibilityRule.KINDS: _l("The institution is one of these: %(kinds)s."),
    EligibilityRule.ONCE_PER_SEASON: _l("The institution applies once per season."),
}

ACTIONS = {
    "application.start": _l("Begun"),
    "application.submit": _l("Submitted"),
    "application.withdraw": _l("Withdrawn"),
    "application.restore": _l("Withdrawal taken back"),
    "application.tag": _l("Tag put on"),
    "application.untag": _l("Tag taken off"),
    "application.note": _l("Note added"),
    "application.remove_note": _l("Note removed"),
    "application.restore_note": _l("Note put back"),
    "application.admit": _l("Admitted, whatever the rules say"),
    "application.refuse": _l("Refused, whatever the rules say"),
    "application.rules_decide": _l("Decision about eligibility taken back"),
    "application.ask_for_time": _l("More time asked for"),
    "application.give_time": _l("More time given"),
    "application.revoke_time": _l("Link for more time revoked"),
    "application.use_time": _l("Link for more time used"),
    "application.export": _l("Exported with others"),
}


def rule(explanation: Explanation, lines: Mapping[str, str]) -> str:
    """Say what a rule of a call asks for; `lines` names programme lines."""
    wanted = explanation.rule
    kinds = ", ".join(str(KINDS[kind]) for kind in wanted.kinds)
    return str(RULES[wanted.rule]) % {"line": lines.get(wanted.line, wanted.line), "kinds": kinds}


def evidence(explanation: Explanation) -> str:
    """Say what the finding of a rule is based on."""
    if explanation.this_season:
        return str(_l("It also applies to %(calls)s.")) % {"calls": ", ".join(explanation.this_season)}
    seen = {
        str(_l("selected in %(season)s") if each.line is None else _l("completed in %(season)s"))
        % {"season": each.season}: None
        for each in explanation.evidence
    }
    return ", ".join(seen)


def action(name: str) -> str:
    """Name what the audit trail says; the key itself if it has no words yet."""
    return str(ACTIONS.get(name, name))


def details(facts: Mapping[str, object]) -> str:
    """Write the facts of an audit entry on one line."""
    return ", ".join(f"{name}: {value}" for name, value in facts.items())
