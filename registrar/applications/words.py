"""The words for states, roles and steps of an application, as its team reads them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from registrar.applications.rules import OfferState, Step, TeamRole, Verdict
from registrar.applications.status import Standing
from registrar.calls.completeness import Progress
from registrar.people.rules import InstitutionKind

ROLES = {TeamRole.LEAD: _l("Lead"), TeamRole.EDITOR: _l("Editor"), TeamRole.READER: _l("Reader")}
ROLES_EXPLAINED = {
    TeamRole.LEAD: _l("Writes, submits, withdraws, and looks after the team."),
    TeamRole.EDITOR: _l("Writes and submits."),
    TeamRole.READER: _l("Reads everything, changes nothing."),
}
STANDINGS = {
    Standing.DRAFT: _l("Draft"),
    Standing.MISSED: _l("Not submitted"),
    Standing.RECEIVED: _l("Submitted"),
    Standing.IN_REVIEW: _l("In review"),
    Standing.DECIDED: _l("Decided"),
    Standing.WITHDRAWN: _l("Withdrawn"),
}
STEPS = {
    Step.RECEIVED: _l("Received"),
    Step.IN_REVIEW: _l("In review"),
    Step.DECISION: _l("Decision"),
    Step.OFFER: _l("Offer of a place"),
    Step.ENROLLED: _l("Enrolled"),
}
PROGRESS = {
    Progress.NOT_STARTED: _l("Not started yet"),
    Progress.STARTED: _l("Begun"),
    Progress.DONE: _l("Completed"),
    Progress.SKIPPED: _l("Nothing to fill in"),
}
VERDICTS = {
    Verdict.ACCEPT: _l("Your application was accepted."),
    Verdict.WAITLIST: _l("Your application is on the waiting list."),
    Verdict.DECLINE: _l("Your application was not chosen this time."),
}
OFFERS = {
    OfferState.OPEN: _l("A place is offered to you."),
    OfferState.ACCEPTED: _l("You accepted the place."),
    OfferState.DECLINED: _l("You declined the place."),
    OfferState.LAPSED: _l("The offer of a place has lapsed."),
    OfferState.WITHDRAWN: _l("The offer of a place was withdrawn."),
}
INSTITUTION_KINDS = {
    InstitutionKind.MUSEUM: _l("Museum"),
    InstitutionKind.GALLERY: _l("Gallery"),
    InstitutionKind.LIBRARY: _l("Library"),
    InstitutionKind.ARCHIVE: _l("Archive (institution)"),
    InstitutionKind.HERITAGE_SITE: _l("Heritage site"),
    InstitutionKind.CULTURAL_CENTRE: _l("Cultural centre"),
    InstitutionKind.FOUNDATION: _l("Foundation"),
    InstitutionKind.UNIVERSITY: _l("University"),
    InstitutionKind.ASSOCIATION: _l("Association"),
    InstitutionKind.OTHER: _l("Something else"),
}


def install(app: Flask) -> None:
    """Give templates the filters of this module."""
    tables: dict[str, Mapping[Any, object]] = {"role_word": ROLES, "standing_word": STANDINGS, "step_word": STEPS}
    tables |= {"progress_word": PROGRESS, "verdict_word": VERDICTS, "offer_word": OFFERS}
    app.jinja_env.filters.update({name: table.__getitem__ for name, table in tables.items()})
