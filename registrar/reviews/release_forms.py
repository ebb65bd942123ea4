"""The forms of a release: until when places may be accepted, what else teams learn, and the count that confirms it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional

from registrar.calls.proposals import moment
from registrar.letters.models import LetterTemplate
from registrar.reviews.releasing import Shares
from registrar.web.forms import BaseForm, LineField


class ReleaseForm(BaseForm):
    """What is released, as the page showed it."""

    until_on = DateField(_l("Places may be accepted until"), [InputRequired(_l("Enter a day."))])
    until_at = TimeField(_l("at (local time)"), [InputRequired(_l("Enter a time, for example 18:00."))])
    feedback = BooleanField(
        _l("Declined teams read feedback"),
        description=_l(
            "The levels that they were given, in the words of the rubric, and what reviewers wrote for them. No names."
        ),
    )
    place_in_line = BooleanField(_l("Waiting teams see their place in line"))
    fingerprint = HiddenField()
    typed = LineField(_l("How many teams are told?"), [Optional()])

    def show(self, until: datetime, zone: str, shares: Shares) -> None:
        """Fill the form with a deadline as local time of the call, and what was chosen last."""
        wall = until.astimezone(ZoneInfo(zone))
        self.until_on.data, self.until_at.data = wall.date(), wall.time().replace(second=0, microsecond=0)
        self.feedback.data, self.place_in_line.data = shares.feedback, shares.place_in_line

    def until(self, zone: str) -> datetime | None:
        """Return the deadline that was typed; None while it is none."""
        on, at = self.until_on.data, self.until_at.data
        return moment(on, at, zone) if on is not None and at is not None else None

    @property
    def shares(self) -> Shares:
        return Shares(bool(self.feedback.data), bool(self.place_in_line.data))


class LookForm(ReleaseForm):
    """The same, asked by GET to look at a release under another deadline."""

    class Meta(ReleaseForm.Meta):
        csrf = False


class LetterChoice(BaseForm):
    """Which letter tells a verdict."""

    template = SelectField(_l("Letter"), coerce=int, validate_choice=False)

    def offer(self, letters: list[LetterTemplate]) -> None:
        self.template.choices = [SelectChoice(each.id, each.name) for each in letters]


class ReasonForm(BaseForm):
    """Why a frozen call must change after all."""

    reason = LineField(_l("Why must it change?"), [InputRequired(_l("Say why the call must change after all."))])
