"""The console's words for institutions: kinds, roles, states, why two look alike, and what a merge moves."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registrar.applications.rules import Lifecycle, Verdict
from registrar.console.institution_rules import Standing
from registrar.people.likeness import Likeness, Reason
from registrar.people.rules import InstitutionKind, InstitutionRole

KINDS = {
    InstitutionKind.MUSEUM: _l("Museum"),
    InstitutionKind.GALLERY: _l("Gallery"),
    InstitutionKind.LIBRARY: _l("Library"),
    InstitutionKind.ARCHIVE: _l("Archive"),
    InstitutionKind.HERITAGE_SITE: _l("Heritage site"),
    InstitutionKind.CULTURAL_CENTRE: _l("Cultural centre"),
    InstitutionKind.FOUNDATION: _l("Foundation"),
    InstitutionKind.UNIVERSITY: _l("University"),
    InstitutionKind.ASSOCIATION: _l("Association"),
    InstitutionKind.OTHER: _l("Another kind"),
}
ROLES = {
    InstitutionRole.DIRECTOR: _l("Director"),
    InstitutionRole.CONTACT: _l("Contact"),
    InstitutionRole.MEMBER: _l("Member of the team"),
    InstitutionRole.FORMER: _l("Formerly there"),
}
STANDINGS = {
    Standing.UNCONFIRMED: _l("To be confirmed"),
    Standing.CONFIRMED: _l("Confirmed"),
    Standing.MERGED: _l("Merged into another"),
}
LIFECYCLES = {
    Lifecycle.DRAFT: _l("Draft"),
    Lifecycle.SUBMITTED: _l("Submitted"),
    Lifecycle.WITHDRAWN: _l("Withdrawn"),
}
VERDICTS = {
    Verdict.ACCEPT: _l("Accepted for the programme"),
    Verdict.WAITLIST: _l("On the waiting list"),
    Verdict.DECLINE: _l("Not accepted"),
}
TABLES = {
    "affiliation": _l("People in roles"),
    "application": _l("Applications"),
    "completion": _l("Completed programmes"),
    "institution": _l("Institutions that belong to it"),
    "institution_alias": _l("Other names"),
    "institution_domain": _l("Domains"),
    "reviewer_tie": _l("Ties of reviewers to it"),
    "roster_entry": _l("Places in cohorts"),
    "selection": _l("Selections in earlier seasons"),
}
FIELDS = {
    "kind": _l("Kind of institution"),
    "website": _l("Website"),
    "parent_id": _l("Belongs to"),
    "ror": "ROR",
    "wikidata": "Wikidata",
    "isil": "ISIL",
    "confirmed_at": _l("Confirmed since"),
}
WHY = {
    Likeness.IDENTIFIER: _l("Both have the identifier %(first)s."),
    Likeness.NAME: _l("The names are the same but for accents, marks or an article: “%(first)s”, “%(second)s”."),
    Likeness.ALIAS: _l("One is known by a name of the other: “%(first)s”, “%(second)s”."),
    Likeness.DOMAIN: _l("Both have the domain %(first)s."),
    Likeness.ACRONYM: _l("One may be the abbreviation of the other: “%(first)s”, “%(second)s”."),
    Likeness.WORDS: _l("The words that matter are the same: “%(first)s”, “%(second)s”."),
    Likeness.TYPO: _l("The names differ by one letter: “%(first)s”, “%(second)s”."),
}


def why(reason: Reason) -> str:
    """Say why two look alike."""
    return str(WHY[reason.likeness]) % {"first": reason.first, "second": reason.second}


def counts(found: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many rows of each sort, in words, in the order of the alphabet."""
    return sorted((str(TABLES.get(name, name)), count) for name, count in found.items())


def in_words(found: Mapping[str, int]) -> str:
    """Write how many rows of each sort on one line."""
    return ", ".join(_("%(name)s: %(count)s", name=name, count=count) for name, count in counts(found))
