"""The form of a phase: its name, what reviewers may do in it, and until when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional

from registrar.errors import Refusal
from registrar.programmes.rules import Fold, resolve
from registrar.reviews.models import ReviewPhase
from registrar.reviews.phases import PhaseDetails
from registrar.reviews.rules import Capabilities, Sees
from registrar.web.failures import tell
from registrar.web.forms import BaseForm, LineField

SEES = {
    Sees.NEVER: _l("Never"),
    Sees.AFTER_OWN: _l("Once their own review is submitted"),
    Sees.ALWAYS: _l("Always, but never before their own if they have one to write"),
}


class PhaseForm(BaseForm):
    """A phase of a review."""

    name_en = LineField(_l("Name in English"), [InputRequired(_l("Give the phase a name."))])
    name_fr = LineField(_l("Name in French"), [Optional()])
    sees_names = BooleanField(
        _l("Reviewers see who applies"),
        description=_l("Without it the review is blind: identifying answers, names and names of files are hidden."),
    )
    scores = BooleanField(_l("Reviewers give scores"))
    sees_others = RadioField(
        _l("Reviewers see each other’s reviews"),
        choices=[SelectChoice(each.value, label) for each, label in SEES.items()],
        default=Sees.NEVER.value,
    )
    discusses = BooleanField(_l("Reviewers discuss"))
    decides = BooleanField(_l("Organisers set verdicts"))
    ends_on = DateField(_l("Ends on"), [Optional()])
    ends_at = TimeField(_l("Local time of the end"), [Optional()])

    def show(self, phase: ReviewPhase, zone: str) -> None:
        """Fill the form with what is stored, the end as local time of the call."""
        for name in ("name_en", "name_fr", "sees_names", "scores", "discusses", "decides"):
            self[name].data = getattr(phase, name)
        self.sees_others.data = phase.sees_others.value
        if phase.ends_at:
            wall = phase.ends_at.astimezone(ZoneInfo(zone))
            self.ends_on.data, self.ends_at.data = wall.date(), wall.time().replace(second=0, microsecond=0)

    def details(self, zone: str) -> PhaseDetails | None:
        """Return what was typed; None, with the reason at its field, if the end is no moment."""
        try:
            ends_at = self._end(zone)
        except Refusal as refusal:
            self.ends_at.errors = [*self.ends_at.errors, tell(refusal)]
            return None
        if (self.ends_on.data is None) != (self.ends_at.data is None):
            self.ends_on.errors = [*self.ends_on.errors, _("Give both the day and the time, or neither.")]
            return None
        sees = Sees(self.sees_others.data)
        allowed = (self.sees_names.data, self.scores.data, sees, self.discusses.data, self.decides.data)
        return PhaseDetails(self.name_en.data or "", self.name_fr.data or "", Capabilities(*allowed), ends_at)

    def _end(self, zone: str) -> datetime | None:
        """Return the moment; where the clocks go back, the later of the two: nobody loses an hour."""
        if self.ends_on.data is None or self.ends_at.data is None:
            return None
        return resolve(self.ends_on.data, self.ends_at.data, zone, Fold.SECOND)
