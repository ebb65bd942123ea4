"""The forms about places: a team's answer, and what organisers do with an offer."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField
from wtforms.validators import DataRequired, NumberRange
from wtforms.widgets import HiddenInput

from registrar.calls.proposals import moment
from registrar.web.forms import BaseForm


class AnswerForm(BaseForm):
    """Accept, decline or leave; `seen` is the version of the application that the page showed."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    answer = HiddenField()


class ProlongForm(BaseForm):
    """The last day on which a team may still answer, in the call's zone."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    last_day = DateField(_l("Last day to answer"), [DataRequired(_l("Enter a day."))])

    def until(self, zone: str) -> datetime:
        """Return the end of that day."""
        day = self.last_day.data
        assert day is not None, "asked only once the form is valid"  # noqa: S101 - a promise to the type checker
        return moment(day + timedelta(days=1), datetime.min.time(), zone)


class PlacesForm(BaseForm):
    """How many places a call has."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    places = IntegerField(
        _l("Places in all"),
        [DataRequired(_l("Enter a number of places from 1.")), NumberRange(1, 10_000)],
    )
