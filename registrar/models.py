"""Every model of the house, so that the schema is whole whoever asks for it."""

from registrar.accounts import models as accounts
from registrar.applications import conflict_models as conflicts
from registrar.applications import desk_models as desk
from registrar.applications import file_models as files
from registrar.applications import models as applications
from registrar.audit import models as audit
from registrar.calls import models as calls
from registrar.campaigns import models as campaigns
from registrar.cohorts import models as cohorts
from registrar.letters import models as letters
from registrar.mail import models as mail
from registrar.people import models as people
from registrar.programmes import events
from registrar.programmes import models as programmes
from registrar.reminders import models as reminders
from registrar.reviews import decision_models as decisions
from registrar.reviews import models as reviews
from registrar.weekly import models as weekly

__all__ = [
    "accounts",
    "applications",
    "audit",
    "calls",
    "campaigns",
    "cohorts",
    "conflicts",
    "decisions",
    "desk",
    "events",
    "files",
    "letters",
    "mail",
    "people",
    "programmes",
    "reminders",
    "reviews",
    "weekly",
]
