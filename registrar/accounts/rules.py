"""Roles of staff and how long a sign-in lasts."""

from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do; each role includes those after it."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    REVIEWER = "reviewer"


INCLUDES = {
    Role.ADMIN: frozenset(Role),
    Role.ORGANISER: frozenset({Role.ORGANISER, Role.REVIEWER}),
    Role.REVIEWER: frozenset({Role.REVIEWER}),
}

SIGN_IN_LINK = timedelta(minutes=30)
INVITATION = timedelta(days=7)
SIGNED_IN = timedelta(hours=12)
LINKS_PER_HOUR = 6
"""Sign-in links that one account gets."""


def includes(role: Role, needed: Role) -> bool:
    """Tell whether someone with `role` may do what `needed` may do."""
    return needed in INCLUDES[role]
