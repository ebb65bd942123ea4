"""The forms of the personal page: a fresh link, settings, cancelling."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.people.models import Person
from registrar.web.forms import AddressField, BaseForm, LineField
from registrar.web.locale import LOCALES, current_locale
from registrar.weekly.choices import country_choices, zone_choices

LANGUAGES = {"en": "English", "fr": "Français"}


class LinkForm(BaseForm):
    """Asks for a link to the personal page."""

    email = AddressField(_l("Your e-mail address"), [DataRequired(_l("Enter your e-mail address."))])


class SettingsForm(BaseForm):
    """What a person may change about themselves."""

    name = LineField(_l("Your name"), [DataRequired(_l("Enter your name."))])
    institution = LineField(_l("Institution"))
    country = SelectField(_l("Country"), validate_choice=True)
    timezone = SelectField(
        _l("Time zone"),
        [DataRequired(_l("Choose a time zone."))],
        description=_l("Every time on your pages and in your mails is written in it."),
    )
    locale = SelectField(_l("Language of your mails"), choices=[(code, LANGUAGES[code]) for code in LOCALES])

    def __init__(self, person: Person) -> None:
        super().__init__(obj=person)
        language = current_locale()
        self.country.choices = [("", "—"), *country_choices(language)]
        self.timezone.choices = zone_choices(language, person.timezone)

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
