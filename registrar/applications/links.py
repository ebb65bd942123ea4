"""The addresses that mails about applications lead to: ways in for addresses, a person's own pages, more time."""

from datetime import datetime

from flask import current_app

from registrar.applications.models import GraceLink, Invitation
from registrar.applications.rules import INVITATION_LASTS, LINK_LASTS, START_WITHIN
from registrar.people.models import Person
from registrar.tokens import Purpose, Tokens
from registrar.web.links import absolute


def begin_link(invitation: Invitation, mailed_at: datetime) -> str:
    """Return the address at which its owner begins an application; a newer mail ends it."""
    return absolute("apply.begin", token=_way_in(invitation, mailed_at + START_WITHIN))


def invitation_link(invitation: Invitation, mailed_at: datetime) -> str:
    """Return the address at which its owner joins a team; a newer mail ends it."""
    return absolute("apply.join", token=_way_in(invitation, mailed_at + INVITATION_LASTS))


def grace_link(link: GraceLink) -> str:
    """Return the address at which a team takes the time that it was given."""
    return absolute("apply.grace", token=_tokens().make(Purpose.GRACE, link.id, expires_at=link.until))


def applications_link(person: Person, now: datetime) -> str:
    """Return the address of all applications of a person."""
    return absolute("applications.enter", token=_personal(person, now))


def application_link(person: Person, reference: str, now: datetime) -> str:
    """Return the address of one application of a person."""
    return absolute("applications.enter", token=_personal(person, now), application=reference)


def _way_in(invitation: Invitation, expires_at: datetime) -> str:
    return _tokens().make(Purpose.APPLY, invitation.id, counter=invitation.mail_number, expires_at=expires_at)


def _personal(person: Person, now: datetime) -> str:
    return _tokens().make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=now + LINK_LASTS)


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
