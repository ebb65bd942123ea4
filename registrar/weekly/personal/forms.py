"""The forms of the personal page: settings, cancelling."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.programmes.choices import LANGUAGES, CountryField, ZoneField
from registrar.web.forms import BaseForm, LineField


class SettingsForm(BaseForm):
    """What a person may change about themselves."""

    name = LineField(_l("Your name"), [DataRequired(_l("Enter your name."))])
    institution = LineField(_l("Institution"))
    country = CountryField(_l("Country"))
    timezone = ZoneField(_l("Your time zone"), [DataRequired(_l("Choose a time zone from the list."))])
    locale = SelectField(_l("Language of the mails"), choices=LANGUAGES)

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by column of the person; nothing entered is None where that may be."""
        return {
            "name": self.name.data,
            "institution": self.institution.data or None,
            "country": self.country.data or None,
            "timezone": self.timezone.data,
            "locale": self.locale.data,
        }


class CancelForm(BaseForm):
    """Asks which registrations to end."""

    registrations = SelectMultipleField(
        _l("What do you want to cancel?"),
        [DataRequired(_l("Choose at least one series."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
