"""Forms that begin a call: a new one, or that of another season."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Regexp

from registrar.calls.forms import options
from registrar.calls.models import ApplicationForm
from registrar.calls.proposals import Unit
from registrar.programmes.models import Programme
from registrar.web.forms import BaseForm, LineField


class StartForm(BaseForm):
    """A new call: of which programme, with which form, called what, at which address."""

    programme = SelectField(_l("Programme"), coerce=int, validators=[InputRequired(_l("Choose a programme."))])
    form = SelectField(_l("Application form"), coerce=int, validators=[InputRequired(_l("Choose a form."))])
    title_en = LineField(_l("Title in English"), [DataRequired(_l("Give it a title in English."))])
    title_fr = LineField(_l("Title in French"), [DataRequired(_l("Give it a title in French."))])
    slug = LineField(
        _l("Address"),
        [Regexp(r"^(?!new$)([a-z0-9]+(-[a-z0-9]+)*)?$", message=_l("Use small letters, digits and single hyphens."))],
        description=_l("What stands behind /calls/, for good. Leave it empty, and we choose one."),
    )

    def offer(self, programmes: Iterable[Programme], forms: Iterable[ApplicationForm]) -> None:
        """Fill the selects."""
        self.programme.choices = options((each.id, f"{each.title} – {each.season.title}") for each in programmes)
        self.form.choices = options((each.id, each.name) for each in forms)


class AgainForm(StartForm):
    """The call of another season: as before, with its dates moved."""

    amount = IntegerField(
        _l("Move the dates by"),
        [InputRequired(_l("Enter a number.")), NumberRange(0, 520, _l("Enter a number up to 520."))],
    )
    unit = RadioField(
        _l("Counted in"),
        choices=options([(Unit.WEEKS.value, _l("weeks: the day of the week stays")),
                          (Unit.YEARS.value, _l("years: the date stays"))]),
        coerce=Unit, default=Unit.WEEKS.value,
    )  # fmt: skip
