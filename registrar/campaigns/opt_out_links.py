"""The address with which a person stops the announcements of one series, and what it says."""

from dataclasses import dataclass

from flask import current_app

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.programmes.models import Programme
from registrar.tokens import Purpose, Tokens
from registrar.web.links import absolute


@dataclass(frozen=True)
class Asked:
    """Who asks to stop the announcements of which series."""

    person: Person
    programme: Programme

    @property
    def by(self) -> str:
        return f"person:{self.person.id}"


def opt_out_link(person_id: int, programme_id: int) -> str:
    """Return the address that stops the announcements of a series (RFC 8058); it never ends."""
    return absolute("announcements.page", token=_tokens().make(Purpose.OPT_OUT, person_id, programme_id))


def asked_by(db: DbSession, token: str) -> Asked | None:
    """Return what a token asks, or None if it is forged or the person is not there any more."""
    claim = _tokens().read(Purpose.OPT_OUT, token)
    if claim is None:
        return None
    person, programme = db.get(Person, claim.ids[0]), db.get(Programme, claim.ids[1])
    return Asked(person, programme) if person and programme else None


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
