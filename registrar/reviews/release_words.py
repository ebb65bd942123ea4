"""The words in which pages speak of a release: what a dry run finds, states of letters, who released."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.rules import MailState
from registrar.reviews.decision_models import Release
from registrar.reviews.rehearsing import Found, Problem

VERDICTS = {
    Verdict.ACCEPT: _l("Accept"),
    Verdict.WAITLIST: _l("Waiting list"),
    Verdict.DECLINE: _l("Decline"),
}
PROBLEMS = {
    Problem.UNDECIDED: _l("It has no verdict yet."),
    Problem.TOO_MANY: _l("There are %(detail)s more offers than places. Accept fewer, or give the call more places."),
    Problem.NO_LETTER: _l("There is no letter for “%(detail)s”."),
    Problem.ONE_LANGUAGE: _l("The letter is not written in the language of somebody of the team (%(detail)s)."),
    Problem.SUPPRESSED: _l("No mail reaches anybody of the team: every address is blocked. Tell them by telephone."),
    Problem.NOBODY: _l("The team has no member, so nobody is told."),
    Problem.REFUSED: _l("It is accepted although an organiser said that it may not apply."),
    Problem.ANSWERED: _l("The team has accepted a place already. Talk to them first, then let them leave the cohort."),
    Problem.OFFER_PAST: _l("The deadline to accept a place is over. Choose a later one."),
    Problem.BEFORE_DEADLINE: _l("The deadline of the call is not over: teams can still change their applications."),
}
STATES = {
    MailState.SENT: _l("sent"),
    MailState.QUEUED: _l("about to leave"),
    MailState.SENDING: _l("leaving now"),
    MailState.DEFERRED: _l("tried again later"),
    MailState.SCHEDULED: _l("planned"),
    MailState.FAILED: _l("failed"),
    MailState.SKIPPED: _l("not sent"),
    MailState.CANCELLED: _l("superseded"),
    MailState.IN_DOUBT: _l("in doubt"),
}


def problem(found: Found) -> str:
    """Say what a dry run found."""
    detail = VERDICTS[Verdict(found.detail)] if found.problem is Problem.NO_LETTER else found.detail
    return str(PROBLEMS[found.problem]).replace("%(detail)s", str(detail))


def names(db: DbSession, call: Call) -> dict[str, str]:
    """Return the names behind `staff:5` for everybody who released something of a call."""
    releases = db.scalars(select(Release).where(Release.call_id == call.id)).all()
    actors = {who for each in releases for who in (each.asked_by, each.confirmed_by) if who.startswith("staff:")}
    numbers = [int(each.partition(":")[2]) for each in actors]
    return {f"staff:{each.id}": each.name for each in db.scalars(select(Staff).where(Staff.id.in_(numbers)))}
