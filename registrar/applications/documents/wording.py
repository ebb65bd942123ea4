"""States and roles in the words of a document."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import gettext as _

from registrar.applications.rules import Lifecycle, TeamRole
from registrar.errors import N_

_STATES: Mapping[Lifecycle, str] = MappingProxyType(
    {
        Lifecycle.DRAFT: N_("Draft, not submitted"),
        Lifecycle.SUBMITTED: N_("Application submitted"),
        Lifecycle.WITHDRAWN: N_("Application withdrawn"),
    }
)
_ROLES: Mapping[TeamRole, str] = MappingProxyType(
    {
        TeamRole.LEAD: N_("leads the application"),
        TeamRole.EDITOR: N_("writes"),
        TeamRole.READER: N_("reads"),
    }
)


def state_in_words(state: Lifecycle) -> str:
    return str(_(_STATES[state]))


def role_in_words(role: str) -> str:
    return str(_(_ROLES[TeamRole(role)]))
