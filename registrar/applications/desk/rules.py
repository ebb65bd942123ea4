"""What the organisers' list of applications may be asked for."""

from dataclasses import dataclass
from enum import StrEnum

from registrar.applications.rules import Lifecycle
from registrar.people.rules import InstitutionKind

PER_PAGE = 50
MOST_PRINTED = 200
MOST_VIEWS = 50
"""Views of one list that a member of staff may keep."""
LONGEST_NAME = 60


class Sort(StrEnum):
    SUBMITTED = "submitted"
    INSTITUTION = "institution"
    COUNTRY = "country"
    STATE = "state"
    PROGRESS = "progress"


class Entitled(StrEnum):
    """What the rules say about an institution's right to apply, or what an organiser decided instead."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    ADMITTED = "admitted"
    REFUSED = "refused"


class Mark(StrEnum):
    """What else an application may be looked for by."""

    NOTES = "notes"
    """It has notes."""
    GRACE = "grace"
    """More time was asked for."""
    INCOMPLETE = "incomplete"
    """Answers that everybody has to give are missing."""


@dataclass(frozen=True, kw_only=True)
class ApplicationFilter:
    """Which applications of a call are asked for, and in which order."""

    text: str = ""
    state: Lifecycle | None = None
    entitled: Entitled | None = None
    country: str = ""
    kind: InstitutionKind | None = None
    tag: str = ""
    mark: Mark | None = None
    answer: tuple[str, str] | None = None
    """Key of a choice question and what was chosen."""
    sort: Sort = Sort.SUBMITTED

    @property
    def names_used(self) -> list[str]:
        """Return the names of what is asked for, for the audit trail: never what was searched for."""
        names = ("text", "state", "entitled", "country", "kind", "tag", "mark", "answer")
        return [name for name in names if getattr(self, name)]

    @property
    def is_state_alone(self) -> bool:
        """Whether the counts by state already tell how many there are."""
        return set(self.names_used) <= {"state"}
