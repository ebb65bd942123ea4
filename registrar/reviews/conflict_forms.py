"""The form by which organisers declare a conflict of interest on somebody's behalf, and its words."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from registrar.accounts.models import Staff
from registrar.applications.rules import ConflictSource
from registrar.web.forms import BaseForm, LineField

SOURCES = {
    ConflictSource.REVIEWER: _l("The reviewer said so"),
    ConflictSource.TEAM: _l("The applicants said so"),
    ConflictSource.ORGANISER: _l("An organiser knows of it"),
    ConflictSource.INSTITUTION: _l("Belongs to the institution"),
    ConflictSource.DOMAIN: _l("Their mail address is of the institution’s domain or of its team’s"),
    ConflictSource.PARENT: _l("Belongs to the body above the institution, or to another of it"),
    ConflictSource.COHORT: _l("Was in a cohort with the institution"),
    ConflictSource.MENTORING: _l("Mentored the institution"),
}
SAID = (ConflictSource.REVIEWER, ConflictSource.TEAM, ConflictSource.ORGANISER)


class ConflictForm(BaseForm):
    """A conflict that somebody has told the organisers about."""

    member = SelectField(_l("Who is not impartial"), coerce=int)
    application = LineField(
        _l("About which application"),
        [InputRequired(_l("Enter the reference of an application."))],
        description=_l("Its reference, like WAC-12345."),
    )
    source = SelectField(_l("How it is known"), choices=[SelectChoice(each.value, SOURCES[each]) for each in SAID])
    reason = LineField(
        _l("Why"), [InputRequired(_l("Say why in a few words."))], description=_l("Only organisers read this.")
    )

    def offer(self, staff: Iterable[Staff]) -> None:
        """Fill the select with the team."""
        self.member.choices = [SelectChoice(each.id, f"{each.name} ({each.email})") for each in staff]

    @property
    def reference(self) -> str:
        """The reference, also out of what the form offers: reference and institution."""
        return (self.application.data or "").partition("·")[0].strip().upper()
