"""Two texts for one answer, as the page shows them: theirs and mine, what differs, and what one may do."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _

from registrar.applications.answers import Save
from registrar.applications.merging import Piece, both, differences
from registrar.applications.models import Answer
from registrar.calls.definition import Question
from registrar.calls.wording import text
from registrar.people.models import Person


@dataclass(frozen=True)
class Clash:
    """What somebody else saved while this person was typing something else."""

    question: Question
    theirs: Any
    version: int
    """Of theirs: who keeps their own text says that they have seen it."""
    mine: Any
    by: str
    at: datetime
    is_own: bool
    """The other text is this person's too, from another window."""

    @cached_property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        return differences(text(self.question, self.theirs), text(self.question, self.mine))

    @property
    def both(self) -> Any:
        return both(self.question, self.theirs, self.mine)


def clash(answer: Answer, wanted: Save, person: Person) -> Clash:
    """Return how what is stored and what this person wanted to save stand against each other."""
    name = answer.saved_by.name if answer.saved_by else _("Somebody of your team")
    is_own = answer.saved_by_id == person.id
    return Clash(wanted.question, answer.value, answer.version, wanted.value, name, answer.saved_at, is_own)


def panel(found: Clash, person: Person) -> str:
    """Render what the page shows above the field."""
    return str(get_template_attribute("applications/clash.html", "clash")(found, person.timezone))
