"""What people change about themselves, and the renewal of their private addresses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.people.models import Person

CHANGEABLE = ("name", "institution", "country", "timezone", "locale")


def change_person(db: DbSession, person: Person, values: Mapping[str, Any], *, by: str, now: datetime) -> list[str]:
    """Take over what differs and return which columns that was; the audit trail keeps their names only."""
    changed = [name for name in CHANGEABLE if getattr(person, name) != values[name]]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        audit.record(db, by, "person.change", person, now=now, changed=changed)
    return changed


def renew_links(db: DbSession, person: Person, *, by: str, now: datetime) -> None:
    """End every personal link, cookie and calendar feed made before."""
    person.link_number = Person.link_number + 1
    db.flush()
    audit.record(db, by, "person.renew_links", person, now=now)
